#include "backends/pasarguard/log_streams.hpp"

#include "backends/pasarguard/errors.hpp"
#include "backends/pasarguard/event_feed.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

namespace {

/// A stream with lines within this proves itself; its node need not be asked.
constexpr std::chrono::seconds proven_for{5};

asio::awaitable<Result<std::shared_ptr<panel::LineFeed>>> open_feed(
    std::shared_ptr<PanelClient> client, PanelNode node
) {
    auto opened = co_await client->open_log(node.id);
    if (!opened) {
        co_return opened.error();
    }
    std::shared_ptr<panel::LineFeed> feed =
        std::make_shared<EventFeed>(*std::move(opened), node.name);
    co_return Result<std::shared_ptr<panel::LineFeed>>(std::move(feed));
}

panel::LogOrigin origin_of(std::shared_ptr<PanelClient> client, PanelNode node) {
    panel::LogOrigin origin;
    origin.product = &product;
    origin.node = node.name;
    origin.open = [client = std::move(client), node = std::move(node)] {
        return open_feed(client, node);
    };
    return origin;
}

}  // namespace

LogStreams::LogStreams(
    asio::any_io_executor executor,
    std::shared_ptr<PanelClient> client,
    const Clock& clock,
    LogStreamSettings settings,
    std::uint64_t seed
)
    : executor_(std::move(executor)),
      client_(std::move(client)),
      clock_(clock),
      settings_(std::move(settings)),
      seed_(seed) {}

/// The panel answers 404 for the logs of nodes that are disabled or over their own quota. A node
/// that nobody asked for is not read: its lines would be missing to whoever does.
bool LogStreams::is_wanted(const PanelNode& node) const {
    const auto& only = settings_.nodes;
    return node.status != "disabled" && node.status != "limited" &&
           (only.empty() || std::find(only.begin(), only.end(), node.name) != only.end());
}

asio::awaitable<Result<StreamsChange>> LogStreams::refresh() {
    auto nodes = co_await client_->nodes();
    if (!nodes) {
        co_return nodes.error();
    }
    StreamsChange change;
    remove_lost(*nodes, change);
    for (PanelNode& node : *nodes) {
        if (!is_wanted(node)) {
            continue;
        }
        const auto known = entries_.find(node.id);
        if (known != entries_.end()) {
            co_await check(known->second, std::move(node));
            continue;
        }
        Entry& entry = entries_[node.id];
        entry.node = node;
        entry.stream = std::make_shared<LogStream>(
            executor_, origin_of(client_, std::move(node)), clock_, settings_, ++seed_
        );
        change.added.push_back(entry.stream);
    }
    co_return change;
}

/// Also those renamed: what is told of a node is told by its name.
void LogStreams::remove_lost(const std::vector<PanelNode>& nodes, StreamsChange& change) {
    std::erase_if(entries_, [&](const auto& each) {
        const Entry& entry = each.second;
        const bool stays = std::any_of(nodes.begin(), nodes.end(), [&](const PanelNode& node) {
            return node.id == entry.node.id && node.name == entry.node.name && is_wanted(node);
        });
        if (!stays) {
            entry.stream->end();
            change.removed.push_back(entry.node.name);
        }
        return !stays;
    });
}

asio::awaitable<void> LogStreams::check(Entry& entry, PanelNode now) {
    bool restarted = entry.node.status != now.status;
    entry.node = std::move(now);
    if (entry.node.status == "connected" && entry.stream->silent_for() > proven_for) {
        // Without the right to ask, the watch over silence has to do.
        if (const auto uptime = co_await client_->core_uptime(entry.node.id)) {
            restarted = restarted || *uptime < entry.uptime;
            entry.uptime = *uptime;
        }
    }
    if (restarted) {
        entry.stream->reopen();
    }
}

std::vector<std::shared_ptr<LogStream>> LogStreams::all() const {
    std::vector<std::shared_ptr<LogStream>> streams;
    streams.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) {
        streams.push_back(entry.stream);
    }
    return streams;
}

}  // namespace fairgate::backends::pasarguard
