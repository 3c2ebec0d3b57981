#include "backends/marzban/log_streams.hpp"

#include "backends/marzban/errors.hpp"
#include "backends/marzban/socket_feed.hpp"

#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using panel::LogNode;

namespace {

/// The panel's own core has the number 0, which no node has.
constexpr std::int64_t own_core_id = 0;

using Opened = Result<std::shared_ptr<panel::LineFeed>>;

/// What opens one core's log, again and again.
struct Opening {
    std::shared_ptr<PanelClient> client;
    CoreName core;
    std::optional<std::chrono::milliseconds> interval;
    std::shared_ptr<ReplayFilter> seen = std::make_shared<ReplayFilter>();
};

asio::awaitable<Opened> open_feed(std::shared_ptr<Opening> opening) {
    auto socket = co_await opening->client->open_log(opening->core, opening->interval);
    if (!socket) {
        co_return socket.error();
    }
    std::shared_ptr<panel::LineFeed> feed =
        std::make_shared<SocketFeed>(*std::move(socket), opening->seen);
    co_return Opened(std::move(feed));
}

}  // namespace

panel::LogStreamSettings LogSettings::default_stream() {
    panel::LogStreamSettings stream;
    stream.pings = panel::LogStreamSettings::Pings::prove_nothing;
    stream.dead = std::chrono::milliseconds(50'000);
    return stream;
}

LogStreams::LogStreams(
    asio::any_io_executor executor,
    std::shared_ptr<PanelClient> client,
    const Clock& clock,
    LogSettings settings,
    std::uint64_t seed
)
    : panel::LogStreams(product, std::move(executor), clock, std::move(settings.stream), seed),
      client_(std::move(client)),
      interval_(settings.interval),
      most_streams_(settings.most_streams) {}

panel::OpenFeed LogStreams::opening(const LogNode& node) {
    CoreName core;
    core.node = node.id == own_core_id ? std::nullopt : std::optional(node.id);
    core.name = node.name;
    const auto opening = std::make_shared<Opening>(Opening{client_, std::move(core), interval_});
    return [opening] { return open_feed(opening); };
}

/// The panel's own core stands first, as if it were a node.
std::vector<LogNode> LogStreams::wanted() const {
    std::vector<LogNode> nodes{LogNode{own_core_id, own_core, "connected"}};
    for (const PanelNode& node : nodes_) {
        nodes.push_back(LogNode{node.id, node.name, node.status});
    }
    std::erase_if(nodes, [this](const LogNode& node) {
        return node.status == "disabled" || !is_asked_for(node.name);
    });
    return nodes;
}

/// What cannot be told counts as a login that holds connections.
asio::awaitable<void> LogStreams::learn_limit() {
    if (holds_connections_) {
        co_return;
    }
    const auto holds = co_await client_->holds_connections();
    if (holds) {
        holds_connections_ = *holds;
    }
}

asio::awaitable<Result<StreamsChange>> LogStreams::refresh() {
    auto listed = co_await client_->nodes();
    if (!listed) {
        co_return listed.error();
    }
    co_await learn_limit();
    nodes_ = *std::move(listed);
    std::vector<LogNode> nodes = wanted();
    shortage_.reset();
    if (holds_connections_.value_or(true) && nodes.size() > most_streams_) {
        shortage_ = few_connections(most_streams_, nodes.size() - most_streams_);
        nodes.resize(most_streams_);
    }
    for (const LogNode& node : nodes) {
        Entry* entry = running(node);
        if (entry != nullptr && std::exchange(entry->node.status, node.status) != node.status) {
            entry->stream->reopen();
        }
    }
    co_return follow(nodes);
}

}  // namespace fairgate::backends::marzban
