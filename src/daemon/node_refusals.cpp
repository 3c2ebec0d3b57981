// Single addresses that nodes refuse, while the account goes on.
#include "daemon/acting.hpp"
#include "daemon/node_enforcer.hpp"
#include "daemon/node_orders.hpp"
#include "daemon/refusable.hpp"
#include "enforcement/address_enforcer.hpp"
#include "nodes/gate.hpp"

namespace fairgate::daemon {

namespace {

Error unable(std::string code, std::string what, std::string cause, std::string next) {
    Error error;
    error.code = std::move(code);
    error.what = std::move(what);
    error.cause = std::move(cause);
    error.state = "no single address is refused there";
    error.next = std::move(next);
    return error;
}

}  // namespace

std::optional<Error> why_not_refusing(const nodes::NodeNow& node) {
    if (node.state != nodes::NodeState::connected) {
        return unable("FG-NOD-007", "node " + node.name + " is away", "", "fairgate node list");
    }
    if (!node.enforcing.refuses) {
        return unable(
            "FG-NOD-013",
            "node " + node.name +
                " refuses no single addresses: its agent is too old, or has not "
                "told what it can",
            "it is Fairgate " + node.program,
            "install this hub's version on it, then: fairgate node show " + node.name
        );
    }
    if (node.enforcing.firewall.empty()) {
        return unable(
            "FG-NOD-007",
            "node " + node.name + " refuses no addresses: no firewall is switched on there",
            "firewall.driver is off in its agent.toml",
            "on that node: set driver = \"nftables\" under [firewall], restart fairgate-agent"
        );
    }
    if (node.enforcing.error) {
        return unable(
            "FG-NOD-007",
            "node " + node.name + " refuses no addresses",
            to_line(*node.enforcing.error),
            node.enforcing.error->next
        );
    }
    return std::nullopt;
}

std::string no_node_refuses(const World& world, const std::string& backend) {
    std::string why =
        "no firewall is set to refuse it with (firewall.driver), and no node of it "
        "is connected";
    for (const nodes::NodeNow& node :
         world.gate == nullptr ? std::vector<nodes::NodeNow>() : world.gate->nodes()) {
        if (node.backend != backend || node.state != nodes::NodeState::connected) {
            continue;
        }
        const auto lacks = why_not_refusing(node);
        if (!lacks) {
            return "";
        }
        why = to_line(*lacks);
    }
    return why;
}

std::string no_node_enforces(const World& world, const std::string& backend) {
    std::string why = "no node of it is connected";
    if (world.gate == nullptr) {
        return why;
    }
    for (const nodes::NodeNow& node : world.gate->nodes()) {
        if (node.backend != backend || node.state != nodes::NodeState::connected) {
            continue;
        }
        const auto lacks = why_not_enforcing(world, node);
        if (!lacks) {
            return "";
        }
        why = to_line(*lacks);
    }
    return why;
}

/// What the decision named, as far as nobody else is there now: over all nodes and this machine.
std::vector<Denial> NodeOrders::refused_now(const Measure& measure, TimePoint now) const {
    std::vector<std::string> named;
    for (const Denial& denial : enforcement::refused_by(measure)) {
        named.push_back(denial.address.text());
    }
    const Refusable may =
        refusable(world_, measure.account, named, kernel::ProtectedTargets(), now);
    std::vector<Denial> denials;
    for (const Address& address : may.addresses) {
        if (denials.size() < static_cast<std::size_t>(link::most_denials)) {
            denials.push_back(Denial{.address = address});
        }
    }
    return denials;
}

/// Without a firewall here, those of the nodes refuse who came too late. What did so before there
/// was one still has to let go.
void Acting::refuse_by_nodes(Unit& unit) {
    const std::string& backend = unit.backend->name();
    enforcement::Enforcer* alone = unit.enforcer.get();  // the nodes' already, if nothing acts here
    if (here(unit) != nullptr) {
        const auto decide = [this](const Measure& measure) { return decided(measure); };
        by_nodes_.push_back(std::make_unique<NodeEnforcer>(backend, nodes_, parts_.clock, decide));
        alone = by_nodes_.back().get();
    }
    if (!refusing_) {
        unit.refusing = alone;
        unit.why_not_refusing = [&world = parts_.world, backend] {
            return no_node_refuses(world, backend);
        };
    }
}

}  // namespace fairgate::daemon
