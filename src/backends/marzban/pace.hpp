#pragma once

#include <chrono>

namespace fairgate::backends::marzban {

struct PaceSettings {
    std::chrono::milliseconds first{250};   ///< between two changes, until the panel is known
    std::chrono::milliseconds least{40};    ///< however fast it answers
    std::chrono::milliseconds most{2'000};  ///< however slow
    /// An answer is quick up to this, or up to three times the quickest that was seen.
    std::chrono::milliseconds quick{100};
};

/// How fast users are changed. Each change makes the panel, one process with one interpreter lock,
/// start two threads for each inbound and node, so how many it bears is its own affair and seen by
/// its answers: a quick one shortens the pause a little, a slow one lengthens it, a failure doubles
/// it. Pure: time is an argument.
class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Span = std::chrono::steady_clock::duration;
    enum class Went { well, badly };

    explicit Pace(PaceSettings settings) : settings_(settings), pause_(settings.first) {}

    /// When the next change may be sent; it is counted as sent then.
    Time take_turn(Time now);
    /// How long a change that comes now would wait.
    Span wait(Time now) const { return next_ > now ? next_ - now : Span(0); }
    /// badly: 429, 5xx, or no answer at all.
    void answered(Went went, Span took, Time now);

    Span pause() const { return pause_; }

private:
    PaceSettings settings_;
    Span pause_;
    Span quickest_ = Span::max();
    Time next_{};
    Time slowed_{};  ///< many answers that were under way together are one sign
};

}  // namespace fairgate::backends::marzban
