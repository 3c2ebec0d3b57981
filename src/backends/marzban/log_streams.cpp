#include "backends/marzban/log_streams.hpp"

#include "backends/marzban/errors.hpp"
#include "backends/marzban/socket_feed.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;

namespace {

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
    : executor_(std::move(executor)),
      client_(std::move(client)),
      clock_(clock),
      settings_(std::move(settings)),
      seed_(seed) {}

bool LogStreams::is_wanted(const PanelNode& node) const {
    const auto& only = settings_.stream.nodes;
    return node.status != "disabled" &&
           (only.empty() || std::find(only.begin(), only.end(), node.name) != only.end());
}

/// The panel's own core stands first, as if it were a node.
std::vector<PanelNode> LogStreams::wanted(std::vector<PanelNode> nodes) const {
    PanelNode own;
    own.name = own_core;
    own.status = "connected";
    nodes.insert(nodes.begin(), std::move(own));
    std::erase_if(nodes, [this](const PanelNode& node) { return !is_wanted(node); });
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
    std::vector<PanelNode> nodes = wanted(nodes_);
    shortage_.reset();
    if (holds_connections_.value_or(true) && nodes.size() > settings_.most_streams) {
        shortage_ = few_connections(settings_.most_streams, nodes.size() - settings_.most_streams);
        nodes.resize(settings_.most_streams);
    }
    StreamsChange change;
    remove_lost(nodes, change);
    for (const PanelNode& node : nodes) {
        const auto known = entries_.find(node.id);
        if (known != entries_.end()) {
            if (std::exchange(known->second.status, node.status) != node.status) {
                known->second.stream->reopen();
            }
            continue;
        }
        Entry& entry = entries_[node.id];
        entry.core.node = node.id == 0 ? std::nullopt : std::optional(node.id);
        entry.core.name = node.name;
        entry.status = node.status;
        entry.stream = make_stream(entry.core);
        change.added.push_back(entry.stream);
    }
    co_return change;
}

std::shared_ptr<LogStream> LogStreams::make_stream(const CoreName& core) {
    const auto opening = std::make_shared<Opening>(Opening{client_, core, settings_.interval});
    panel::LogOrigin origin;
    origin.product = &product;
    origin.node = core.name;
    origin.open = [opening] { return open_feed(opening); };
    return std::make_shared<LogStream>(
        executor_, std::move(origin), clock_, settings_.stream, ++seed_
    );
}

/// Also those renamed: what is told of a node is told by its name.
void LogStreams::remove_lost(const std::vector<PanelNode>& nodes, StreamsChange& change) {
    std::erase_if(entries_, [&](const auto& each) {
        const Entry& entry = each.second;
        const bool stays = std::any_of(nodes.begin(), nodes.end(), [&](const PanelNode& node) {
            return node.id == each.first && node.name == entry.core.name;
        });
        if (!stays) {
            entry.stream->end();
            change.removed.push_back(entry.core.name);
        }
        return !stays;
    });
}

std::vector<std::shared_ptr<LogStream>> LogStreams::all() const {
    std::vector<std::shared_ptr<LogStream>> streams;
    streams.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) {
        streams.push_back(entry.stream);
    }
    return streams;
}

}  // namespace fairgate::backends::marzban
