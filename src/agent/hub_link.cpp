#include "agent/hub_link.hpp"

#include "base/backoff.hpp"
#include "link/call_hub.hpp"
#include "link/errors.hpp"
#include "sources/visible.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Reports that wait in the channel; the others wait in the book.
constexpr std::size_t most_under_way = 32;

}  // namespace

asio::awaitable<void> HubLink::run() {
    Backoff backoff(1s, 60s, parts_.run);
    asio::steady_timer timer(parts_.executor);
    std::string said;
    for (;;) {
        ever_ = false;
        const Error why = co_await connect_once();
        if (ever_) {
            backoff.reset();
            said.clear();
        }
        const auto wait = backoff.next();
        if (const std::string line = to_line(why); line != said) {
            parts_.log(line + (why.next.empty() ? "" : "; " + why.next));
            said = line;
        }
        timer.expires_after(wait);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<Error> HubLink::connect_once() {
    const auto context = renewal_.context();
    if (!context) {
        co_return context.error();
    }
    auto channel = co_await link::call_hub(membership().hub, *context);
    if (!channel) {
        co_return channel.error();
    }
    link::wire::Frame frame;
    link::wire::Hello& hello = *frame.mutable_hello();
    hello.set_oldest(link::oldest_version);
    hello.set_newest(link::newest_version);
    hello.set_program(parts_.program);
    hello.set_run(parts_.run);
    hello.set_acknowledged(parts_.book.acknowledged());
    (*channel)->post(frame);
    Error why = co_await listen(*channel);
    (*channel)->close();
    channel_.reset();
    co_return why;
}

asio::awaitable<Error> HubLink::listen(std::shared_ptr<link::Channel> channel) {
    calling_ = channel;
    for (;;) {
        const auto frame = co_await channel->receive();
        if (!frame) {
            co_return frame.error();
        }
        if (frame->has_refused()) {
            Error why = link::error_of(frame->refused(), membership().hub);
            refused(why);
            co_return why;
        }
        if (const auto heard = hear(*channel, *frame); !heard) {
            channel->post(link::refusal(heard.error()));
            co_return heard.error();
        }
    }
}

Result<void> HubLink::hear(link::Channel& channel, const link::wire::Frame& frame) {
    if (frame.has_ping()) {
        answer(channel, frame.ping());
        renew();
    } else if (frame.has_welcome()) {
        const unsigned version = frame.welcome().version();
        if (version < link::oldest_version || version > link::newest_version) {
            return link::no_common_version(
                sources::visible(frame.welcome().program(), 32),
                link::oldest_version,
                link::newest_version
            );
        }
        welcome(channel, frame.welcome());
    } else if (frame.has_renewed()) {
        take(frame.renewed());
    } else if (frame.has_ack()) {
        parts_.book.acknowledged(frame.ack().sequence());
        pump();
    } else if (frame.has_wanted()) {
        for (const std::string& account : frame.wanted().accounts()) {
            parts_.book.want(account);
        }
    } else if (frame.has_order()) {
        take(frame.order());
    } else {
        parts_.asked(frame);
    }
    return {};  // whatever else there is is of a newer version
}

void HubLink::welcome(link::Channel& channel, const link::wire::Welcome& welcome) {
    channel.trust();
    parts_.met(channel.peer());
    parts_.book.connected(welcome.have());
    channel_ = calling_;
    orders_ = welcome.version() >= link::orders_since;
    ever_ = true;
    parts_.log(
        "connected to the hub at " + membership().hub + " (Fairgate " +
        sources::visible(welcome.program(), 32) + ") as node " + membership().node
    );
    if (const auto done = renewal_.let_in(); !done) {
        parts_.log(to_line(done.error()));
    }
    tell_health();
    tell_held();
    pump();
    renew();
}

void HubLink::refused(const Error& why) {
    const auto old_again = renewal_.refused(why);
    if (!old_again) {
        parts_.log(to_line(old_again.error()));
    } else if (*old_again) {
        parts_.log("the hub does not know the renewed certificate; the old one is shown again");
    }
}

void HubLink::renew() {
    if (!channel_) {
        return;
    }
    if (auto request = renewal_.ask(hub_time_, std::chrono::steady_clock::now())) {
        link::wire::Frame frame;
        frame.mutable_renew()->set_request(std::move(*request));
        channel_->post(frame);
    }
}

void HubLink::take(const link::wire::Renewed& renewed) {
    if (renewed.certificate().empty()) {
        parts_.log("the hub gave no new certificate: " + sources::visible(renewed.why(), 300));
        return;
    }
    const auto kept = renewal_.take(renewed.certificate());
    if (!kept) {
        parts_.log("the new certificate is not used: " + to_line(kept.error()));
    } else if (*kept && channel_) {
        parts_.log("the hub gave a new certificate; connecting with it");
        channel_->close();
    }
}

void HubLink::answer(link::Channel& channel, const link::wire::Ping& ping) {
    if (ping.sent_us() > 0 && ping.sent_us() < 1LL << 56U) {
        hub_time_ = TimePoint(Duration(ping.sent_us()));
    }
    const std::int64_t now = parts_.clock.now().time_since_epoch().count();
    link::wire::Frame frame;
    link::wire::Pong& pong = *frame.mutable_pong();
    pong.set_sent_us(ping.sent_us());
    pong.set_received_us(now);
    pong.set_answered_us(now);
    channel.post(frame);
}

void HubLink::pump() {
    link::wire::Frame frame;
    while (channel_ && channel_->waiting() < most_under_way &&
           parts_.book.next(*frame.mutable_report())) {
        if (!channel_->post(frame)) {
            channel_->close();  // it is told again on the next connection
            return;
        }
    }
}

void HubLink::tell_health() {
    if (channel_) {
        link::wire::Frame frame;
        parts_.health(*frame.mutable_health());
        channel_->post(frame);
    }
}

void HubLink::send(const link::wire::Frame& frame) {
    if (channel_ && !channel_->post(frame)) {
        channel_->close();
    }
}

asio::awaitable<void> HubLink::finish() {
    if (const auto channel = channel_) {
        pump();
        co_await channel->finish();
    }
}

}  // namespace fairgate::agent
