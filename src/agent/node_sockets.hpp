#pragma once

#include "agent/log_reader.hpp"
#include "base/queue.hpp"
#include "link/sockets.hpp"
#include "link/wire.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::agent {

/// What the hub may ask of this node's connections, and order about them.
class NodeSockets {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        const std::vector<std::unique_ptr<LogReader>>& readers;
        sources::sockets::SocketWatch& watch;
        std::function<void(const link::wire::Frame&)> reply;
    };
    explicit NodeSockets(Parts parts);

    /// Takes a question or an order, if it is one; the answer is sent when its turn comes. More
    /// than a few dozen at once are not answered.
    void take(const link::wire::Frame& frame);
    /// Answers, one after the other, until it is cancelled.
    boost::asio::awaitable<void> answer();
    /// How well the connections are seen.
    link::Sockets now() const;

private:
    link::Seen look(const link::Look& look) const;
    boost::asio::awaitable<link::WasCut> cut(link::Cut cut);

    Parts parts_;
    Queue<link::wire::Frame> asked_;
};

}  // namespace fairgate::agent
