#include "control/line_tap.hpp"

#include <utility>

namespace fairgate::control {

std::optional<TappedLine> LineTaps::Tap::take() {
    if (lines_.empty()) {
        return std::nullopt;
    }
    TappedLine line = std::move(lines_.front());
    lines_.pop_front();
    return line;
}

std::shared_ptr<LineTaps::Tap> LineTaps::open(std::string source) {
    auto tap = std::make_shared<Tap>();
    tap->source_ = std::move(source);
    taps_.push_back(tap);
    return tap;
}

bool LineTaps::wanted(std::string_view source) {
    if (taps_.empty()) {
        return false;
    }
    std::erase_if(taps_, [](const std::weak_ptr<Tap>& tap) { return tap.expired(); });
    for (const auto& tap : taps_) {
        if (const auto held = tap.lock(); held && held->source_ == source) {
            return true;
        }
    }
    return false;
}

void LineTaps::publish(std::string_view source, const TappedLine& line) {
    for (const auto& each : taps_) {
        const auto tap = each.lock();
        if (!tap || tap->source_ != source) {
            continue;
        }
        if (tap->lines_.size() == Tap::most) {
            tap->lines_.pop_front();
            ++tap->lost_;
        }
        tap->lines_.push_back(line);
    }
}

}  // namespace fairgate::control
