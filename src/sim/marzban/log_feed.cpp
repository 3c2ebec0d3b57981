#include "sim/marzban/log_feed.hpp"

#include <utility>

namespace fairgate::sim::marzban {

LogFeed::ReaderId LogFeed::attach(Start start) {
    const ReaderId id = ++last_reader_;
    auto& lines = readers_[id];
    if (start == Start::with_last_lines) {
        lines = last_;
    }
    return id;
}

void LogFeed::give(std::deque<std::string>& lines, const std::string& line) {
    if (lines.size() >= held) {
        lines.pop_front();
        ++lost_;
    }
    lines.push_back(line);
}

void LogFeed::push(const std::string& line) {
    for (auto& [id, lines] : readers_) {
        give(lines, line);
    }
    if (last_.size() >= held) {
        last_.pop_front();
    }
    last_.push_back(line);
}

std::vector<std::string> LogFeed::take(ReaderId reader) {
    const auto found = readers_.find(reader);
    if (found == readers_.end()) {
        return {};
    }
    const auto lines = std::exchange(found->second, {});
    return {lines.begin(), lines.end()};
}

void LogFeed::repeat() {
    for (auto& [id, lines] : readers_) {
        for (const std::string& line : last_) {
            give(lines, line);
        }
    }
}

LogFraming::LogFraming(
    Of of,
    std::optional<std::chrono::milliseconds> interval,
    std::chrono::milliseconds node_interval,
    Time now
)
    : of_(of),
      interval_(interval),
      node_interval_(node_interval),
      batch_due_(now + node_interval),
      frame_due_(now + interval.value_or(std::chrono::milliseconds(0))) {}

void LogFraming::take_batch(Time now) {
    if (now >= batch_due_ && !batch_.empty()) {
        frame_ += std::exchange(batch_, {});
        frame_ += interval_ ? "\n" : "";
        batch_due_ = now + node_interval_;
    }
}

std::vector<std::string> LogFraming::frames(const std::vector<std::string>& lines, Time now) {
    if (of_ == Of::core && !interval_) {
        return lines;
    }
    for (const std::string& line : lines) {
        (of_ == Of::core ? frame_ : batch_).append(line).append("\n");
    }
    if (of_ == Of::node) {
        take_batch(now);
    }
    if (frame_.empty() || (interval_ && now < frame_due_)) {
        return {};
    }
    frame_due_ = now + interval_.value_or(std::chrono::milliseconds(0));
    return {std::exchange(frame_, {})};
}

}  // namespace fairgate::sim::marzban
