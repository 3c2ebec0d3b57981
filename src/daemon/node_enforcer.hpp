#pragma once

#include "base/clock.hpp"
#include "daemon/node_orders.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/enforcer.hpp"

#include <string>
#include <utility>

namespace fairgate::daemon {

/// What acts on accounts that are counted on nodes: first what acts here (a panel, a core, this
/// machine's own firewall), then the nodes. Where nothing acts here, the nodes alone do.
class NodeEnforcer final : public enforcement::Enforcer {
public:
    NodeEnforcer(enforcement::Enforcer& here, NodeOrders& nodes, const Clock& clock)
        : here_(&here), name_(here.name()), nodes_(nodes), clock_(clock) {}
    /// Only on the nodes of a backend: "nodes:local". `decided`: which addresses a measure refuses
    /// whose account goes on.
    NodeEnforcer(
        const std::string& backend,
        NodeOrders& nodes,
        const Clock& clock,
        enforcement::AddressEnforcer::Find decided
    )
        : name_("nodes:" + backend), nodes_(nodes), clock_(clock), decided_(std::move(decided)) {}

    std::string_view name() const override { return name_; }
    bool supports(Action action) const override {
        return here_ != nullptr ? here_->supports(action)
                                : action == Action::block || action == Action::refuse;
    }
    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    /// Of nodes alone: not_yet while none of them holds it, ineffective when none could.
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    /// A node that is away lifts it itself when it is due, or as soon as it is back.
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

private:
    enforcement::Enforcer* here_ = nullptr;  ///< null: nothing acts here
    std::string name_;
    NodeOrders& nodes_;
    const Clock& clock_;
    enforcement::AddressEnforcer::Find decided_;
};

}  // namespace fairgate::daemon
