#include "backends/panel/log_stream.hpp"

#include "backends/panel/log_reader.hpp"

#include <utility>

namespace fairgate::backends::panel {

namespace asio = boost::asio;

LogStream::LogStream(
    const asio::any_io_executor& executor,
    LogOrigin origin,
    const Clock& clock,
    LogStreamSettings settings,
    std::uint64_t seed
)
    : reader_(
          std::make_shared<LogReader>(executor, std::move(origin), clock, std::move(settings), seed)
      ) {
    reading_ = spawn(
        executor,
        "log of node " + reader_->node(),
        [reader = reader_] { return keep_reading(reader); },
        [reader = reader_](const std::string& task, const std::exception_ptr&) {
            reader->broke_down(task);
        }
    );
}

LogStream::~LogStream() = default;

std::string_view LogStream::name() const { return reader_->source(); }
std::string_view LogStream::node() const { return reader_->node(); }
asio::awaitable<Result<sources::LineBatch>> LogStream::next() { return reader_->next(); }
void LogStream::reopen() { reader_->reopen(); }
std::uint64_t LogStream::times_opened() const { return reader_->times_opened(); }
std::chrono::milliseconds LogStream::silent_for() const { return reader_->silent_for(); }

void LogStream::end() {
    reading_ = Task();
    reader_->end();
}

}  // namespace fairgate::backends::panel
