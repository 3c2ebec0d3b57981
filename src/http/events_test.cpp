#include "http/events.hpp"

#include "base/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace fairgate::http {
namespace {

using namespace std::chrono_literals;

std::string show(const Event& event) {
    return "[" + event.id + "|" + event.type + "|" + event.data + "|" +
           event.comment.value_or("-") + "]";
}

std::string show(EventParser& parser) {
    std::string all;
    while (auto event = parser.next()) {
        all += show(*event);
    }
    return all;
}

std::string events_of(std::string_view bytes) {
    EventParser parser;
    parser.feed(bytes);
    return show(parser);
}

TEST(EventParser, gives_id_type_and_data) {
    EXPECT_EQ(events_of("id: 7\nevent: added\ndata: hello\n\n"), "[7|added|hello|-]");
}

TEST(EventParser, takes_lf_cr_and_crlf) {
    EXPECT_EQ(events_of("data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\r"), "[||a\nb\nc|-][||d|-]");
}

TEST(EventParser, takes_one_space_after_the_colon_and_no_more) {
    EXPECT_EQ(events_of("data:a\n\ndata: a\n\ndata:  a\n\n"), "[||a|-][||a|-][|| a|-]");
}

TEST(EventParser, an_empty_data_line_makes_an_event_and_no_data_line_makes_none) {
    EXPECT_EQ(events_of("data\n\ndata:\n\nevent: x\n\nid: 1\n\n"), "[|||-][|||-]");
}

TEST(EventParser, an_id_lasts_until_the_next_one_and_a_type_does_not) {
    EXPECT_EQ(
        events_of("id: 1\nevent: t\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"),
        "[1|t|a|-][1||b|-][||c|-]"
    );
}

TEST(EventParser, an_id_with_a_nul_is_ignored) {
    using namespace std::string_view_literals;
    EXPECT_EQ(events_of("id: 1\0002\ndata: a\n\n"sv), "[||a|-]");
}

TEST(EventParser, gives_a_comment_at_once_even_inside_an_event) {
    EXPECT_EQ(events_of("data: a\n: ping\n"), "[|||ping]");
    EXPECT_EQ(events_of("data: a\n:\ndata: b\n\n"), "[|||][||a\nb|-]");
}

TEST(EventParser, passes_over_one_byte_order_mark) {
    EXPECT_EQ(
        events_of("\xEF\xBB\xBF"
                  "data: a\n\n"),
        "[||a|-]"
    );
    EXPECT_EQ(
        events_of("\xEF\xBB\xBF\xEF\xBB\xBF"
                  "data: a\n\n"),
        ""
    );
}

TEST(EventParser, ignores_fields_it_does_not_know) {
    EXPECT_EQ(events_of("retry: 10\nfoo: bar\nDATA: x\ndata: a\n\n"), "[||a|-]");
}

TEST(EventParser, an_event_cut_off_by_the_end_is_not_given) {
    EXPECT_EQ(events_of("data: a\n"), "");
}

TEST(EventParser, drops_a_line_beyond_the_limit_and_goes_on) {
    EventParser parser(10);
    parser.feed("data: " + std::string(1000, 'x'));
    parser.feed(std::string(1000, 'x') + "\ndata: ok\n\n");
    EXPECT_EQ(show(parser), "[||ok|-]");
    EXPECT_EQ(parser.dropped_lines(), 1U);
}

TEST(EventParser, an_event_of_endless_data_lines_does_not_grow_without_bound) {
    EventParser parser(100);
    for (int i = 0; i < 1000; ++i) {
        parser.feed("data: " + std::string(90, 'x') + "\n");
    }
    parser.feed("\n");
    const auto event = parser.next();
    ASSERT_TRUE(event);
    EXPECT_LE(event->data.size(), 1700U);
    EXPECT_GT(parser.dropped_lines(), 900U);
}

/// Lines that exercise the grammar, and some bytes that break it.
rc::Gen<std::string> stream_text() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "\r",
            "\n",
            "\r\n",
            "\n\n",
            "\r\n\r\n",
            "data",
            "data: x",
            "data:y",
            "id: 3",
            "id:",
            "event: e",
            ":c",
            ": comment",
            " ",
            "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
            "\xEF\xBB\xBF",
            "\xEF",
            "\xFF",
            "retry: 1",
            ":",
            std::string(1, '\0'),
            std::string(40, 'z')
        )),
        [](const std::vector<std::string>& parts) {
            std::string all;
            for (const auto& part : parts) {
                all += part;
            }
            return all;
        }
    );
}

RC_GTEST_PROP(EventParser, gives_the_same_events_however_the_bytes_are_split, ()) {
    const auto text = *stream_text();
    const auto cuts =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 5));
    EventParser whole(32);
    whole.feed(text);
    EventParser split(32);
    std::string from_split;
    std::string_view rest = text;
    for (std::size_t i = 0; !rest.empty(); ++i) {
        const std::size_t cut =
            cuts.empty() ? 1 : std::max<std::size_t>(cuts[i % cuts.size()], i % 2);
        split.feed(rest.substr(0, cut));
        rest.remove_prefix(std::min(cut, rest.size()));
        from_split += show(split);
    }
    RC_ASSERT(show(whole) == from_split);
    RC_ASSERT(whole.dropped_lines() == split.dropped_lines());
}

RC_GTEST_PROP(EventParser, reads_back_what_to_wire_wrote, ()) {
    const auto text = rc::gen::container<std::string>(rc::gen::inRange<char>(32, 127));
    const auto lines = rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::inRange<char>(32, 127), rc::gen::just('\n'))
    );
    Event event;
    event.id = *text;
    event.type = *text;
    event.data = *lines;
    EventParser parser;
    parser.feed(to_wire(event));
    const auto back = parser.next();
    RC_ASSERT(back.has_value());
    RC_ASSERT(show(*back) == show(event));
    RC_ASSERT(!parser.next());
}

RC_GTEST_PROP(ToWire, lets_no_value_become_another_field, (std::string text)) {
    Event event;
    event.id = "1";
    event.type = text;
    event.data = text;
    event.comment = text;
    event.data += '.';
    EventParser parser;
    parser.feed(to_wire(event));
    int events = 0;
    while (auto one = parser.next()) {
        if (!one->comment) {
            ++events;
            RC_ASSERT(one->id == "1");
        }
    }
    RC_ASSERT(events == 1);
}

TEST(ToWire, a_ping_is_a_comment_and_an_empty_line) {
    Event ping;
    ping.comment = "ping";
    EXPECT_EQ(to_wire(ping), ": ping\n\n");
}

/// Gives its pieces one by one, each with the patience it was asked with.
class ScriptedStream final : public Stream {
public:
    explicit ScriptedStream(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    const Response& head() const override { return head_; }
    boost::asio::awaitable<Result<std::optional<std::string>>> read(std::chrono::milliseconds
    ) override {
        if (next_ == pieces_.size()) {
            co_return std::optional<std::string>();
        }
        co_return std::optional<std::string>(pieces_[next_++]);
    }

private:
    Response head_;
    std::vector<std::string> pieces_;
    std::size_t next_ = 0;
};

TEST(EventReader, gives_events_across_pieces_and_nothing_at_the_end) {
    boost::asio::io_context io;
    std::vector<std::string> pieces{"data: a\n\nda", "ta: b\n", "\n: c\n", "data: lost"};
    EventReader reader(std::make_unique<ScriptedStream>(std::move(pieces)));
    const auto next = [&] { return run(io, [&] { return reader.next(1s); }).value(); };
    EXPECT_EQ(show(*next()), "[||a|-]");
    EXPECT_EQ(show(*next()), "[||b|-]");
    EXPECT_EQ(show(*next()), "[|||c]");
    EXPECT_FALSE(next());
}

/// Says something for ever that never makes an event.
class DrippingStream final : public Stream {
public:
    const Response& head() const override { return head_; }
    boost::asio::awaitable<Result<std::optional<std::string>>> read(
        std::chrono::milliseconds patience
    ) override {
        if (patience <= 0ms) {
            Error error;
            error.code = "FG-NET-016";
            co_return error;
        }
        co_return std::optional<std::string>("data: x\n");
    }

private:
    Response head_;
};

TEST(EventReader, bytes_that_make_no_event_win_no_time) {
    boost::asio::io_context io;
    EventReader reader(std::make_unique<DrippingStream>());
    const auto event = run(io, [&] { return reader.next(10ms); });
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, "FG-NET-016");
}

}  // namespace
}  // namespace fairgate::http
