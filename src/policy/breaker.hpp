#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace fairgate::policy {

struct BreakerRule {
    int most_blocks = 5;  ///< new blocks that are always allowed in the window …
    double share = 0.02;  ///< … or this share of the accounts online, if that is more
    Duration window = std::chrono::minutes(10);
};

/// Stops enforcement when suddenly many accounts would be blocked: something about the counting
/// is wrong then, or the network is, and every one of them would be a complaint.
///
///     closed --more blocks than allowed--> open --a person closes it, or `window` without
///     another block wanted--> closed
class Breaker {
public:
    explicit Breaker(BreakerRule rule) : rule_(rule) {}

    enum class Answer { go, stop };
    /// Whether one more block may be enforced now. What is stopped is recorded as shadow.
    Answer ask(TimePoint now, std::size_t online);
    bool is_open(TimePoint now) const;
    std::optional<TimePoint> opened() const { return opened_; }
    /// The blocks before it no longer count: whoever closes it has looked at them.
    void close() {
        opened_.reset();
        blocks_.clear();
    }
    /// What it has seen, and whether it is open, stays.
    void set_rule(BreakerRule rule) { rule_ = rule; }
    /// How many blocks the window allows.
    int allowed(std::size_t online) const;

private:
    BreakerRule rule_;
    std::deque<TimePoint> blocks_;
    std::optional<TimePoint> opened_;
    TimePoint last_wanted_;
};

}  // namespace fairgate::policy
