#pragma once

#include "base/clock.hpp"
#include "link/channel.hpp"
#include "link/clock_offset.hpp"
#include "link/slot_reader.hpp"
#include "link/sockets.hpp"
#include "nodes/node.hpp"
#include "nodes/node_sink.hpp"
#include "nodes/order_book.hpp"
#include "nodes/questions.hpp"
#include "sources/source.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace fairgate::nodes {

/// A node over all its connections, while the hub runs.
class NodeLink {
public:
    /// Signs a request for a newer certificate of the node; gives the certificate.
    using Renew = std::function<
        boost::asio::awaitable<Result<std::string>>(std::string node, std::string request)>;
    NodeLink(
        const Clock& clock, NodeSink& sink, NodeRecord record, std::string program, Renew renew
    );

    /// Speaks with the agent until the connection ends; says why. A newer connection of the same
    /// node ends the older one.
    boost::asio::awaitable<Error> serve(
        std::shared_ptr<link::Channel> channel, link::wire::Hello hello, std::string address
    );
    /// Ends the connection there is.
    void close();
    void replace(NodeRecord record) { record_ = std::move(record); }
    /// Asks for the time, which is the heartbeat too. Every ten seconds.
    void ping();
    /// Compares what the node is to hold with what it holds, and orders the difference.
    void order();
    /// How a measure of ours stands there; nothing of a node that takes no orders or is away.
    std::optional<OrderBook::Answer> answer(const link::OrderKey& key) const;
    /// What it holds for us, as it said last.
    const OrderBook& held() const { return orders_; }

    /// Sends a question about its connections, or an order; nothing of a node that is away or sees
    /// no connections. Questions::wait() gives the answer.
    std::shared_ptr<Questions::Pending> ask(
        const boost::asio::any_io_executor& executor, link::wire::Frame question
    );
    /// Each account, as in its log, and an address that it reported it at.
    void each_pair(const std::function<void(std::string_view, const Address&)>& take) const;
    /// Its clock minus ours.
    Duration lead() const { return offset_.offset().value_or(Duration(0)); }

    NodeNow now() const;
    /// Its sources as they are known here; those of a node that is away have failed.
    std::vector<sources::SourceHealth> sources() const;

private:
    boost::asio::awaitable<Result<void>> greet(
        link::Channel& channel, const link::wire::Hello& hello
    );
    boost::asio::awaitable<Error> listen(std::shared_ptr<link::Channel> channel);
    Result<void> hear(link::Channel& channel, const link::wire::Frame& frame);
    Result<void> take(link::Channel& channel, const link::wire::Report& report);
    void take(const link::wire::Health& health);
    boost::asio::awaitable<bool> renew(link::Channel& channel, std::string request);
    Result<void> take(const link::wire::Held& held);
    Result<void> take(const link::wire::Done& done);
    void send_orders();
    void tell_of_stranger();
    void tell_of_firewall(const std::optional<link::FirewallLook>& look);
    void measure(const link::wire::Pong& pong);
    void want(const std::string& account);

    const Clock& clock_;
    NodeSink& sink_;
    NodeRecord record_;
    std::string program_;  ///< ours
    Renew renew_;
    std::optional<std::chrono::steady_clock::time_point> renewed_;  ///< when it asked last
    std::uint64_t run_ = 0;
    std::unique_ptr<link::SlotReader> reader_;
    link::ClockOffset offset_;
    std::vector<sources::SourceHealth> sources_;
    OrderBook orders_;
    std::optional<std::chrono::steady_clock::time_point> stranger_told_;
    std::optional<std::uint64_t> lost_known_;  ///< of its firewall, since this agent started
    NodeNow shown_;
    std::uint64_t gaps_ = 0;
    std::optional<sources::Gap> last_gap_;
    std::unordered_map<std::string, TimePoint> asked_;  ///< lines of these accounts
    std::vector<std::string> wanted_;
    std::set<std::string, std::less<>> without_sockets_;  ///< inbounds
    Questions questions_;
    std::shared_ptr<link::Channel> channel_;  ///< while connected
};

}  // namespace fairgate::nodes
