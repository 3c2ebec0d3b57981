#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/spawn.hpp"
#include "config/settings.hpp"
#include "link/slot_book.hpp"
#include "sessions/session_feed.hpp"
#include "sources/line_reading.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>

namespace fairgate::agent {

/// Where each source is to be read on after a restart, by its name; as sources::to_text writes.
using Positions = std::map<std::string, std::string>;

/// Nothing of a file that is not there or damaged: one starts at the ends then.
Positions load_positions(const std::string& path);
Result<void> save_positions(const std::string& path, const Positions& positions);

/// One log of this node, read into the book as long as this lives.
class LogReader {
public:
    static Result<std::unique_ptr<LogReader>> make(
        const boost::asio::any_io_executor& executor,
        const Clock& clock,
        const config::Settings& settings,
        const config::SourceSettings& source,
        const Positions& positions,
        link::SlotBook& book
    );

    void start();
    void tick(TimePoint now) { reading_.tick(now); }
    sources::SourceHealth health(TimePoint now) const;
    /// Null where its lines are not joined with sockets.
    sessions::SessionFeed* sessions() const { return sessions_.get(); }
    const std::string& name() const { return name_; }
    /// As of six minutes ago: what is in memory only is read again after a restart, and marking
    /// again changes nothing. Empty if nothing was read.
    std::string position() const;

private:
    class Sink;
    LogReader(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        std::unique_ptr<sources::Source> source,
        sources::LineReadingSettings settings,
        const config::SourceSettings& from,
        link::SlotBook& book
    );
    boost::asio::awaitable<void> read();

    struct Stand {
        TimePoint time;
        sources::Checkpoint checkpoint;
    };
    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    std::string name_;
    std::unique_ptr<sources::Source> source_;
    sources::LineReading reading_;
    link::SlotBook& book_;
    std::unique_ptr<sessions::SessionFeed> sessions_;
    std::deque<Stand> stands_;
    Task task_;  // last: it uses the rest
};

}  // namespace fairgate::agent
