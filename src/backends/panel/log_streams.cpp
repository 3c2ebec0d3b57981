#include "backends/panel/log_streams.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::panel {

LogStreams::LogStreams(
    const Product& product,
    boost::asio::any_io_executor executor,
    const Clock& clock,
    LogStreamSettings settings,
    std::uint64_t seed
)
    : product_(product),
      executor_(std::move(executor)),
      clock_(clock),
      settings_(std::move(settings)),
      seed_(seed) {}

bool LogStreams::is_asked_for(const std::string& node) const {
    const auto& only = settings_.nodes;
    return only.empty() || std::ranges::find(only, node) != only.end();
}

LogStreams::Entry* LogStreams::running(const LogNode& node) {
    const auto found = entries_.find(node.id);
    const bool goes_on = found != entries_.end() && found->second.node.name == node.name;
    return goes_on ? &found->second : nullptr;
}

StreamsChange LogStreams::follow(const std::vector<LogNode>& nodes) {
    StreamsChange change;
    std::erase_if(entries_, [&](const auto& each) {
        const auto& [id, entry] = each;
        const bool stays = std::ranges::any_of(nodes, [&](const LogNode& node) {
            return node.id == entry.node.id && node.name == entry.node.name;
        });
        if (!stays) {
            entry.stream->end();
            change.removed.push_back(entry.node.name);
        }
        return !stays;
    });
    for (const LogNode& node : nodes) {
        const auto [place, is_new] = entries_.try_emplace(node.id);
        if (!is_new) {
            continue;
        }
        LogOrigin origin;
        origin.product = &product_;
        origin.node = node.name;
        origin.open = opening(node);
        place->second.node = node;
        place->second.stream =
            std::make_shared<LogStream>(executor_, std::move(origin), clock_, settings_, ++seed_);
        change.added.push_back(place->second.stream);
    }
    return change;
}

std::vector<std::shared_ptr<LogStream>> LogStreams::all() const {
    std::vector<std::shared_ptr<LogStream>> streams;
    streams.reserve(entries_.size());
    for (const auto& [id, entry] : entries_) {
        streams.push_back(entry.stream);
    }
    return streams;
}

}  // namespace fairgate::backends::panel
