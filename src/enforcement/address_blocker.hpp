#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kernel/protected_targets.hpp"
#include "model/denial.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::enforcement {

/// Packets to be refused until a time.
struct Block {
    Denial denial = {};
    std::optional<TimePoint> until = {};  ///< none: until it is lifted
    std::string account = {};  ///< for the lines that people read; never a firewall's word

    bool operator==(const Block&) const = default;
};

/// What a firewall can be asked for.
struct BlockerAbilities {
    bool doors = false;        ///< an address at one of our ports
    bool connections = false;  ///< a single connection
    bool udp = false;          ///< refuses UDP as well
    bool ends_by_itself =
        false;                 ///< lifts at the time, whatever becomes of us; else the journal does
    bool tells_times = false;  ///< list() knows until when
    bool stops_live = false;   ///< packets of connections that are already open are refused too
    std::size_t most_at_once = 0;  ///< of one account: what it does within half a minute
    Duration takes = {};      ///< after which at the latest what was ordered can be seen in force
    bool spares_ssh = false;  ///< an address that is refused still reaches SSH
};

/// What a firewall was found to hold.
struct Found {
    std::vector<Block> in_force;
    std::vector<Denial> missing;  ///< of those that were asked about
};

/// A firewall that refuses addresses. Every call may come again after a failure or a crash in the
/// midst of it, and then leads to the same end; what an earlier process left is found by what it is
/// (our table, our chain, our comment), not by what this one remembers. Calls block, up to a minute
/// where each address is a program to run: use them where waiting is fine, one at a time.
class AddressBlocker {
public:
    virtual ~AddressBlocker() = default;

    /// "nftables", "iptables", "ufw", "fail2ban"
    virtual std::string_view name() const = 0;
    virtual BlockerAbilities abilities() const = 0;

    /// Whether it could block at this moment; what of ours was taken away by others is made again.
    /// FG-ENF-021 when the tool is switched off, FG-RUN-001 or FG-KRN-020 when it is not there.
    virtual Result<> ready(TimePoint now) = 0;

    /// Refuses them, or goes on to do so until the new time. What is over already is left out.
    /// Before anything is done: FG-KRN-004 for an address of `never`, FG-KRN-022 for what is no
    /// denial, FG-ENF-020 for what this firewall cannot. After another error a part may be in
    /// force.
    Result<> block(
        std::span<const Block> blocks, const kernel::ProtectedTargets& never, TimePoint now
    );

    /// What is not there is fine.
    Result<> unblock(std::span<const Denial> denials, TimePoint now);

    /// What of ours is in force.
    virtual Result<std::vector<Block>> list(TimePoint now) = 0;

    /// Those of `denials` that are not in force.
    virtual Result<std::vector<Denial>> missing(std::span<const Denial> denials, TimePoint now);

    /// Both, in one look where looking means to start a program. One that is switched off is an
    /// error.
    virtual Result<Found> look(std::span<const Denial> denials, TimePoint now);

    /// Takes everything of ours out of the firewall.
    virtual Result<> drop(TimePoint now) = 0;

private:
    /// Each denial comes once, is well-formed, allowed, and within the abilities.
    virtual Result<> put(std::span<const Block> blocks, TimePoint now) = 0;
    virtual Result<> take(std::span<const Denial> denials, TimePoint now) = 0;
};

namespace errors {

/// FG-ENF-020
Error cannot_deny(std::string_view blocker, const Denial& denial, std::string_view why);
/// FG-ENF-021: the tool is there and switched off.
Error not_ready(std::string_view blocker, std::string_view cause, std::string_view next);
/// FG-ENF-022: the tool ended with a status; `said` are its words.
Error tool_refused(std::string_view tool, int status, std::string_view said);

}  // namespace errors

}  // namespace fairgate::enforcement
