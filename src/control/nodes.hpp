#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/measure.hpp"
#include "nodes/node.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Machines that report through an agent.
namespace fairgate::control {

/// A measure that a node holds for this hub.
struct HeldRow {
    std::string measure;
    std::string account;
    MeasureState state = MeasureState::pending;
    std::optional<TimePoint> until;
    std::string by;    ///< what holds it there: "xray:core", "firewall:nftables", "cut"
    std::string text;  ///< "2 addresses refused", or why it is not done yet
    std::string next;  ///< what to do about that
};
BOOST_DESCRIBE_STRUCT(HeldRow, (), (measure, account, state, until, by, text, next))

struct NodeRow {
    std::string name;
    nodes::NodeState state = nodes::NodeState::away;
    std::string backend;
    TimePoint since;
    std::string address;
    std::string version;
    std::optional<TimePoint> heard;
    std::optional<std::int64_t> clock_offset_ms;
    std::optional<std::int64_t> round_trip_ms;
    std::uint64_t reports = 0;
    std::uint64_t observations = 0;
    std::uint64_t passed_over = 0;
    std::uint64_t buffered = 0;
    std::uint64_t lost = 0;
    std::uint64_t received = 0;
    std::uint64_t resident = 0;
    std::uint64_t sources = 0;
    std::string serial;
    std::optional<TimePoint> until;
    std::string error;
    std::string firewall;  ///< "nftables"; empty: none
    std::string core;      ///< "Xray 26.4.13 or newer", in which accounts are removed; empty: none
    std::string core_error;  ///< why nobody can be removed there now
    bool cuts = false;       ///< it can end connections there
    std::uint64_t holds = 0;
    std::string lacks;                         ///< why nothing is carried out there
    std::optional<std::vector<HeldRow>> held;  ///< only of a single node
};
BOOST_DESCRIBE_STRUCT(
    NodeRow,
    (),
    (name,
     state,
     backend,
     since,
     address,
     version,
     heard,
     clock_offset_ms,
     round_trip_ms,
     reports,
     observations,
     passed_over,
     buffered,
     lost,
     received,
     resident,
     sources,
     serial,
     until,
     error,
     firewall,
     core,
     core_error,
     cuts,
     holds,
     lacks,
     held)
)

std::vector<NodeRow> list_nodes(const Live& live);
Result<NodeRow> show_node(const Live& live, const std::string& node);

struct Joining {
    bool changed = false;
    std::string message;
    std::string token;    ///< works once; shown here and never again
    std::string command;  ///< to be run on the node
    std::optional<TimePoint> expires;
    std::string undo;
    std::optional<std::vector<std::string>> plan;
};
BOOST_DESCRIBE_STRUCT(Joining, (), (changed, message, token, command, expires, undo, plan))

/// A token for a new node, or for one that is to have a new certificate.
struct JoinOrder {
    std::string node;
    std::string backend;
    std::string address;
    std::chrono::seconds life = std::chrono::hours(24);
};
boost::asio::awaitable<Result<Joining>> join_node(Desk desk, Asker asker, JoinOrder order, Run run);

boost::asio::awaitable<Result<Change>> revoke_node(
    Desk desk, Asker asker, std::string node, Run run
);

}  // namespace fairgate::control
