#pragma once

#include "base/error.hpp"
#include "link/sockets.hpp"
#include "nodes/node_link.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <string>

namespace fairgate::nodes {

using Links = std::map<std::string, std::shared_ptr<NodeLink>>;

/// Asks nodes which connections live there, all at once, and waits three seconds; times come by our
/// clock. FG-NOD-010 of one that did not answer.
boost::asio::awaitable<std::map<std::string, Result<link::Seen>>> look_at_nodes(
    boost::asio::any_io_executor executor,
    const Links& links,
    std::map<std::string, link::Look> looks
);
/// Orders them to end connections, likewise.
boost::asio::awaitable<std::map<std::string, Result<link::WasCut>>> cut_on_nodes(
    boost::asio::any_io_executor executor, const Links& links, std::map<std::string, link::Cut> cuts
);

}  // namespace fairgate::nodes
