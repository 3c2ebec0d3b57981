#pragma once

#include "base/clock.hpp"
#include "control/live.hpp"
#include "daemon/acting.hpp"
#include "daemon/decider.hpp"
#include "daemon/world.hpp"
#include "enforcement/executor.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Answers what control asks, from the running parts, as they are at this moment.
class LiveView final : public control::Live {
public:
    LiveView(
        const Clock& clock,
        const World& world,
        const enforcement::Executor& enforcement,
        const Decider& decider,
        const Acting& acting
    )
        : clock_(clock),
          world_(world),
          enforcement_(enforcement),
          decider_(decider),
          acting_(acting) {}

    TimePoint now() const override { return clock_.now(); }
    control::DaemonNow daemon() const override;
    std::shared_ptr<const config::Settings> settings() const override { return world_.settings; }
    control::ModeNow mode() const override;
    control::BreakerNow breaker() const override;

    std::vector<control::AccountNow> accounts(const control::AccountQuery& query) const override;
    std::vector<control::AccountNow> find_account(const AccountKey& key) const override;
    std::optional<control::AccountDetail> account(const AccountKey& key) const override;
    control::AddressNow address(const Address& address) const override;
    std::vector<control::SessionNow> sessions(const control::SessionQuery& query) const override;
    std::vector<control::InboundNow> inbounds() const override;
    std::vector<Error> blind_spots() const override;

    std::vector<sources::SourceHealth> sources() const override;
    std::vector<nodes::NodeNow> nodes() const override;
    std::vector<link::Done> held_by(const std::string& node) const override;
    std::vector<control::BackendNow> backends() const override;
    std::vector<control::EnforcerNow> enforcers() const override;
    std::vector<Measure> open_measures() const override { return enforcement_.open(); }
    std::vector<Violation> open_violations() const override;
    std::vector<RotatingNetwork> rotating_networks() const override;

private:
    std::vector<Error> notices() const;
    control::EnforcerNow describe_enforcer(const Unit& unit) const;
    control::EnforcerNow describe_firewall() const;
    void add_measures(control::EnforcerNow& enforcer) const;
    using Held = std::map<AccountKey, control::HeldNow>;
    static Held held_by_measures(const std::vector<Measure>& open);
    /// What the live connections of one unit's accounts move together, by account.
    using Traffic = std::map<std::string, control::AccountNow, std::less<>>;
    Traffic traffic_of(const Unit& unit) const;
    static void add_traffic(const Traffic& traffic, control::AccountNow& account);
    control::AccountNow describe(const Unit& unit, const AccountFacts& facts, const Held& held)
        const;
    std::map<std::string, AccountFacts> accounts_of(const Unit& unit, const Held& held) const;
    bool is_wanted(const control::AccountQuery& query, const control::AccountNow& account) const;

    const Clock& clock_;
    const World& world_;
    const enforcement::Executor& enforcement_;
    const Decider& decider_;
    const Acting& acting_;
};

}  // namespace fairgate::daemon
