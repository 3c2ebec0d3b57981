#include "daemon/own_log.hpp"

#include "model/time.hpp"
#include "sources/visible.hpp"

#include <string>

namespace fairgate::daemon {

namespace {

using control::Happening;
using control::Topic;

constexpr std::size_t longest_message = 600;

std::string text(const json::Value& details, std::string_view name) {
    const auto* object = details.if_object();
    const auto* member = object == nullptr ? nullptr : object->if_contains(name);
    const auto* value = member == nullptr ? nullptr : member->if_string();
    return value == nullptr ? std::string() : sources::visible(*value, longest_message);
}

/// A name that others chose, so that its end can be seen.
std::string quoted(std::string_view name) {
    std::string shown = "\"";
    for (const char c : sources::visible(name)) {
        shown += c == '"' ? "\\\"" : std::string(1, c);
    }
    return shown + "\"";
}

/// " until 2026-02-06T12:30:00Z": nobody reads fractions of a second here.
std::string until(const std::string& time) {
    if (time.empty()) {
        return "";
    }
    const std::size_t point = time.find('.');
    return " until " + (point == std::string::npos ? time : time.substr(0, point) + "Z");
}

std::string decision_line(const Happening& happened) {
    const std::string id = text(happened.details, "id");
    return "decision " + id + " " + text(happened.details, "state") + ": " +
           text(happened.details, "action") + " " + quoted(happened.account) +
           until(text(happened.details, "until")) + ": " +
           sources::visible(happened.message, longest_message) + "; fairgate why " + id;
}

std::string alarm_line(const Happening& happened) {
    std::string line = "alarm";
    line += happened.account.empty() ? "" : " " + quoted(happened.account);
    line += ": " + sources::visible(happened.message, longest_message);
    const std::string decision = text(happened.details, "decision");
    return decision.empty() ? line : line + "; fairgate why " + decision;
}

}  // namespace

std::optional<std::string> OwnLog::measure_line(const Happening& happened) {
    const std::string id = text(happened.details, "id");
    const std::string state = text(happened.details, "state");
    const std::string before = std::exchange(states_[id], state);
    const bool is_final = state == "lifted" || state == "failed";
    if (is_final) {
        states_.erase(id);
    }
    if (state == before || (!is_final && state != "active")) {
        return std::nullopt;
    }
    const std::string decision = text(happened.details, "decision");
    std::string line = "measure " + id + " " + state + ": " + quoted(happened.account);
    if (state == "active") {
        const bool in_part = text(happened.details, "action") == "refuse";
        line += (in_part ? " has addresses refused" : " is blocked") +
                until(text(happened.details, "due"));
    } else if (state == "lifted") {
        line += " is given back (" + sources::visible(happened.message, longest_message) + ")";
    } else {
        const std::string error = text(happened.details, "last_error");
        line +=
            ": " + (error.empty() ? sources::visible(happened.message, longest_message) : error);
    }
    return line + ", by " + text(happened.details, "enforcer") + "; fairgate why " + decision;
}

std::optional<std::string> OwnLog::line_of(const Happening& happened) {
    switch (happened.topic) {
        case Topic::violation:
            return std::nullopt;  // its decision says it all
        case Topic::decision:
            return decision_line(happened);
        case Topic::measure:
            return measure_line(happened);
        case Topic::alarm:
            return alarm_line(happened);
        case Topic::source:
        case Topic::backend:
        case Topic::mode:
        case Topic::setting:
        case Topic::daemon:
            break;
    }
    return sources::visible(happened.message, longest_message);
}

void OwnLog::write(TimePoint time, const std::string& line) const {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    write_(stamp_ == Stamp::time ? to_rfc3339(second) + " " + line : line);
}

void OwnLog::tell_left_out(TimePoint time, Steady now) {
    if (minute_ && now - *minute_ < std::chrono::minutes(1)) {
        return;
    }
    if (left_out_ > 0) {
        write(
            time,
            std::to_string(left_out_) +
                " more lines in a minute were left out; fairgate decision list"
        );
    }
    minute_ = now;
    written_ = 0;
    left_out_ = 0;
}

void OwnLog::take(const Happening& happened, Steady now) {
    tell_left_out(happened.time, now);
    const auto line = line_of(happened);
    if (!line) {
        return;
    }
    if (written_ >= most_lines) {
        ++left_out_;
        return;
    }
    ++written_;
    write(happened.time, *line);
}

boost::asio::awaitable<void> OwnLog::follow(
    control::EventLog& events, std::uint64_t id, const Clock& clock
) {
    constexpr std::size_t at_once = 100;
    while (!events.closed()) {
        co_await events.wait(id, std::chrono::minutes(1));
        for (auto entries = events.after(id, at_once); !entries.empty();
             entries = events.after(id, at_once)) {
            for (const control::EventLog::Entry& entry : entries) {
                take(entry.happening, std::chrono::steady_clock::now());
                id = entry.id;
            }
        }
        tell_left_out(clock.now(), std::chrono::steady_clock::now());
    }
}

}  // namespace fairgate::daemon
