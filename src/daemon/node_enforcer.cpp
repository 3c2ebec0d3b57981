#include "daemon/node_enforcer.hpp"

#include <chrono>
#include <utility>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

constexpr Duration look_again_soon = 5s;
constexpr Duration look_again_later = 30s;
/// What an AddressEnforcer reads where nothing of the account is on this machine.
constexpr const char* nothing_refused = R"({"refused":[]})";

void add(std::string& text, const std::string& more) {
    if (!more.empty()) {
        text += (text.empty() ? "" : "; ") + more;
    }
}

}  // namespace

boost::asio::awaitable<Result<enforcement::Reading>> NodeEnforcer::read(const Measure& measure) {
    enforcement::Reading reading;
    reading.now = nothing_refused;
    reading.after = nothing_refused;
    if (here_ == nullptr && measure.action == Action::refuse) {
        if (!measure.after.empty()) {
            reading.after = measure.after;  // these, and no others
            co_return reading;
        }
        auto found = co_await decided_(measure);
        if (!found) {
            co_return found.error();
        }
        reading.after = enforcement::refused_text(*std::move(found));
        co_return reading;
    }
    if (here_ == nullptr) {
        co_return reading;
    }
    auto read = co_await here_->read(measure);
    if (!read && read.error().code == "FG-DMN-012") {
        co_return reading;  // not on this machine, but maybe on a node
    }
    co_return read;
}

boost::asio::awaitable<Result<enforcement::Acted>> NodeEnforcer::act(const Measure& measure) {
    enforcement::Acted acted;
    if (here_ != nullptr) {
        auto done = co_await here_->act(measure);
        if (!done || done->kind != enforcement::Acted::Kind::done ||
            !NodeOrders::concerns(measure.action)) {
            co_return done;
        }
        acted = *std::move(done);
    }
    const auto standing = co_await nodes_.order(measure);
    if (here_ == nullptr && standing.holding == 0 && standing.error) {
        co_return *standing.error;
    }
    add(acted.text, standing.text);
    co_return acted;
}

boost::asio::awaitable<Result<enforcement::Verification>> NodeEnforcer::verify(
    const Measure& measure
) {
    using Kind = enforcement::Verification::Kind;
    const TimePoint now = clock_.now();
    if (here_ != nullptr) {
        auto seen = co_await here_->verify(measure);
        if (seen && seen->kind == Kind::held && NodeOrders::concerns(measure.action)) {
            const auto standing = nodes_.standing(measure);
            add(seen->text, standing.text);
            const TimePoint again = now + look_again_later;
            seen->look_again = seen->look_again ? std::min(*seen->look_again, again) : again;
        }
        co_return seen;
    }
    const auto standing = nodes_.standing(measure);
    enforcement::Verification seen{Kind::held, standing.text, now + look_again_later};
    if (standing.holding == 0) {
        const bool hope = standing.waiting + standing.absent + standing.away + standing.failing > 0;
        seen.kind = hope ? Kind::not_yet : Kind::ineffective;
        seen.look_again = now + look_again_soon;
        if (seen.text.empty()) {
            seen.text = hope ? "no node holds it yet" : "there is no node that could";
        }
    }
    co_return seen;
}

boost::asio::awaitable<Result<enforcement::Restored>> NodeEnforcer::restore(const Measure& measure
) {
    enforcement::Restored restored;
    if (here_ != nullptr) {
        auto done = co_await here_->restore(measure);
        if (!done) {
            co_return done;
        }
        restored = *std::move(done);
    }
    const auto holding = co_await nodes_.lift(measure);
    if (!holding.empty()) {
        Error error;
        error.code = "FG-NOD-008";
        error.what =
            "node " + holding.front() + " has not let go of \"" + measure.account.name + "\" yet";
        error.where = holding.front();
        error.state = "it is asked again";
        error.next = "fairgate node show " + holding.front();
        co_return error;
    }
    co_return restored;
}

}  // namespace fairgate::daemon
