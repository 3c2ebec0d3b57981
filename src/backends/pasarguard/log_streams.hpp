#pragma once

#include "backends/panel/log_stream.hpp"
#include "backends/pasarguard/client.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::backends::pasarguard {

using panel::LogStream;
using panel::LogStreamSettings;
using panel::StreamsChange;

/// A log stream for each node of a panel that has a log. Call refresh() at least once a minute.
class LogStreams {
public:
    LogStreams(
        boost::asio::any_io_executor executor,
        std::shared_ptr<PanelClient> client,
        const Clock& clock,
        LogStreamSettings settings,
        std::uint64_t seed
    );

    /// Asks for the list of nodes: begins and ends streams, and opens again those whose node
    /// changed its state or whose core was started anew. An error changes nothing.
    boost::asio::awaitable<Result<StreamsChange>> refresh();

    std::vector<std::shared_ptr<LogStream>> all() const;

private:
    struct Entry {
        PanelNode node;
        std::shared_ptr<LogStream> stream;
        std::chrono::seconds uptime{0};
    };

    bool is_wanted(const PanelNode& node) const;
    void remove_lost(const std::vector<PanelNode>& nodes, StreamsChange& change);
    boost::asio::awaitable<void> check(Entry& entry, PanelNode now);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<PanelClient> client_;
    const Clock& clock_;
    LogStreamSettings settings_;
    std::uint64_t seed_;
    std::map<std::int64_t, Entry> entries_;
};

}  // namespace fairgate::backends::pasarguard
