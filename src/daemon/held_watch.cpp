#include "daemon/held_watch.hpp"

#include <algorithm>
#include <iterator>

namespace fairgate::daemon {

namespace {

constexpr Duration pause = std::chrono::minutes(1);
constexpr std::size_t at_once = 20;
constexpr std::size_t most = 10'000;

}  // namespace

void HeldWatch::saw(std::string_view account, TimePoint now) {
    const auto known = told_.find(account);
    if (known != told_.end() && now < known->second) {
        return;
    }
    if (known == told_.end() && told_.size() >= most) {
        std::erase_if(told_, [now](const auto& each) { return each.second <= now; });
        if (told_.size() >= most) {
            return;  // its turn comes with its next line
        }
    }
    told_.insert_or_assign(std::string(account), now + pause);
    waiting_.emplace_back(account);
}

std::vector<std::string> HeldWatch::take() {
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(at_once, waiting_.size()));
    std::vector<std::string> taken(
        std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)
    );
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

void HeldWatch::clock_was_set(Duration by) {
    for (auto& [account, until] : told_) {
        until += by;
    }
}

}  // namespace fairgate::daemon
