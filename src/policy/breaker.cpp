#include "policy/breaker.hpp"

#include <algorithm>

namespace fairgate::policy {

int Breaker::allowed(std::size_t online) const {
    return std::max(rule_.most_blocks, static_cast<int>(static_cast<double>(online) * rule_.share));
}

bool Breaker::is_open(TimePoint now) const {
    return opened_.has_value() && now - last_wanted_ < rule_.window;
}

Breaker::Answer Breaker::ask(TimePoint now, std::size_t online) {
    if (opened_ && !is_open(now)) {
        opened_.reset();
        blocks_.clear();
    }
    last_wanted_ = now;
    if (opened_) {
        return Answer::stop;
    }
    while (!blocks_.empty() && now - blocks_.front() >= rule_.window) {
        blocks_.pop_front();
    }
    if (static_cast<int>(blocks_.size()) >= allowed(online)) {
        opened_ = now;
        return Answer::stop;
    }
    blocks_.push_back(now);
    return Answer::go;
}

}  // namespace fairgate::policy
