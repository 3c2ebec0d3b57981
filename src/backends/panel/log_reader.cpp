#include "backends/panel/log_reader.hpp"

#include "backends/panel/errors.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::backends::panel {

namespace asio = boost::asio;
using sources::LineBatch;

namespace {

/// A read that brings less than this is followed by a pause.
constexpr std::size_t small_piece = 4U << 10U;
/// A reading that was cancelled before it began tells nobody that it is over.
constexpr std::chrono::seconds look_anyway{5};

/// Until the timer expires or is cancelled, which is the same; throws when the coroutine is.
asio::awaitable<void> wait_for(asio::steady_timer& timer) {
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

}  // namespace

/// While one stream is read; tells who waits for its end, which cancellation is too.
class LogReader::UnderWay {
public:
    explicit UnderWay(LogReader& reader) : reader_(reader) {}
    ~UnderWay() {
        reader_.under_way_ = false;
        reader_.over_.cancel();
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

private:
    LogReader& reader_;
};

LogReader::LogReader(
    const asio::any_io_executor& executor,
    LogOrigin origin,
    const Clock& clock,
    LogStreamSettings settings,
    std::uint64_t seed
)
    : executor_(executor),
      origin_(std::move(origin)),
      clock_(clock),
      settings_(std::move(settings)),
      backoff_(settings_.first_wait, settings_.most_wait, seed),
      last_line_(std::chrono::steady_clock::now()),
      news_(executor, Time::max()),
      room_(executor, Time::max()),
      over_(executor, Time::max()) {}

std::chrono::milliseconds LogReader::silent_for() const {
    const auto silence = std::chrono::steady_clock::now() - last_line_;
    return std::chrono::duration_cast<std::chrono::milliseconds>(silence);
}

asio::awaitable<Result<LineBatch>> LogReader::next() {
    const Time until = std::chrono::steady_clock::now() + settings_.patience;
    while (lines_.empty() && !gap_ && !error_ && !node_gone_ &&
           std::chrono::steady_clock::now() < until) {
        news_.expires_at(until);
        co_await wait_for(news_);
    }
    if (node_gone_) {
        if (std::exchange(told_gone_, true)) {  // once at once, then in the pace of empty batches
            news_.expires_at(until);
            co_await wait_for(news_);
        }
        co_return node_gone(*origin_.product, origin_.node);
    }
    if (lines_.empty() && error_) {
        const Error error = *std::exchange(error_, std::nullopt);
        co_return error;
    }
    LineBatch batch;
    batch.source = settings_.source;
    batch.node = origin_.node;
    batch.arrival = lines_.empty() ? clock_.now() : arrival_;
    batch.bytes = std::exchange(lines_, {});
    batch.gap = std::exchange(gap_, std::nullopt);
    room_.cancel();
    co_return batch;
}

void LogReader::reopen() {
    if (under_way_) {
        stop(End::asked, std::nullopt);
        over_.cancel();
    }
}

void LogReader::end() {
    node_gone_ = true;
    news_.cancel();
}

void LogReader::broke_down(const std::string& task) {
    stop(End::broken, stream_ended(*origin_.product, origin_.node, task + " broke down"));
}

asio::awaitable<void> read_stream(
    std::shared_ptr<LogReader> reader, std::shared_ptr<LineFeed> feed
) {
    const LogReader::UnderWay under_way(*reader);
    co_await reader->read(*feed);
}

asio::awaitable<void> keep_reading(std::shared_ptr<LogReader> reader) {
    while (true) {
        auto opened = co_await reader->origin_.open();
        reader->begin();
        if (!opened) {
            reader->under_way_ = false;
            reader->stop(LogReader::End::broken, opened.error());
        } else {
            ++reader->times_opened_;
            // Goes at the end of this block, so the connection is closed before the next one opens.
            const std::shared_ptr<LineFeed> feed = *std::move(opened);
            Task reading = spawn(
                reader->executor_,
                "reads the log of node " + reader->node(),
                [reader, feed] { return read_stream(reader, feed); },
                [reader](const std::string& task, const std::exception_ptr&) {
                    reader->broke_down(task);
                }
            );
            while (reader->under_way_ && !reading.finished()) {
                if (reader->end_ == LogReader::End::asked) {
                    reading.cancel();
                }
                reader->over_.expires_after(look_anyway);
                co_await wait_for(reader->over_);
            }
        }
        asio::steady_timer pause(reader->executor_, reader->wait_before_opening());
        co_await pause.async_wait(asio::use_awaitable);
    }
}

void LogReader::begin() {
    end_ = End::none;
    under_way_ = true;
    has_lines_ = false;
    has_signs_ = false;
    opened_ = std::chrono::steady_clock::now();
    last_line_ = opened_;
}

asio::awaitable<void> LogReader::read(LineFeed& feed) {
    while (end_ == End::none) {
        const auto silence_left = std::chrono::ceil<std::chrono::milliseconds>(
            last_line_ + settings_.silence - std::chrono::steady_clock::now()
        );
        if (silence_left.count() <= 0) {
            co_return stop(End::silent, std::nullopt);
        }
        auto piece = co_await feed.read(std::min(settings_.dead, silence_left));
        if (!piece) {
            co_return stop_after(piece.error(), silence_left);
        }
        const std::size_t bytes = piece->bytes;
        const bool ended = piece->ended;
        take(*std::move(piece));
        if (ended) {
            co_return stop_at_end_of_body();
        }
        if (end_ == End::none) {
            co_await pause_after(bytes);
        }
    }
}

void LogReader::take(FeedPiece piece) {
    const bool with_lines = !piece.lines.empty();
    if (with_lines || (piece.alive && settings_.pings == LogStreamSettings::Pings::prove_it)) {
        sign_of_life();
    }
    if (piece.lost && !gap_) {
        const TimePoint now = clock_.now();
        gap_ = sources::Gap{sources::GapReason::lost, now - std::chrono::seconds(1), now, 0};
    }
    if (with_lines) {
        lines_ += piece.lines;
        has_lines_ = true;
        backoff_.reset();
        error_.reset();
        arrival_ = clock_.now();
        last_line_ = std::chrono::steady_clock::now();
        news_.cancel();
    }
    if (piece.error) {
        stop(End::broken, std::move(piece.error));
    }
}

/// Waits while whoever asks is behind, and a moment after a small piece.
asio::awaitable<void> LogReader::pause_after(std::size_t bytes) {
    while (lines_.size() >= settings_.most_waiting && end_ == End::none) {
        co_await wait_for(room_);
        last_line_ = std::chrono::steady_clock::now();  // the silence was ours
    }
    if (bytes < small_piece) {
        asio::steady_timer pause(executor_, settings_.pause);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

/// The first one of a stream tells what may be missing before it. What a node could not send while
/// nobody read it has kept; what was on its way when a connection broke is lost.
void LogReader::sign_of_life() {
    const TimePoint now = clock_.now();
    const bool is_first = !std::exchange(has_signs_, true);
    if (is_first && last_sign_ && (broken_since_ || now - *last_sign_ > settings_.short_break)) {
        gap_ = sources::Gap{sources::GapReason::outage, *last_sign_, now, 0};
        news_.cancel();
    }
    broken_since_ = false;
    last_sign_ = now;
}

void LogReader::stop(End end, std::optional<Error> error) {
    if (end_ != End::none) {
        return;
    }
    end_ = end;
    broken_since_ = broken_since_ || end == End::broken;
    if (error) {
        error_ = std::move(error);
        news_.cancel();
    }
}

void LogReader::stop_at_end_of_body() {
    const bool too_short =
        !has_lines_ && std::chrono::steady_clock::now() - opened_ < settings_.too_short;
    if (too_short) {
        // The panel answers 200 before it asks the node, and only logs what the node says.
        return stop(
            End::clean,
            stream_ended(*origin_.product, origin_.node, "at once: does the node's core run?")
        );
    }
    stop(End::clean, std::nullopt);
}

void LogReader::stop_after(const Error& failure, std::chrono::milliseconds silence_left) {
    const bool nothing_came = failure.code == "FG-NET-016";
    if (nothing_came && silence_left <= settings_.dead) {
        return stop(End::silent, std::nullopt);
    }
    stop(
        End::broken,
        nothing_came ? stream_silent(*origin_.product, origin_.node, "not even pings") : failure
    );
}

std::chrono::milliseconds LogReader::wait_before_opening() {
    const bool at_once = end_ == End::silent || end_ == End::asked;
    return at_once ? std::chrono::milliseconds(0) : backoff_.next();
}

}  // namespace fairgate::backends::panel
