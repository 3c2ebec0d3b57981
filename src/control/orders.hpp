#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/check.hpp"
#include "control/live.hpp"
#include "enforcement/drift.hpp"
#include "enforcement/executor.hpp"
#include "model/account.hpp"
#include "model/address.hpp"
#include "model/decision.hpp"
#include "model/measure.hpp"
#include "nodes/gate.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

using enforcement::OrderedBy;

/// What a reload came to.
struct Reloaded {
    int revision = 0;
    std::vector<std::string> changed;  ///< keys whose values are others now
    std::vector<std::string> waiting;  ///< of these, the ones that need a restart
};

/// What became of an account's live connections.
struct SessionsCut {
    std::size_t cut = 0;
    std::size_t left = 0;
    std::string text;  ///< "cut 12, left 0"; names why any are left
};

/// Live connections on other machines, as their agents told when they were asked.
struct SessionsThere {
    std::vector<SessionNow> sessions;
    std::vector<Error> lacks;  ///< nodes that did not answer, or not wholly
};

/// The firewall that acts, and what is in it now.
struct FirewallNow {
    std::string enforcer;  ///< "firewall:nftables"; empty: none acts
    enforcement::Drift drift;
};

/// What control orders of the running daemon. Each order has been written down, or refused, when
/// it returns; what it leads to is told as an event. Arguments are values, because they are kept
/// across waits.
class Orders {
public:
    virtual ~Orders() = default;

    /// Begins to lift the measure now; one that is over stays as it is. Writes the audit entry.
    virtual boost::asio::awaitable<Result<Measure>> undo(MeasureId measure, OrderedBy by) = 0;
    /// Another end for a measure in force. Writes the audit entry.
    virtual boost::asio::awaitable<Result<Measure>> extend(
        MeasureId measure, std::optional<TimePoint> due, OrderedBy by
    ) = 0;
    /// Carries out a decision made by hand, by the enforcer of its account's backend; also in
    /// shadow mode. An error when no enforcer can.
    virtual boost::asio::awaitable<Result<enforcement::CarriedOut>> carry_out(Decision decision
    ) = 0;

    /// Asks the nodes for the live connections there; at most some thousand of each node.
    virtual boost::asio::awaitable<SessionsThere> sessions_on_nodes(SessionQuery) {
        co_return SessionsThere();
    }
    /// Cuts the account's live connections on this machine and on nodes; it may connect again at
    /// once. Writes the audit entry.
    virtual boost::asio::awaitable<Result<SessionsCut>> cut_sessions(
        AccountKey account, OrderedBy by
    ) = 0;

    /// Limits, exemptions, trust, modes or networks were changed in the store: reads them again
    /// and judges by them from now on.
    virtual boost::asio::awaitable<Result<void>> settings_changed() = 0;
    /// Builds everything new from the configuration file; on any fault the old world stays.
    virtual boost::asio::awaitable<Result<Reloaded>> reload(OrderedBy by) = 0;
    /// Lets blocks be enforced again after the breaker opened.
    virtual boost::asio::awaitable<Result<void>> close_breaker(OrderedBy by) = 0;

    /// Stops and starts reading a source. FG-CTL-001 if there is none of that name.
    virtual boost::asio::awaitable<Result<void>> pause_source(std::string source) = 0;
    virtual boost::asio::awaitable<Result<void>> resume_source(std::string source) = 0;
    /// Tries it step by step, beside the running one.
    virtual boost::asio::awaitable<Result<std::vector<Check>>> test_source(std::string source) = 0;
    /// Whether the enforcer could act now: reads something harmless.
    virtual boost::asio::awaitable<Result<std::vector<Check>>> test_enforcer(std::string enforcer
    ) = 0;

    /// The same and more: a firewall refuses an address that nobody has, and lets it through again.
    virtual boost::asio::awaitable<Result<std::vector<Check>>> try_enforcer(std::string enforcer
    ) = 0;
    /// What of ours is in the firewall, compared with what measures want. Changes nothing.
    virtual boost::asio::awaitable<Result<FirewallNow>> look_at_firewall() = 0;
    /// The rule that protects the address whoever asks; none if there is none.
    virtual boost::asio::awaitable<Result<std::optional<std::string>>> why_never_blocked(
        Address address
    ) = 0;
    /// Looks at these measures now: what does not hold is ordered again, what failed is tried
    /// again. Ends when each has been looked at, or after half a minute.
    virtual boost::asio::awaitable<void> look_again(std::vector<MeasureId> measures) = 0;
    /// Lets through what the firewall refuses and no measure wants; says how many.
    virtual boost::asio::awaitable<Result<std::size_t>> let_strays_through() = 0;

    /// A token by which a machine may join once as that node. Empty backend and address: the only
    /// one there is, and as configured. FG-NOD-002, -004, -005, FG-CTL-001.
    virtual boost::asio::awaitable<Result<nodes::Invited>> invite_node(
        std::string, std::string, std::string, std::chrono::seconds
    ) {
        co_return nodes::not_listening();
    }
    /// Its certificate is refused from now on. FG-NOD-003, -004.
    virtual boost::asio::awaitable<Result<void>> revoke_node(std::string) {
        co_return nodes::not_listening();
    }
};

}  // namespace fairgate::control
