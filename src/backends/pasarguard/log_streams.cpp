#include "backends/pasarguard/log_streams.hpp"

#include "backends/pasarguard/errors.hpp"
#include "backends/pasarguard/event_feed.hpp"

#include <utility>
#include <vector>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;
using panel::LogNode;

namespace {

/// A stream with lines within this proves itself; its node need not be asked.
constexpr std::chrono::seconds proven_for{5};

asio::awaitable<Result<std::shared_ptr<panel::LineFeed>>> open_feed(
    std::shared_ptr<PanelClient> client, LogNode node
) {
    auto opened = co_await client->open_log(node.id);
    if (!opened) {
        co_return opened.error();
    }
    std::shared_ptr<panel::LineFeed> feed =
        std::make_shared<EventFeed>(*std::move(opened), node.name);
    co_return Result<std::shared_ptr<panel::LineFeed>>(std::move(feed));
}

}  // namespace

LogStreams::LogStreams(
    asio::any_io_executor executor,
    std::shared_ptr<PanelClient> client,
    const Clock& clock,
    LogStreamSettings settings,
    std::uint64_t seed
)
    : panel::LogStreams(product, std::move(executor), clock, std::move(settings), seed),
      client_(std::move(client)) {}

panel::OpenFeed LogStreams::opening(const LogNode& node) {
    return [client = client_, node] { return open_feed(client, node); };
}

/// The panel answers 404 for the logs of nodes that are disabled or over their own quota.
bool LogStreams::is_wanted(const PanelNode& node) const {
    return node.status != "disabled" && node.status != "limited" && is_asked_for(node.name);
}

asio::awaitable<Result<StreamsChange>> LogStreams::refresh() {
    const auto listed = co_await client_->nodes();
    if (!listed) {
        co_return listed.error();
    }
    std::vector<LogNode> nodes;
    for (const PanelNode& node : *listed) {
        if (is_wanted(node)) {
            nodes.push_back(LogNode{node.id, node.name, node.status});
        }
    }
    for (const LogNode& node : nodes) {
        if (Entry* entry = running(node)) {
            co_await check(*entry, node);
        }
    }
    co_return follow(nodes);
}

asio::awaitable<void> LogStreams::check(Entry& entry, LogNode now) {
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

}  // namespace fairgate::backends::pasarguard
