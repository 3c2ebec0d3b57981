#pragma once

#include "backends/panel/log_streams.hpp"
#include "backends/pasarguard/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>

namespace fairgate::backends::pasarguard {

using panel::LogStream;
using panel::LogStreamSettings;
using panel::StreamsChange;

/// A log stream for each node of a panel that has a log. Call refresh() at least once a minute.
class LogStreams final : public panel::LogStreams {
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

private:
    panel::OpenFeed opening(const panel::LogNode& node) override;
    bool is_wanted(const PanelNode& node) const;
    boost::asio::awaitable<void> check(Entry& entry, panel::LogNode now);

    std::shared_ptr<PanelClient> client_;
};

}  // namespace fairgate::backends::pasarguard
