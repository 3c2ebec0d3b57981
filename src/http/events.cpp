#include "http/events.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::http {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// One event may have many data lines; together they may have this many times one line's limit.
constexpr std::size_t lines_of_data = 16;

/// Splits at LF, CR or CRLF, so that no value can smuggle a field into what we write.
template <class Take>
void each_line(std::string_view text, Take take) {
    for (std::size_t from = 0;;) {
        const std::size_t end = text.find_first_of("\r\n", from);
        take(text.substr(from, end == std::string_view::npos ? end : end - from));
        if (end == std::string_view::npos) {
            return;
        }
        from = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
}

void write_lines(std::string& out, std::string_view field, std::string_view text) {
    each_line(text, [&](std::string_view line) {
        out.append(field).append(": ").append(line).append("\n");
    });
}

/// id and event are one line each; a line break in one becomes a space.
void write_field(std::string& out, std::string_view field, std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' '
    );
    out.append(field).append(": ").append(text).append("\n");
}

}  // namespace

void EventParser::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
        if (too_long_ || line_.size() + end > line_limit_) {
            too_long_ = true;
            line_.clear();
        } else {
            line_.append(bytes.substr(0, end));
        }
        if (end == bytes.size()) {
            return;
        }
        after_cr_ = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (std::exchange(too_long_, false)) {
            ++dropped_;
        } else {
            take_line(line_);
        }
        first_line_ = false;
        line_.clear();
    }
}

std::optional<Event> EventParser::next() {
    if (ready_.empty()) {
        return std::nullopt;
    }
    std::optional<Event> event(std::move(ready_.front()));
    ready_.pop_front();
    return event;
}

void EventParser::take_line(std::string_view line) {
    if (first_line_ && line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (line.empty()) {
        end_event();
        return;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view field = line.substr(0, colon);
    std::string_view value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) {
        value.remove_prefix(1);
    }
    if (field.empty()) {
        Event comment;
        comment.comment = std::string(value);
        ready_.push_back(std::move(comment));
    } else if (field == "data") {
        add_data(value);
    } else if (field == "event") {
        event_.type = value;
    } else if (field == "id" && value.find('\0') == std::string_view::npos) {
        event_.id = value;
    }
}

void EventParser::add_data(std::string_view value) {
    if (event_.data.size() + value.size() >= line_limit_ * lines_of_data) {
        ++dropped_;
        return;
    }
    if (has_data_) {
        event_.data += '\n';
    }
    event_.data += value;
    has_data_ = true;
}

// The id stays until the server sends another one: an event without its own has the last.
void EventParser::end_event() {
    if (std::exchange(has_data_, false)) {
        ready_.push_back(event_);
    }
    event_.type.clear();
    event_.data.clear();
}

std::string to_wire(const Event& event) {
    std::string out;
    if (event.comment) {
        write_lines(out, "", *event.comment);
    }
    const bool only_comment = event.comment && event.data.empty() && event.type.empty();
    if (!event.id.empty()) {
        write_field(out, "id", event.id);
    }
    if (!event.type.empty()) {
        write_field(out, "event", event.type);
    }
    if (!only_comment) {
        write_lines(out, "data", event.data);
    }
    out += '\n';
    return out;
}

boost::asio::awaitable<Result<std::optional<Event>>> EventReader::next(
    std::chrono::milliseconds patience
) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + patience;
    while (true) {
        if (auto event = parser_.next()) {
            co_return event;
        }
        // Bytes that do not make an event win no time: a server that drips is as good as silent.
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        auto piece = co_await stream_->read(std::max(left, std::chrono::milliseconds(0)));
        if (!piece) {
            co_return piece.error();
        }
        if (!*piece) {
            co_return std::optional<Event>();
        }
        parser_.feed(**piece);
    }
}

}  // namespace fairgate::http
