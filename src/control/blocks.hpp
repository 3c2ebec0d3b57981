#pragma once

#include "control/change.hpp"
#include "control/desk.hpp"
#include "link/firewall_look.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// Packets that a firewall refuses, or should.
struct BlockRow {
    std::string refused;            ///< in one: "203.0.113.5 to tcp/443"
    std::string address;            ///< "203.0.113.5"
    std::string protocol;           ///< tcp, udp; empty: both
    std::optional<int> peer_port;   ///< the customer's: one connection
    std::optional<int> local_port;  ///< ours; none: all
    std::vector<std::string> accounts;
    std::optional<TimePoint> until;  ///< none: until it is lifted
    std::vector<std::string> measures;
    std::vector<std::string> decisions;
    std::string enforcer;
    std::string why_not;  ///< of one that is left out: the rule that protects it
    std::string node;     ///< whose firewall it is; empty: this machine's
};
BOOST_DESCRIBE_STRUCT(
    BlockRow,
    (),
    (refused,
     address,
     protocol,
     peer_port,
     local_port,
     accounts,
     until,
     measures,
     decisions,
     enforcer,
     why_not,
     node)
)

struct BlockSearch {
    std::string account;  ///< "ali", "main/ali"; empty: all
    std::string address;  ///< "203.0.113.5"; empty: all
    std::size_t limit = 50;
    std::string cursor;
};

/// What the firewall refuses at this moment, read from it, and those of nodes, as each told last;
/// of one node at most link::most_listed. Where none acts the list is empty, and its summary says
/// what acts instead. FG-CTL-002, -003, -004, -007, and what the firewall says.
boost::asio::awaitable<Result<Listed<BlockRow>>> list_blocks(Desk desk, BlockSearch search);

/// What a node's firewall was found to hold of what the node holds for this hub.
struct NodeBlocks {
    std::string node;
    std::string enforcer;
    bool clean = true;
    std::string verdict;  ///< one sentence
    std::string code;     ///< FG-NOD-015, -016, or why nothing is known
    std::optional<TimePoint> looked;
    std::int64_t measures = 0;  ///< that it holds
    std::int64_t in_force = 0;
    std::int64_t lost = 0;  ///< found gone since its agent started, and put back
    std::vector<BlockRow> missing;
    std::vector<BlockRow> strays;
    std::vector<BlockRow> left_out;
};
BOOST_DESCRIBE_STRUCT(
    NodeBlocks,
    (),
    (node,
     enforcer,
     clean,
     verdict,
     code,
     looked,
     measures,
     in_force,
     lost,
     missing,
     strays,
     left_out)
)

/// What was decided, compared with what is in force.
struct BlockCheck {
    std::string enforcer;  ///< empty: no firewall acts
    bool clean = true;
    std::string verdict;  ///< one sentence
    std::string code;     ///< FG-ENF-025, -026, or what the firewall says; empty when it is clean
    std::string cause;
    std::string next;  ///< the next command; empty: nothing to do
    std::int64_t in_force = 0;
    std::vector<BlockRow> missing;   ///< decided, and not in force
    std::vector<BlockRow> strays;    ///< in force, and decided by nobody
    std::vector<BlockRow> left_out;  ///< decided, and never refused: protected
    std::vector<NodeBlocks> nodes;   ///< that are connected and have a firewall
};
BOOST_DESCRIBE_STRUCT(
    BlockCheck,
    (),
    (enforcer, clean, verdict, code, cause, next, in_force, missing, strays, left_out, nodes)
)

/// A firewall that is not at work is a finding, not an error.
boost::asio::awaitable<Result<BlockCheck>> check_blocks(Desk desk);

/// Of nodes' firewalls, what was found so.
std::vector<BlockRow> rows_of_nodes(const Live& live, link::Found found);

/// How lists show what a firewall was found to refuse.
std::vector<BlockRow> rows_of(
    const std::vector<enforcement::Refusal>& refusals,
    const std::string& enforcer,
    const std::vector<Measure>& open
);

}  // namespace fairgate::control
