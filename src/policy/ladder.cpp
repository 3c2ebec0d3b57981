#include "policy/ladder.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::policy {

Ladder::Chosen Ladder::choose(const std::vector<TimePoint>& before, TimePoint now) const {
    if (steps.empty()) {
        return {};  // no ladder: a warning, always
    }
    const auto recent = std::ranges::count_if(before, [&](TimePoint opened) {
        return opened <= now && now - opened < window;
    });
    const auto index = std::min(static_cast<std::size_t>(recent), steps.size() - 1);
    return {static_cast<int>(index) + 1, steps[index]};
}

Ladder::Chosen Ladder::first_block(int n) const {
    Chosen chosen;
    for (int number = std::max(n, 1); std::cmp_less_equal(number, steps.size()); ++number) {
        chosen = {number, steps[static_cast<std::size_t>(number) - 1]};
        if (chosen.step.action != Action::warn) {
            break;
        }
    }
    return chosen;
}

std::optional<LadderStep> Ladder::after(int n) const {
    const auto next = static_cast<std::size_t>(std::max(n, 0));
    return next < steps.size() ? std::optional(steps[next]) : std::nullopt;
}

}  // namespace fairgate::policy
