#include "nodes/node_link.hpp"

#include "link/errors.hpp"
#include "link/health.hpp"
#include "link/order_wire.hpp"
#include "link/sockets_wire.hpp"
#include "sources/visible.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::nodes {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr int greetings = 3;
constexpr int most_sources = 64;
/// Evidence of one account is asked for so often.
constexpr Duration ask_again = 5min;
constexpr std::size_t most_asked = 20'000;

std::int64_t us(TimePoint time) { return time.time_since_epoch().count(); }
TimePoint time_of(std::int64_t us) { return TimePoint(Duration(us)); }

}  // namespace

NodeLink::NodeLink(
    const Clock& clock, NodeSink& sink, NodeRecord record, std::string program, Renew renew
)
    : clock_(clock),
      sink_(sink),
      record_(std::move(record)),
      program_(std::move(program)),
      renew_(std::move(renew)) {
    shown_.since = clock_.now();
}

asio::awaitable<Error> NodeLink::serve(
    std::shared_ptr<link::Channel> channel, link::wire::Hello hello, std::string address
) {
    close();
    channel->trust();
    if (const auto greeted = co_await greet(*channel, hello); !greeted) {
        shown_.error = greeted.error();
        co_return greeted.error();
    }
    channel_ = channel;
    shown_.state = NodeState::connected;
    shown_.since = clock_.now();
    shown_.address = std::move(address);
    shown_.program = sources::visible(hello.program(), 32);
    shown_.error.reset();
    orders_.connected();
    sink_.tell(record_, "node " + record_.name + " is connected from " + shown_.address);
    Error why = co_await listen(channel);
    if (channel_ == channel) {
        channel_.reset();
        shown_.state = NodeState::away;
        shown_.since = clock_.now();
        shown_.error = why;
        orders_.disconnected();
        questions_.give_up();
        sink_.tell(record_, "node " + record_.name + " is away: " + to_line(why));
        sink_.orders_changed();
    }
    co_return why;
}

asio::awaitable<Result<void>> NodeLink::greet(
    link::Channel& channel, const link::wire::Hello& hello
) {
    const unsigned version = std::min(hello.newest(), link::newest_version);
    if (version < hello.oldest() || version < link::oldest_version) {
        co_return link::no_common_version(
            sources::visible(hello.program(), 32), link::oldest_version, link::newest_version
        );
    }
    // Its clock first: reports that waited there are put where they belong from the first one on.
    link::ClockOffset measured;
    std::swap(measured, offset_);
    for (int i = 0; i < greetings; ++i) {
        link::wire::Frame ask;
        ask.mutable_ping()->set_sent_us(us(clock_.now()));
        channel.post(ask);
        const auto answer = co_await channel.receive();
        if (!answer) {
            co_return answer.error();
        }
        if (!answer->has_pong()) {
            co_return link::out_of_turn(record_.name, "it was asked for the time");
        }
        measure(answer->pong());
    }
    if (!reader_ || run_ != hello.run()) {
        run_ = hello.run();
        lost_known_.reset();
        if (hello.acknowledged() == 0) {
            lost_known_ = 0;  // it has just started
        }
        reader_ = std::make_unique<link::SlotReader>(
            record_.name,
            hello.acknowledged() == 0 ? link::SlotReader::Begins::anew
                                      : link::SlotReader::Begins::later
        );
    }
    reader_->connected();
    shown_.takes_orders = version >= link::orders_since;
    shown_.enforcing = {};
    link::wire::Frame frame;
    link::wire::Welcome& welcome = *frame.mutable_welcome();
    welcome.set_version(version);
    welcome.set_program(program_);
    welcome.set_node(record_.name);
    welcome.set_have(reader_->have());
    channel.post(frame);
    co_return Result<void>{};
}

asio::awaitable<Error> NodeLink::listen(std::shared_ptr<link::Channel> channel) {
    for (;;) {
        const auto frame = co_await channel->receive();
        if (channel_ != channel) {
            co_return link::connection_lost(record_.name, "the node connected again");
        }
        if (!frame) {
            co_return frame.error();
        }
        shown_.heard = clock_.now();
        shown_.received += frame->ByteSizeLong();
        if (frame->has_renew()) {
            const bool posted = co_await renew(*channel, frame->renew().request());
            if (!posted) {
                co_return link::fell_behind(record_.name);
            }
        } else if (const auto heard = hear(*channel, *frame); !heard) {
            co_return heard.error();
        }
    }
}

/// Whoever asks again and again is not signed for again and again.
asio::awaitable<bool> NodeLink::renew(link::Channel& channel, std::string request) {
    const auto now = std::chrono::steady_clock::now();
    link::wire::Frame frame;
    link::wire::Renewed& answer = *frame.mutable_renewed();
    if (renewed_ && now - *renewed_ < 10s) {
        answer.set_why("asked again too soon");
        co_return channel.post(frame);
    }
    renewed_ = now;
    const auto certificate = co_await renew_(record_.name, std::move(request));
    if (certificate) {
        answer.set_certificate(*certificate);
    } else {
        answer.set_why(to_line(certificate.error()));
        sink_.tell(record_, "node " + record_.name + " got no new certificate: " + answer.why());
    }
    co_return channel.post(frame);
}

Result<void> NodeLink::hear(link::Channel& channel, const link::wire::Frame& frame) {
    switch (frame.body_case()) {
        case link::wire::Frame::kReport:
            return take(channel, frame.report());
        case link::wire::Frame::kPong:
            measure(frame.pong());
            return {};
        case link::wire::Frame::kHealth:
            take(frame.health());
            return {};
        case link::wire::Frame::kHeld:
            return take(frame.held());
        case link::wire::Frame::kDone:
            return take(frame.done());
        case link::wire::Frame::kSeen:
            questions_.answer(frame.seen().question(), frame);
            return {};
        case link::wire::Frame::kWasCut:
            questions_.answer(frame.was_cut().question(), frame);
            return {};
        case link::wire::Frame::kRefused:
            return link::error_of(frame.refused(), record_.name);
        case link::wire::Frame::kJoin:
        case link::wire::Frame::kHello:
            return link::out_of_turn(record_.name, "it said who it is before");
        case link::wire::Frame::kJoined:
        case link::wire::Frame::kWelcome:
        case link::wire::Frame::kPing:
        case link::wire::Frame::kAck:
        case link::wire::Frame::kWanted:
        case link::wire::Frame::kRenew:
        case link::wire::Frame::kRenewed:
        case link::wire::Frame::kOrder:
        case link::wire::Frame::kLook:
        case link::wire::Frame::kCut:
        case link::wire::Frame::BODY_NOT_SET:
            return {};  // of a newer version, or nothing that concerns us
    }
    return {};
}

Result<void> NodeLink::take(link::Channel& channel, const link::wire::Report& report) {
    const TimePoint now = clock_.now();
    const auto taken = reader_->take(
        report,
        now,
        offset_.offset().value_or(Duration(0)),
        [this](const Observation& seen) {
            if (without_sockets_.contains(seen.inbound)) {
                sink_.saw_without_socket(record_, seen);
            }
            if (sink_.observe(record_, seen)) {
                want(std::string(seen.account));
            }
        }
    );
    if (!taken) {
        return taken.error();
    }
    ++shown_.reports;
    shown_.observations += taken->observations;
    shown_.passed_over += taken->passed_over;
    if (taken->lost > 0) {
        shown_.lost += taken->lost;
        ++gaps_;
        sources::Gap gap;
        gap.reason = sources::GapReason::lost;
        gap.since = shown_.since;
        gap.until = now;
        last_gap_ = gap;
    }
    link::wire::Frame answer;
    answer.mutable_ack()->set_sequence(reader_->have());
    bool posted = channel.post(answer);
    if (!wanted_.empty()) {
        link::wire::Frame asking;
        for (std::string& account : std::exchange(wanted_, {})) {
            asking.mutable_wanted()->add_accounts(std::move(account));
        }
        posted = channel.post(asking) && posted;
    }
    return posted ? Result<void>{} : Result<void>(link::fell_behind(record_.name));
}

void NodeLink::want(const std::string& account) {
    const TimePoint now = clock_.now();
    if (asked_.size() >= most_asked) {
        asked_.clear();
    }
    const auto [found, first] = asked_.try_emplace(account, now);
    if (first || now - found->second >= ask_again) {
        found->second = now;
        wanted_.push_back(account);
    }
}

void NodeLink::take(const link::wire::Health& health) {
    sources_.clear();
    for (int i = 0; i < std::min(health.sources_size(), most_sources); ++i) {
        sources::SourceHealth source = link::read(health.sources(i));
        source.source = record_.name + "/" + source.source;
        source.node = record_.name;
        sources_.push_back(std::move(source));
    }
    const link::Enforcing enforcing = link::read(health.enforcing(), lead());
    tell_of_firewall(enforcing.look);
    if (enforcing.firewall != shown_.enforcing.firewall ||
        enforcing.cuts != shown_.enforcing.cuts ||
        enforcing.error.has_value() != shown_.enforcing.error.has_value() ||
        enforcing.core.empty() != shown_.enforcing.core.empty() ||
        enforcing.core_error.has_value() != shown_.enforcing.core_error.has_value()) {
        orders_.ask_all_again();
    }
    shown_.enforcing = enforcing;
    shown_.sockets = link::read(health.sockets());
    without_sockets_.clear();
    for (const link::Inbound& inbound : shown_.sockets.inbounds) {
        if (inbound.sight == "none") {
            without_sockets_.insert(inbound.tag);
        }
    }
    shown_.resident = health.resident();
    shown_.buffered = health.buffered();
}

void NodeLink::measure(const link::wire::Pong& pong) {
    const TimePoint now = clock_.now();
    // Times far off would overflow what is reckoned with them.
    constexpr std::int64_t most = 1LL << 56U;
    for (const std::int64_t time : {pong.sent_us(), pong.received_us(), pong.answered_us()}) {
        if (time < 0 || time > most) {
            return;
        }
    }
    offset_.add(
        {time_of(pong.sent_us()), time_of(pong.received_us()), time_of(pong.answered_us()), now}
    );
}

void NodeLink::ping() {
    if (channel_) {
        link::wire::Frame ask;
        ask.mutable_ping()->set_sent_us(us(clock_.now()));
        if (!channel_->post(ask)) {
            channel_->close();
        }
    }
}

std::shared_ptr<Questions::Pending> NodeLink::ask(
    const asio::any_io_executor& executor, link::wire::Frame question
) {
    if (!channel_ || record_.revoked || !shown_.sockets.watched) {
        return nullptr;
    }
    auto pending = questions_.expect(executor);
    if (question.has_look()) {
        question.mutable_look()->set_question(Questions::number(*pending));
    } else {
        question.mutable_cut()->set_question(Questions::number(*pending));
    }
    return channel_->post(question) ? pending : nullptr;
}

void NodeLink::each_pair(const std::function<void(std::string_view, const Address&)>& take) const {
    if (reader_) {
        reader_->each_pair(take);
    }
}

void NodeLink::close() {
    questions_.give_up();
    if (channel_) {
        channel_->close();
        channel_.reset();
        shown_.state = NodeState::away;
        shown_.since = clock_.now();
        orders_.disconnected();
    }
}

NodeNow NodeLink::now() const {
    NodeNow now = shown_;
    now.name = record_.name;
    now.backend = record_.backend;
    now.serial = record_.serial;
    now.until = record_.until;
    now.clock_offset = offset_.offset();
    now.round_trip = offset_.round_trip();
    now.sources = sources_.size();
    now.held = orders_.size();
    if (record_.revoked) {
        now.state = NodeState::revoked;
        now.since = *record_.revoked;
    }
    return now;
}

std::vector<sources::SourceHealth> NodeLink::sources() const {
    if (record_.revoked) {
        return {};
    }
    std::vector<sources::SourceHealth> all = sources_;
    if (all.empty()) {
        sources::SourceHealth none;
        none.source = record_.name;
        none.node = record_.name;
        none.since = shown_.since;
        all.push_back(std::move(none));
    }
    const bool away = shown_.state != NodeState::connected;
    for (sources::SourceHealth& source : all) {
        source.gaps += gaps_;
        if (last_gap_) {
            source.last_gap = last_gap_;
        }
        const auto offset = offset_.offset();
        if (offset) {
            source.clock_offset = source.clock_offset.value_or(Duration(0)) + *offset;
        }
        // An agent that comes back within half a minute has told all of it.
        if (away && clock_.now() - shown_.since > 30s) {
            source.state = sources::SourceState::failed;
            source.since = shown_.since;
            source.error = shown_.error
                               ? *shown_.error
                               : link::connection_lost(record_.name, "its agent has not come yet");
        }
    }
    return all;
}

}  // namespace fairgate::nodes
