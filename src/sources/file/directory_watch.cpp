#include "sources/file/directory_watch.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace fairgate::sources::file {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t names =
    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t writes = IN_MODIFY;
constexpr std::uint32_t ends = IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF;

}  // namespace

DirectoryWatch::DirectoryWatch(asio::any_io_executor executor, std::string directory)
    : directory_(std::move(directory)), timer_(executor) {
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd >= 0) {
        events_.emplace(executor, fd);
        start();
    }
}

void DirectoryWatch::start() {
    watch_ = inotify_add_watch(
        events_->native_handle(), directory_.c_str(), names | writes | IN_ONLYDIR
    );
}

asio::awaitable<DirectoryChange> DirectoryWatch::wait(std::chrono::milliseconds patience) {
    DirectoryChange change;
    timer_.expires_after(patience);
    if (!is_watching()) {
        co_await timer_.async_wait(asio::use_awaitable);
        change.names_changed = true;
        if (events_) {
            start();  // the directory may be there now
        }
        co_return change;
    }
    co_await asio::experimental::make_parallel_group(
        events_->async_wait(asio::posix::descriptor_base::wait_read, asio::deferred),
        timer_.async_wait(asio::deferred)
    )
        .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    take_events(change);
    co_return change;
}

void DirectoryWatch::take_events(DirectoryChange& change) {
    alignas(inotify_event) std::array<char, 16U << 10U> buffer;
    for (;;) {
        const ssize_t got = read(events_->native_handle(), buffer.data(), buffer.size());
        if (got <= 0) {
            return;
        }
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            at += sizeof event + event.len;
            if ((event.mask & (names | ends | IN_Q_OVERFLOW)) != 0) {
                change.names_changed = true;
            } else if (event.len > 0) {
                change.written.emplace_back(name);
            }
            if ((event.mask & ends) != 0 && event.wd == watch_) {
                inotify_rm_watch(events_->native_handle(), watch_);
                watch_ = -1;
            }
        }
    }
}

}  // namespace fairgate::sources::file
