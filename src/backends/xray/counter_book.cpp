#include "backends/xray/counter_book.hpp"

namespace fairgate::backends::xray {

std::optional<UserCounter> user_counter(std::string_view name) {
    constexpr std::string_view prefix = "user>>>";
    constexpr std::string_view up = ">>>traffic>>>uplink";
    constexpr std::string_view down = ">>>traffic>>>downlink";
    if (!name.starts_with(prefix)) {
        return std::nullopt;
    }
    name.remove_prefix(prefix.size());
    UserCounter counter;
    if (name.ends_with(up)) {
        counter.email = name.substr(0, name.size() - up.size());
    } else if (name.ends_with(down)) {
        counter.email = name.substr(0, name.size() - down.size());
        counter.way = UserCounter::Way::down;
    }
    if (counter.email.empty() || counter.email.find(">>>") != std::string_view::npos) {
        return std::nullopt;
    }
    return counter;
}

void CounterBook::take(const std::vector<Counter>& counters, Process process) {
    if (process == Process::restarted) {
        last_.clear();
    }
    for (const Counter& counter : counters) {
        const auto user = user_counter(counter.name);
        if (!user || counter.value < 0) {
            continue;
        }
        const auto known = last_.find(counter.name);
        std::int64_t before = known == last_.end() ? 0 : known->second;
        if (!begun_) {
            before = counter.value;
        } else if (counter.value < before) {
            ++resets_;
            before = 0;
        }
        Traffic& total = totals_[std::string(user->email)];
        (user->way == UserCounter::Way::up ? total.up : total.down) +=
            static_cast<std::uint64_t>(counter.value - before);
        last_.insert_or_assign(counter.name, counter.value);
    }
    begun_ = true;
}

}  // namespace fairgate::backends::xray
