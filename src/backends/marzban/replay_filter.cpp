#include "backends/marzban/replay_filter.hpp"

#include <functional>

namespace fairgate::backends::marzban {

namespace {

constexpr std::size_t remembered = 1'000;
/// "2026/08/05 20:04:17", and ".123456" behind it since Xray 25.1.30.
constexpr std::size_t whole_seconds = 19;
constexpr std::size_t with_fraction = 26;

/// Empty for a line that does not begin with one.
std::string_view time_of(std::string_view line) {
    if (line.size() < whole_seconds || line[4] != '/' || line[7] != '/' || line[13] != ':') {
        return {};
    }
    const bool fraction = line.size() >= with_fraction && line[whole_seconds] == '.';
    return line.substr(0, fraction ? with_fraction : whole_seconds);
}

}  // namespace

bool ReplayFilter::is_new(std::string_view line) {
    const std::size_t hash = std::hash<std::string_view>()(line);
    const std::string_view time = time_of(line);
    if (time <= newest_ && counts_.contains(hash)) {
        ++repeated_;
        return false;
    }
    if (time > newest_) {
        newest_ = time;
    }
    last_.push_back(hash);
    ++counts_[hash];
    if (last_.size() > remembered) {
        const auto oldest = counts_.find(last_.front());
        if (--oldest->second == 0) {
            counts_.erase(oldest);
        }
        last_.pop_front();
    }
    return true;
}

}  // namespace fairgate::backends::marzban
