#include "agent/log_reader.hpp"

#include "base/json.hpp"
#include "logs/account_name.hpp"
#include "pki/authority.hpp"
#include "rules/rules.hpp"
#include "sources/file/file_source.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace fairgate::agent {

using namespace std::chrono_literals;

namespace {

constexpr Duration look_back = 6min;
constexpr Duration stand_every = 10s;

}  // namespace

Positions load_positions(const std::string& path) {
    const auto text = pki::read_private(path);
    const auto read = text ? json::read<Positions>(*text, json::Unknown::ignore)
                           : Result<Positions>(text.error());
    return read ? *read : Positions{};
}

Result<void> save_positions(const std::string& path, const Positions& positions) {
    return pki::write_private(path, json::write(positions));
}

class LogReader::Sink final : public sources::ObservationSink {
public:
    explicit Sink(LogReader& reader) : reader_(reader) {}
    void observe(const Observation& seen) override {
        if (reader_.sessions_ != nullptr) {
            reader_.sessions_->offer(seen, arrival);
        } else {
            reader_.book_.observe(seen);
        }
    }
    // The hub is told with the source's health; slots of which nothing is known stay empty.
    void gap(const sources::Gap&) override {}

    TimePoint arrival;

private:
    LogReader& reader_;
};

LogReader::LogReader(
    boost::asio::any_io_executor executor,
    const Clock& clock,
    std::unique_ptr<sources::Source> source,
    sources::LineReadingSettings settings,
    const config::SourceSettings& from,
    link::SlotBook& book
)
    : executor_(std::move(executor)),
      clock_(clock),
      name_(settings.source),
      source_(std::move(source)),
      reading_(std::move(settings), clock.now()),
      book_(book) {
    if (from.sockets == config::Sockets::automatic) {
        auto take = [this](const Observation& seen) { book_.observe(seen); };
        sessions_ = std::make_unique<sessions::SessionFeed>(std::move(take), from.network);
    }
}

Result<std::unique_ptr<LogReader>> LogReader::make(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::Settings& settings,
    const config::SourceSettings& source,
    const Positions& positions,
    link::SlotBook& book
) {
    sources::Checkpoint checkpoint;
    if (const auto saved = positions.find(source.name); saved != positions.end()) {
        checkpoint = sources::parse_checkpoint(saved->second);
    }
    sources::file::FileSourceSettings file;
    file.name = source.name;
    file.path = source.path;
    file.position = checkpoint.position;
    file.start = source.start == config::StartAt::beginning ? sources::file::StartAt::beginning
                                                            : sources::file::StartAt::end;
    auto opened = sources::file::make_file_source(executor, clock, std::move(file));
    if (!opened) {
        return opened.error();
    }
    sources::LineReadingSettings reading;
    reading.source = source.name;
    reading.rules = rules::line_rules(settings.counting);
    reading.decoration = rules::decoration(source.decoration);
    // The hub knows how its backend's names are read.
    reading.names = source.names ? rules::names(*source.names) : logs::Names::raw;
    reading.window = settings.counting.window;
    reading.clock_lead = rules::zone(source.zone, clock.now());
    if (!reading.clock_lead) {
        reading.clock_lead = checkpoint.clock_lead;
    }
    reading.watch.stale_after = source.silence;
    return std::unique_ptr<LogReader>(
        new LogReader(executor, clock, std::move(*opened), std::move(reading), source, book)
    );
}

void LogReader::start() {
    // A reader that breaks down stays `failed` in what the hub is told.
    task_ = spawn(
        executor_,
        "read " + name_,
        [this] { return read(); },
        [this](const std::string&, const std::exception_ptr&) {
            Error error;
            error.code = "FG-AGT-012";
            error.what = "reading " + name_ + " broke down";
            reading_.fail(std::move(error), clock_.now());
        }
    );
}

boost::asio::awaitable<void> LogReader::read() {
    Sink sink(*this);
    boost::asio::steady_timer timer(executor_);
    for (;;) {
        const auto batch = co_await source_->next();
        if (!batch) {
            reading_.fail(batch.error(), clock_.now());
            timer.expires_after(1s);  // a source has its own back-off
            co_await timer.async_wait(boost::asio::use_awaitable);
            continue;
        }
        sink.arrival = batch->arrival;
        reading_.take(*batch, sink);
        if (stands_.empty() || batch->arrival - stands_.back().time >= stand_every) {
            stands_.push_back({batch->arrival, reading_.checkpoint()});
        }
        while (stands_.size() > 1 && batch->arrival - stands_[1].time > look_back) {
            stands_.pop_front();
        }
    }
}

sources::SourceHealth LogReader::health(TimePoint now) const {
    sources::SourceHealth health = reading_.health(now);
    if (sessions_ != nullptr && sessions_->refuted() > 0) {
        health.skipped.push_back({"no_socket", sessions_->refuted()});
    }
    return health;
}

std::string LogReader::position() const {
    return stands_.empty() || stands_.front().checkpoint.position.empty()
               ? std::string()
               : sources::to_text(stands_.front().checkpoint);
}

}  // namespace fairgate::agent
