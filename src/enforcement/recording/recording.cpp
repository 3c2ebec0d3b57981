#include "enforcement/recording/recording.hpp"

namespace fairgate::enforcement::recording {

namespace {
constexpr std::size_t most_orders = 1000;
}

boost::asio::awaitable<Result<Reading>> RecordingEnforcer::read(const Measure&) {
    Reading reading{Reading::Kind::found, R"({"state":"free"})", R"({"state":"held"})"};
    co_return reading;
}

boost::asio::awaitable<Result<Acted>> RecordingEnforcer::act(const Measure& measure) {
    record(Order::Kind::act, measure);
    Acted acted{Acted::Kind::done, {}, "recorded, nothing was touched"};
    co_return acted;
}

boost::asio::awaitable<Result<Verification>> RecordingEnforcer::verify(const Measure&) {
    co_return Verification();
}

boost::asio::awaitable<Result<Restored>> RecordingEnforcer::restore(const Measure& measure) {
    record(Order::Kind::restore, measure);
    co_return Restored();
}

void RecordingEnforcer::record(Order::Kind kind, const Measure& measure) {
    orders_.push_back(Order{kind, measure.account, measure.action, measure.id});
    if (orders_.size() > most_orders) {
        orders_.pop_front();
    }
}

}  // namespace fairgate::enforcement::recording
