// Any course of violations: nothing but enforce mode and confidence puts a decision into force, a
// ladder never steps down within its window, and the breaker never lets more through than allowed.
#include "policy/decide.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace fairgate;
using namespace fairgate::policy;

namespace {

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Ladder ladder;
    Breaker breaker{BreakerRule{}};
    std::vector<TimePoint> before;
    std::vector<TimePoint> blocked;
    TimePoint now{std::chrono::hours(480'000)};
    int last_step = 0;
    for (std::size_t i = 0; i + 2 < std::min<std::size_t>(size, 3000); i += 3) {
        now += std::chrono::seconds(data[i]);
        Violation violation;
        violation.account = {"local", "a"};
        violation.limit = data[i + 1] % 8;
        violation.devices = violation.limit + 1 + data[i + 1] / 64;
        violation.opened = now;
        violation.confidence = static_cast<Confidence>(data[i + 2] % 3);
        Circumstances seen;
        seen.mode.mode = static_cast<Mode>(data[i + 2] / 3 % 3);
        seen.online = std::size_t{data[i]} * 8;
        seen.violations_before = before;
        const int step = ladder.choose(before, now).number;
        must(step >= 1 && step >= last_step);
        last_step = step;
        const Decision decision = decide(violation, ladder, seen, breaker, now);
        const bool acts = decision.state == DecisionState::in_force;
        if (acts) {
            must(seen.mode.mode == Mode::enforce);
            must(violation.confidence != Confidence::low);
            blocked.push_back(now);
            const auto lately = std::ranges::count_if(blocked, [now](TimePoint at) {
                return now - at < BreakerRule{}.window;
            });
            must(lately <= 5 + 255 * 8 / 50);
        }
        before.push_back(now);
    }
    return 0;
}
