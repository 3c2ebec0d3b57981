#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "daemon/world.hpp"
#include "enforcement/executor.hpp"
#include "link/order.hpp"
#include "model/measure.hpp"
#include "nodes/node.hpp"
#include "nodes/node_sink.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// What a node of this backend does of a block: refuse the account, in a core of its own or in its
/// firewall, where nothing at the hub refuses it everywhere (a bare log, or a core here while the
/// node has another). Else it ends the account's connections, for the panel refuses it.
link::OrderKind work_of_node(const Unit& unit, const nodes::NodeNow& node);

/// Why nothing is carried out on this node; nothing when it can be, or when it is not there.
/// FG-NOD-006: its agent is too old. FG-NOD-007: it has no core or firewall that works, or sees no
/// sockets.
std::optional<Error> why_not_enforcing(const World& world, const nodes::NodeNow& node);

/// Why single addresses are not refused on this node; nothing when they can be. FG-NOD-007: it is
/// away, or has no firewall that works. FG-NOD-013: its agent is too old.
std::optional<Error> why_not_refusing(const nodes::NodeNow& node);

/// Why no node of a backend refuses single addresses; empty: at least one does.
std::string no_node_refuses(const World& world, const std::string& backend);

/// Why no node of a backend carries anything out; empty: at least one does.
std::string no_node_enforces(const World& world, const std::string& backend);

/// What nodes are to hold: the measures of this hub's journal that are in force, each on all nodes
/// of its backend. Nothing is remembered here: an order follows from the journal whenever it is
/// compared with what a node says.
class NodeOrders {
public:
    NodeOrders(boost::asio::any_io_executor executor, const Clock& clock, World& world)
        : executor_(std::move(executor)), clock_(clock), world_(world) {}

    /// Whose journal it is; known only later.
    void follow(const enforcement::Executor& enforcement) { enforcement_ = &enforcement; }

    std::vector<link::Order> orders_for(const nodes::NodeNow& node, const nodes::EachPair& each);
    /// A node has said something.
    void changed();

    /// Whether nodes do anything of such a measure.
    static bool concerns(Action action);

    /// How a measure stands on the nodes of its backend.
    struct Standing {
        std::size_t holding = 0;
        std::size_t waiting = 0;  ///< connected, and it has not answered
        std::size_t failing = 0;
        std::size_t absent = 0;  ///< nothing of the account is there
        std::size_t away = 0;
        std::size_t unable = 0;
        std::string text;            ///< "de-1: cut 2, left 0; us-3 is away: …"
        std::optional<Error> error;  ///< of the first that fails
    };
    Standing standing(const Measure& measure) const;
    /// Tells the nodes and waits a few seconds for what they answer. From now on, until this
    /// program ends or the measure does, it is wanted on them.
    boost::asio::awaitable<Standing> order(Measure measure);
    /// Tells the nodes that it is over, and waits a few seconds: nodes that are there and still
    /// hold it.
    boost::asio::awaitable<std::vector<std::string>> lift(Measure measure);

private:
    static std::optional<link::OrderKind> work_on(
        const Measure& measure, const Unit& unit, const nodes::NodeNow& node
    );
    std::vector<Denial> refused_now(const Measure& measure, TimePoint now) const;
    bool is_wanted(const Measure& measure, const Unit& unit, TimePoint now) const;
    void name(std::vector<link::Order>& orders, Unit& unit, const nodes::EachPair& each) const;
    void leave_out_shared(std::vector<link::Order>& orders, Unit& unit, const nodes::EachPair& each)
        const;
    boost::asio::awaitable<void> wait_until(std::function<bool()> done);
    Unit* unit_of(const std::string& backend) const;

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    World& world_;
    const enforcement::Executor* enforcement_ = nullptr;
    std::set<MeasureId> ordered_;  ///< their deny is in force although it is not written yet
    std::list<boost::asio::steady_timer> waiting_;
};

}  // namespace fairgate::daemon
