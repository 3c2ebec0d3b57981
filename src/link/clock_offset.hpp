#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace fairgate::link {

/// How far another machine's clock is from ours, by questions and answers with four times (as
/// RFC 5905 8). The median of the last few: one answer that was held up means nothing.
class ClockOffset {
public:
    struct Answer {
        TimePoint asked;     ///< by our clock
        TimePoint received;  ///< by theirs
        TimePoint answered;  ///< by theirs
        TimePoint heard;     ///< by our clock
    };
    void add(const Answer& answer);
    /// Their clock minus ours; nothing before the first answer.
    std::optional<Duration> offset() const;
    /// How long an answer is under way, there and back.
    std::optional<Duration> round_trip() const;
    void forget() { answers_.clear(); }

private:
    struct Measured {
        Duration offset;
        Duration round_trip;
    };
    static constexpr std::size_t most = 7;
    std::deque<Measured> answers_;
};

}  // namespace fairgate::link
