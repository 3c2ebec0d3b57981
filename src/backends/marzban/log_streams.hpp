#pragma once

#include "backends/marzban/client.hpp"
#include "backends/panel/log_streams.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace fairgate::backends::marzban {

using panel::LogStream;
using panel::StreamsChange;

/// The name of the panel's own core among the nodes.
inline constexpr const char* own_core = "Master";

struct LogSettings {
    panel::LogStreamSettings stream = default_stream();
    /// How long the panel gathers lines into one frame; none: as they come.
    std::optional<std::chrono::milliseconds> interval = std::chrono::milliseconds(500);
    /// Of a login that holds a connection to the panel's database for each: SQLite's pool has 15,
    /// and beyond them the panel answers nobody any more.
    std::size_t most_streams = 8;

    /// Pings come every 20 s, and a socket whose node was replaced gives them for ever.
    static panel::LogStreamSettings default_stream();
};

/// A log stream for the panel's own core and for each of its nodes. Call refresh() at least once a
/// minute.
class LogStreams final : public panel::LogStreams {
public:
    LogStreams(
        boost::asio::any_io_executor executor,
        std::shared_ptr<PanelClient> client,
        const Clock& clock,
        LogSettings settings,
        std::uint64_t seed
    );

    /// Asks for the list of nodes: begins and ends streams, and opens again those whose node
    /// changed its state. An error changes nothing.
    boost::asio::awaitable<Result<StreamsChange>> refresh();

    /// The panel's nodes as they were last listed, those not read among them.
    const std::vector<PanelNode>& nodes() const { return nodes_; }
    /// FG-MZB-037 while nodes are left out for the sake of the panel's database.
    const std::optional<Error>& shortage() const { return shortage_; }

private:
    panel::OpenFeed opening(const panel::LogNode& node) override;
    std::vector<panel::LogNode> wanted() const;
    boost::asio::awaitable<void> learn_limit();

    std::shared_ptr<PanelClient> client_;
    std::optional<std::chrono::milliseconds> interval_;
    std::size_t most_streams_;
    std::vector<PanelNode> nodes_;
    std::optional<bool> holds_connections_;
    std::optional<Error> shortage_;
};

}  // namespace fairgate::backends::marzban
