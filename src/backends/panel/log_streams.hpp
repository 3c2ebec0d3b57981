#pragma once

#include "backends/panel/log_stream.hpp"
#include "base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::panel {

/// Which streams are new, and which nodes are no longer read.
struct StreamsChange {
    std::vector<std::shared_ptr<LogStream>> added;
    std::vector<std::string> removed;
};

/// A node whose log is to be read, as the panel lists it.
struct LogNode {
    std::int64_t id = 0;
    std::string name;
    std::string status;
};

/// A log stream for each node of a panel that is to be read. Which those are, and how their logs
/// are opened, is the product's own.
class LogStreams {
public:
    LogStreams(
        const Product& product,
        boost::asio::any_io_executor executor,
        const Clock& clock,
        LogStreamSettings settings,
        std::uint64_t seed
    );
    virtual ~LogStreams() = default;
    LogStreams(const LogStreams&) = delete;
    LogStreams& operator=(const LogStreams&) = delete;

    std::vector<std::shared_ptr<LogStream>> all() const;

protected:
    struct Entry {
        LogNode node;  ///< as it was last listed
        std::shared_ptr<LogStream> stream;
        std::chrono::seconds uptime{0};  ///< of its core, where the panel tells it
    };

    /// Whether somebody asked for this node; the lines of others would be missing to whoever reads
    /// them.
    bool is_asked_for(const std::string& node) const;
    /// Ends the streams of nodes that are not among `nodes`, also of those renamed: what is told of
    /// a node is told by its name. Begins those that are new. Touches no other.
    StreamsChange follow(const std::vector<LogNode>& nodes);
    /// The stream that follow() would go on with for this node; none where it would begin one.
    Entry* running(const LogNode& node);

private:
    virtual OpenFeed opening(const LogNode& node) = 0;

    const Product& product_;
    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    LogStreamSettings settings_;
    std::uint64_t seed_;
    std::map<std::int64_t, Entry> entries_;
};

}  // namespace fairgate::backends::panel
