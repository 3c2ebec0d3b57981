#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "control/live.hpp"
#include "control/orders.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// A live connection as lists show it.
struct SessionRow {
    std::string account;
    std::string backend;
    std::string address;  ///< "203.0.113.5:40211", "[2001:db8::5]:40211"
    std::string node;
    std::string inbound;
    int local_port = 0;
    TimePoint since;
    TimePoint moved;
    std::uint64_t bytes_up = 0;  ///< from the customer, since the connection began
    std::uint64_t bytes_down = 0;
    double up_rate = 0;  ///< bytes a second
    double down_rate = 0;
    bool shared = false;  ///< carries other accounts as well, and is never cut
};
BOOST_DESCRIBE_STRUCT(
    SessionRow,
    (),
    (account,
     backend,
     address,
     node,
     inbound,
     local_port,
     since,
     moved,
     bytes_up,
     bytes_down,
     up_rate,
     down_rate,
     shared)
)

struct SessionSearch {
    std::string account;  ///< "ali", "main/ali"; empty: all
    std::string address;  ///< "203.0.113.5"; empty: all
    std::size_t limit = 50;
    std::string cursor;
};

/// By account, then by address, of this machine and of nodes that answer. FG-CTL-002, -003, -004
/// for an address that is none, -007.
boost::asio::awaitable<Result<Listed<SessionRow>>> list_sessions(Desk desk, SessionSearch search);

/// What can be known of one inbound's connections.
struct InboundRow {
    std::string inbound;
    std::string source;
    std::string node;
    std::string sight;    ///< direct, partly, none, header, shared or unknown
    std::string meaning;  ///< the same in a sentence
    int joined = 0;
    int missing = 0;
    int header = 0;
    int shared = 0;
    std::vector<int> ports;
};
BOOST_DESCRIBE_STRUCT(
    InboundRow, (), (inbound, source, node, sight, meaning, joined, missing, header, shared, ports)
)
Listed<InboundRow> list_inbounds(const Live& live);

/// Cuts the account's live connections; it may connect again at once. FG-CTL-002, -003, FG-KRN-*.
boost::asio::awaitable<Result<Change>> drop_sessions(
    Desk desk, Asker asker, std::string account, std::string reason, Run run
);

}  // namespace fairgate::control
