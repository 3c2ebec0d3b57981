#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/sockets.hpp"
#include "nodes/node.hpp"
#include "nodes/node_book.hpp"
#include "nodes/node_sink.hpp"
#include "nodes/order_book.hpp"
#include "pki/authority.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::nodes {

/// A token that was given out.
struct Invited {
    std::string token;
    TimePoint expires;
};

/// The door for agents. One port takes both who joins and who has joined; it gives nothing to
/// anybody who shows neither a token nor a certificate that is allowed now.
class Gate {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        pki::Authority authority;
        NodeBook book;
        /// Keeps the book; it is on the disk when this returns.
        std::function<boost::asio::awaitable<Result<void>>(std::string text)> save;
        NodeSink& sink;
        std::string program;  ///< our version
    };

    /// Opens the port and takes agents until the last owner lets go. What it was given must outlive
    /// that; its connections end at the executor's next turns. FG-NET-020 to 024.
    static Result<std::shared_ptr<Gate>> open(Parts parts, const std::string& listen);
    virtual ~Gate() = default;

    virtual std::string listening_on() const = 0;
    virtual std::vector<NodeNow> nodes() const = 0;
    virtual std::vector<sources::SourceHealth> sources(const std::string& backend) const = 0;
    /// Tells every node what it is to hold now, where that is another thing than it holds.
    virtual void order() = 0;
    /// How a measure of ours stands at a node; nothing of one that is away or takes no orders.
    virtual std::optional<OrderBook::Answer> answer(
        const std::string& node, const link::OrderKey& key
    ) const = 0;
    /// What a node holds for us, as it said last; null if there is no such node.
    virtual const OrderBook* held(const std::string& node) const = 0;
    template <class Value>
    using ByNode = std::map<std::string, Value>;
    /// Asks nodes which connections live there, all at once and for a few seconds. FG-NOD-010 of
    /// one that did not answer in time, or sees none.
    virtual boost::asio::awaitable<ByNode<Result<link::Seen>>> look(ByNode<link::Look> looks) = 0;
    /// Orders them to end connections, and waits for what became of it. FG-NOD-010.
    virtual boost::asio::awaitable<ByNode<Result<link::WasCut>>> cut(ByNode<link::Cut> cuts) = 0;
    /// Each account, as in the node's log, and an address that it reported it at.
    virtual void each_pair(
        const std::string& node, const std::function<void(std::string_view, const Address&)>& take
    ) const = 0;
    virtual const NodeBook& book() const = 0;
    virtual const pki::Authority& authority() const = 0;

    /// A token for a new node, or for one that is to have a new certificate. FG-NOD-002
    virtual boost::asio::awaitable<Result<Invited>> invite(
        std::string name, std::string backend, std::string address, std::chrono::seconds life
    ) = 0;
    /// From now on its certificate is refused, and its connection ended. FG-NOD-003
    virtual boost::asio::awaitable<Result<void>> revoke(std::string name) = 0;
};

}  // namespace fairgate::nodes
