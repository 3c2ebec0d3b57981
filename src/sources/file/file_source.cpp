#include "sources/file/file_source.hpp"

#include "sources/file/directory_watch.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace fairgate::sources::file {

namespace asio = boost::asio;

namespace {

using Steady = std::chrono::steady_clock;

class FileSource final : public Source {
public:
    FileSource(
        const asio::any_io_executor& executor,
        const Clock& clock,
        LogPattern pattern,
        FileSourceSettings settings
    )
        : settings_(std::move(settings)),
          clock_(clock),
          executor_(executor),
          watch_(executor, pattern.directory()),
          pause_(executor),
          tail_(tail_settings(std::move(pattern), settings_), clock.now()) {}

    std::string_view name() const override { return settings_.name; }

    asio::awaitable<Result<LineBatch>> next() override {
        // Also lets others run between two batches of a long catch-up.
        co_await asio::post(executor_, asio::use_awaitable);
        const auto deadline = Steady::now() + settings_.patience;
        co_await rest();
        for (;;) {
            scan_if_due();
            auto read = tail_.read(settings_.batch_limit, clock_.now());
            if (!read || !read->lines.empty() || read->gap || Steady::now() >= deadline) {
                co_return batch_of(std::move(read));
            }
            co_await wait_until(deadline);
        }
    }

private:
    static TailSettings tail_settings(LogPattern pattern, const FileSourceSettings& settings) {
        return {
            .pattern = std::move(pattern),
            .start = settings.start,
            .position = settings.position,
        };
    }

    asio::awaitable<void> rest() {
        if (rest_until_ > Steady::now()) {
            pause_.expires_at(rest_until_);
            co_await pause_.async_wait(asio::use_awaitable);
        }
    }

    asio::awaitable<void> wait_until(Steady::time_point deadline) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
        const DirectoryChange change =
            co_await watch_.wait(std::max(left, std::chrono::milliseconds(0)));
        const bool unread =
            std::any_of(change.written.begin(), change.written.end(), [&](const std::string& name) {
                return !tail_.is_read(name);
            });
        scan_due_ = scan_due_ || change.names_changed || unread;
    }

    // Once a second in any case: not every file system tells of every change.
    void scan_if_due() {
        const auto now = Steady::now();
        if (scan_due_ || now - scanned_ >= settings_.patience) {
            scanned_ = now;
            auto scanned = tail_.scan(clock_.now());
            scan_error_ = scanned ? std::nullopt : std::optional(scanned.error());
            scan_due_ = false;
        }
    }

    Result<LineBatch> batch_of(Result<TailRead> read) {
        if (read && read->behind == 0) {
            rest_until_ = Steady::now() + settings_.pause;
        }
        const bool empty = read && read->lines.empty() && !read->gap;
        if (scan_error_ && (!read || empty)) {
            return with_retry(*scan_error_);
        }
        if (!read) {
            return with_retry(read.error());
        }
        LineBatch batch;
        batch.source = settings_.name;
        batch.node = settings_.node;
        batch.bytes = std::move(read->lines);
        batch.position = tail_.position();
        batch.arrival = clock_.now();
        batch.behind = read->behind;
        batch.gap = read->gap;
        batch.stretches = std::move(read->stretches);
        return batch;
    }

    Error with_retry(Error error) {
        rest_until_ = Steady::now() + settings_.patience;
        error.retry_in = std::chrono::ceil<std::chrono::seconds>(settings_.patience);
        return error;
    }

    FileSourceSettings settings_;
    const Clock& clock_;
    asio::any_io_executor executor_;
    DirectoryWatch watch_;
    asio::steady_timer pause_;
    FileTail tail_;
    bool scan_due_ = true;
    std::optional<Error> scan_error_;
    Steady::time_point scanned_{};
    Steady::time_point rest_until_{};
};

}  // namespace

Result<std::unique_ptr<Source>> make_file_source(
    asio::any_io_executor executor, const Clock& clock, FileSourceSettings settings
) {
    auto pattern = LogPattern::parse(settings.path);
    if (!pattern) {
        return pattern.error();
    }
    return std::unique_ptr<Source>(
        std::make_unique<FileSource>(executor, clock, *std::move(pattern), std::move(settings))
    );
}

}  // namespace fairgate::sources::file
