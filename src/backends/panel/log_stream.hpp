#pragma once

#include "backends/panel/errors.hpp"
#include "backends/panel/line_feed.hpp"
#include "base/clock.hpp"
#include "base/spawn.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::panel {

struct LogStreamSettings {
    std::string source = "panel";    ///< the source's name in the configuration
    std::vector<std::string> nodes;  ///< LogStreams reads only these; empty: all
    /// No line for so long, pings or not: the stream is opened again. A quiet node loses nothing
    /// by that; a core that was started anew leaves the old stream waiting for ever.
    std::chrono::milliseconds silence{60'000};
    /// Not even a ping (they come every 15 s): the connection is dead.
    std::chrono::milliseconds dead{45'000};
    std::chrono::milliseconds first_wait{1'000};  ///< before it is opened again; doubles, jitter
    std::chrono::milliseconds most_wait{60'000};
    std::chrono::milliseconds patience{1'000};  ///< of next(): then an empty batch
    /// After a small piece, so that a busy node costs twenty reads a second and not one a line.
    std::chrono::milliseconds pause{50};
    std::size_t most_waiting = 1U << 20U;  ///< bytes; then nothing is read until next() is called
    /// A stream that ends sooner than this without a line has failed.
    std::chrono::milliseconds too_short{5'000};
    /// Whether a stream that gives only pings may have lost its core (Marzban, whose sockets
    /// outlive it), so that a time without lines before it was opened again counts as a gap.
    enum class Pings { prove_it, prove_nothing };
    Pings pings = Pings::prove_it;
    /// A pause without a sign of life longer than this is a gap.
    std::chrono::milliseconds short_break{10'000};
};

class LogReader;

/// Which log it is, and how it is opened.
struct LogOrigin {
    const Product* product = nullptr;
    std::string node;  ///< how it is called; "main" for a panel's own core
    OpenFeed open;
};

/// The log of one node, as the panel streams it. One connection at a time: the old one is closed
/// before a new one is opened (PasarGuard's nodes give each line to one reader only). Lines carry
/// their own time, by which whoever counts leaves stale ones out; the node's clock is measured
/// there too (sources::LineReading). There is no position to resume from.
class LogStream final : public sources::Source {
public:
    LogStream(
        const boost::asio::any_io_executor& executor,
        LogOrigin origin,
        const Clock& clock,
        LogStreamSettings settings,
        std::uint64_t seed
    );
    ~LogStream() override;
    LogStream(const LogStream&) = delete;
    LogStream& operator=(const LogStream&) = delete;

    std::string_view name() const override;
    std::string_view node() const;
    boost::asio::awaitable<Result<sources::LineBatch>> next() override;

    /// Something happened to the node: what is open may be waiting for ever.
    void reopen();
    /// The node has left the panel; next() says so from now on (the product's 033).
    void end();

    std::uint64_t times_opened() const;
    /// How long there has been no line, since it was opened at the latest.
    std::chrono::milliseconds silent_for() const;

private:
    std::shared_ptr<LogReader> reader_;  ///< shared with the coroutine that fills it
    Task reading_;
};

}  // namespace fairgate::backends::panel
