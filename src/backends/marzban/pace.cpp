#include "backends/marzban/pace.hpp"

#include <algorithm>

namespace fairgate::backends::marzban {

namespace {

constexpr std::chrono::seconds one_sign{1};

}  // namespace

Pace::Time Pace::take_turn(Time now) {
    const Time turn = std::max(now, next_);
    next_ = turn + pause_;
    return turn;
}

void Pace::answered(Went went, Span took, Time now) {
    if (went == Went::well) {
        quickest_ = std::min(quickest_, took);
        if (took <= std::max<Span>(settings_.quick, 3 * quickest_)) {
            pause_ -= pause_ / 40;
            pause_ = std::max<Span>(pause_, std::min(settings_.least, settings_.first));
            return;
        }
    }
    if (now - slowed_ < one_sign) {
        return;
    }
    slowed_ = now;
    pause_ = went == Went::badly ? 2 * pause_ : pause_ + pause_ / 2;
    pause_ = std::min<Span>(pause_, std::max(settings_.most, settings_.first));
}

}  // namespace fairgate::backends::marzban
