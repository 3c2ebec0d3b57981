#pragma once

#include "enforcement/address_blocker.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::enforcement::fail2ban {

struct Fail2banSettings {
    /// ours: packaging/fail2ban, with nothing in it but our bans. operators: one that also bans by
    /// itself, of whose addresses we only know those that we put there.
    enum class Owner { ours, operators };
    Owner owner = Owner::ours;
    std::string jail = "fairgate";
    /// When set, an address is banned by appending a line of 3x-ui's form to this file, which the
    /// jail watches, and not by fail2ban-client.
    std::string limit_ip_log = {};
    std::string configuration = {};  ///< fail2ban-client -c; empty: its own
    std::string socket = {};         ///< fail2ban-client -s
};

/// Bans addresses in a jail of fail2ban, which refuses them by whatever action that jail has. Only
/// whole addresses; how long is the jail's own matter, so that the journal lifts, and bans again
/// what fail2ban gave up too soon. fail2ban takes a ban at once and carries it out within a second.
class Fail2ban final : public AddressBlocker {
public:
    explicit Fail2ban(Fail2banSettings settings = {}) : settings_(std::move(settings)) {}

    std::string_view name() const override { return "fail2ban"; }
    BlockerAbilities abilities() const override;
    /// FG-ENF-021 when fail2ban does not run, or has no such jail.
    Result<> ready(TimePoint now) override;
    Result<std::vector<Block>> list(TimePoint now) override;
    Result<std::vector<Denial>> missing(std::span<const Denial> denials, TimePoint now) override;
    Result<Found> look(std::span<const Denial> denials, TimePoint now) override;
    Result<> drop(TimePoint now) override;

private:
    Result<> put(std::span<const Block> blocks, TimePoint now) override;
    Result<> take(std::span<const Denial> denials, TimePoint now) override;
    Result<std::string> ask(std::vector<std::string> words) const;
    Result<> change(std::string_view order, const std::vector<Address>& addresses) const;
    Result<std::vector<Address>> banned() const;
    std::vector<Block> known_of(const std::vector<Address>& banned) const;

    Fail2banSettings settings_;
    std::map<Denial, Block> asked_;  ///< by this process, and not yet lifted
};

/// Reads `fail2ban-client get JAIL banip`: addresses between spaces. What is none is left out.
std::vector<Address> read_banned(std::string_view text);

}  // namespace fairgate::enforcement::fail2ban
