#include "enforcement/due_mark.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>

namespace fairgate::enforcement {

namespace {
constexpr std::string_view mark = "fairgate:";
}

std::string due_mark(std::optional<TimePoint> until) {
    std::string text(mark);
    if (until) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(until->time_since_epoch());
        text += std::to_string(seconds.count());
    }
    return text;
}

std::optional<DueMark> read_due_mark(std::string_view comment) {
    if (!comment.starts_with(mark)) {
        return std::nullopt;
    }
    comment.remove_prefix(mark.size());
    if (comment.empty()) {
        return DueMark();
    }
    std::int64_t seconds = 0;
    const auto [end, failed] =
        std::from_chars(comment.data(), comment.data() + comment.size(), seconds);
    constexpr std::int64_t far = 100'000'000'000;  // the year 5138, far within a TimePoint
    if (failed != std::errc() || end != comment.data() + comment.size() || seconds < 0 ||
        seconds > far) {
        return std::nullopt;
    }
    return DueMark{TimePoint(std::chrono::seconds(seconds))};
}

}  // namespace fairgate::enforcement
