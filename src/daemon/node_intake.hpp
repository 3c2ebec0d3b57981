#pragma once

#include "base/clock.hpp"
#include "control/events.hpp"
#include "daemon/intake.hpp"
#include "daemon/node_orders.hpp"
#include "daemon/world.hpp"
#include "enforcement/executor.hpp"
#include "nodes/gate.hpp"
#include "nodes/node_sink.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// What nodes report, on its way to the engine of the backend that holds their accounts. A node
/// reaches the accounts of its own backend and no others.
class NodeIntake final : public nodes::NodeSink {
public:
    NodeIntake(
        const Clock& clock,
        World& world,
        const enforcement::Executor& enforcement,
        control::EventLog& events,
        NodeOrders& orders
    )
        : clock_(clock),
          world_(world),
          enforcement_(enforcement),
          events_(events),
          orders_(orders) {}

    bool observe(const nodes::NodeRecord& node, const Observation& seen) override;
    void saw_without_socket(const nodes::NodeRecord& node, const Observation& seen) override;
    void tell(const nodes::NodeRecord& node, std::string what) override;
    std::vector<link::Order> orders_for(const nodes::NodeNow& node, const nodes::EachPair& each)
        override {
        return orders_.orders_for(node, each);
    }
    void orders_changed() override { orders_.changed(); }

private:
    Unit* unit_of(const std::string& backend);

    const Clock& clock_;
    World& world_;
    const enforcement::Executor& enforcement_;
    control::EventLog& events_;
    NodeOrders& orders_;
};

struct GateParts {
    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor store_thread;
    const Clock& clock;
    store::Store& store;
    World& world;
    NodeIntake& intake;
};

/// Opens the door for agents, where one is configured; else gives none. The authority is made in
/// state_dir/pki at the first start.
boost::asio::awaitable<Result<std::shared_ptr<nodes::Gate>>> open_gate(GateParts parts);

}  // namespace fairgate::daemon
