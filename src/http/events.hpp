#pragma once

#include "base/error.hpp"
#include "http/client.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fairgate::http {

/// Takes the bytes of an event stream and gives its events: LF, CR or CRLF, split anywhere.
/// A line longer than `line_limit` is dropped up to its end and counted; so is a data line that
/// would make one event longer than 16 such lines. An event without an id of its own has the last
/// one that was sent (WHATWG HTML 9.2.6).
class EventParser {
public:
    explicit EventParser(std::size_t line_limit = 64U << 10U) : line_limit_(line_limit) {}

    void feed(std::string_view bytes);
    std::optional<Event> next();
    std::size_t dropped_lines() const { return dropped_; }

private:
    void take_line(std::string_view line);
    void add_data(std::string_view value);
    void end_event();

    std::size_t line_limit_;
    std::size_t dropped_ = 0;
    std::string line_;
    bool too_long_ = false;
    bool after_cr_ = false;
    bool first_line_ = true;
    Event event_;
    bool has_data_ = false;
    std::deque<Event> ready_;
};

/// The text of one event as a server sends it.
std::string to_wire(const Event& event);

/// Reads events from an open stream. Nothing at the end of the stream; a time-out error when
/// neither event nor comment came within `patience`.
class EventReader {
public:
    explicit EventReader(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}
    boost::asio::awaitable<Result<std::optional<Event>>> next(std::chrono::milliseconds patience);

private:
    std::unique_ptr<Stream> stream_;
    EventParser parser_;
};

}  // namespace fairgate::http
