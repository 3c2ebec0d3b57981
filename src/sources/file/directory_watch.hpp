#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::sources::file {

/// What happened in a directory since the last time.
struct DirectoryChange {
    bool names_changed = false;        ///< made, renamed, removed, permissions; or it is not known
    std::vector<std::string> written;  ///< names of files that were written to
};

/// Tells when something happens in a directory, by inotify(7). Where that is not to be had (out of
/// watches, a network file system, no such directory) it tells after each `patience` that
/// something may have happened, so the caller looks and needs no second way.
class DirectoryWatch {
public:
    DirectoryWatch(boost::asio::any_io_executor executor, std::string directory);

    /// Waits for a change, at most `patience`. Everything that happened by then is told at once.
    boost::asio::awaitable<DirectoryChange> wait(std::chrono::milliseconds patience);
    bool is_watching() const { return watch_ >= 0; }

private:
    void start();
    void take_events(DirectoryChange& change);

    std::string directory_;
    std::optional<boost::asio::posix::stream_descriptor> events_;
    boost::asio::steady_timer timer_;
    int watch_ = -1;
};

}  // namespace fairgate::sources::file
