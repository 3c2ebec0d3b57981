#include "http/codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace fairgate::http {
namespace {

Fault fault_of(std::string bytes, std::size_t limit = 100) {
    RequestParser parser(limit);
    return parser.feed(bytes);
}

TEST(RequestParser, takes_a_request_and_leaves_what_follows) {
    RequestParser parser(100);
    std::string bytes =
        "POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.1\r\n";
    ASSERT_EQ(parser.feed(bytes), Fault::none);
    ASSERT_TRUE(parser.done());
    EXPECT_TRUE(parser.keep_alive());
    const Request request = parser.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.headers.get("host"), "h");
    EXPECT_EQ(request.body, "hi");
    EXPECT_EQ(bytes, "GET / HTTP/1.1\r\n");
}

TEST(RequestParser, takes_an_extension_method_and_the_absolute_form) {
    RequestParser parser(100);
    std::string bytes = "PURGE http://h/x?y HTTP/1.1\r\nHost: h\r\n\r\n";
    ASSERT_EQ(parser.feed(bytes), Fault::none);
    const Request request = parser.take();
    EXPECT_EQ(request.method, "PURGE");
    EXPECT_EQ(request.target, "/x?y");
}

TEST(RequestParser, refuses_what_two_readers_could_understand_differently) {
    const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
    EXPECT_NE(
        fault_of(post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"), Fault::none
    );
    EXPECT_NE(
        fault_of(post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n"), Fault::none
    );
    EXPECT_NE(fault_of(post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Content-Length: 2, 3\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Content-Length: +2\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Content-Length: -2\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Content-Length : 2\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Transfer-Encoding: gzip\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of(post + "Transfer-Encoding: xchunked\r\n\r\n"), Fault::none);
    EXPECT_NE(
        fault_of(post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"),
        Fault::none
    );
    EXPECT_NE(fault_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of("GET / HTTP/1.1\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of("GET / HTTP/1.1\nHost: a\n\n"), Fault::none);
    EXPECT_NE(fault_of("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"), Fault::none);
    EXPECT_NE(fault_of("GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n"), Fault::none);
}

TEST(RequestParser, a_trailer_does_not_pass_for_a_header) {
    RequestParser parser(100);
    std::string bytes =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nHost: other\r\nAuthorization: Bearer x\r\n\r\n";
    ASSERT_EQ(parser.feed(bytes), Fault::none);
    ASSERT_TRUE(parser.done());
    const Request request = parser.take();
    EXPECT_EQ(request.headers.all().size(), 2U);
    EXPECT_FALSE(request.headers.get("Authorization"));
}

TEST(RequestParser, names_the_fault) {
    EXPECT_EQ(fault_of("hello\r\n\r\n"), Fault::malformed);
    EXPECT_EQ(fault_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), Fault::old_version);
    EXPECT_EQ(
        fault_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n"), Fault::body_too_large
    );
    EXPECT_EQ(
        fault_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n"),
        Fault::body_too_large
    );
    EXPECT_EQ(
        fault_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(head_limit, 'x')),
        Fault::head_too_large
    );
    EXPECT_EQ(fault_of("GET /" + std::string(head_limit, 'x')), Fault::head_too_large);
}

TEST(RequestParser, many_small_fields_count_together) {
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 0; i < 2000; ++i) {
        head += "X: 12345678\r\n";
    }
    EXPECT_EQ(fault_of(head + "\r\n"), Fault::head_too_large);
    RequestParser parser(0);
    Fault fault = Fault::none;
    std::string waiting;
    for (std::size_t i = 0; i < head.size() && fault == Fault::none; ++i) {
        waiting += head[i];
        fault = parser.feed(waiting);
        ASSERT_LE(waiting.size(), head_limit);
    }
    EXPECT_EQ(fault, Fault::head_too_large);
}

TEST(RequestParser, a_body_may_end_with_a_return_that_comes_alone) {
    RequestParser parser(100);
    std::string inbox = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\n";
    EXPECT_EQ(parser.feed(inbox), Fault::none);
    inbox = "\r";
    EXPECT_EQ(parser.feed(inbox), Fault::none);
    EXPECT_TRUE(parser.done());
}

TEST(RequestParser, an_endless_chunk_extension_or_trailer_is_refused) {
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string endless(2 * head_limit, 'x');
    EXPECT_EQ(fault_of(head + "1;" + endless), Fault::head_too_large);
    EXPECT_EQ(fault_of(head + "0\r\nX: " + endless), Fault::head_too_large);
}

RC_GTEST_PROP(RequestParser, gives_the_same_request_however_the_bytes_are_split, ()) {
    const auto body = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const auto cut = *rc::gen::inRange<std::size_t>(1, 20);
    const auto chunked = *rc::gen::arbitrary<bool>();
    std::string bytes = "\r\nPUT /x HTTP/1.1\r\nHost: h\r\nX-A:  b \r\n";
    if (chunked) {
        bytes += "Transfer-Encoding: Chunked\r\n\r\n";
        for (const char c : body) {
            bytes += chunk_head(1) + c + "\r\n";
        }
        bytes += "0\r\nTrailer: t\r\n\r\n";
    } else {
        bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    RequestParser parser(1000);
    std::string inbox;
    for (std::size_t i = 0; i < bytes.size(); i += cut) {
        RC_ASSERT(!parser.done());
        inbox += bytes.substr(i, cut);
        RC_ASSERT(parser.feed(inbox) == Fault::none);
    }
    RC_ASSERT(parser.done());
    RC_ASSERT(inbox.empty());
    const Request request = parser.take();
    RC_ASSERT(request.body == body);
    RC_ASSERT(request.headers.get("x-a") == "b");
}

Fault answer_fault(std::string bytes, ResponseParser& parser) { return parser.feed(bytes); }

TEST(ResponseParser, passes_over_interim_answers) {
    ResponseParser parser("GET", 100);
    std::string bytes =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    ASSERT_EQ(parser.feed(bytes), Fault::none);
    ASSERT_TRUE(parser.done());
    EXPECT_EQ(parser.take_head().status, 200);
    EXPECT_EQ(parser.take_body(), "hi");
}

TEST(ResponseParser, a_head_request_has_no_body_whatever_the_length_says) {
    ResponseParser parser("HEAD", 100);
    EXPECT_EQ(answer_fault("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", parser), Fault::none);
    EXPECT_TRUE(parser.done());
    EXPECT_TRUE(parser.keep_alive());
}

TEST(ResponseParser, a_body_without_length_ends_with_the_connection) {
    ResponseParser parser("GET", 100);
    EXPECT_EQ(answer_fault("HTTP/1.1 200 OK\r\n\r\nabc", parser), Fault::none);
    EXPECT_FALSE(parser.done());
    EXPECT_EQ(parser.end(), Fault::none);
    EXPECT_TRUE(parser.done());
    EXPECT_FALSE(parser.keep_alive());
    EXPECT_EQ(parser.take_body(), "abc");
}

TEST(ResponseParser, a_body_cut_short_is_a_fault) {
    ResponseParser parser("GET", 100);
    EXPECT_EQ(answer_fault("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", parser), Fault::none);
    EXPECT_EQ(parser.end(), Fault::ended_early);
    ResponseParser chunked("GET", 100);
    EXPECT_EQ(
        answer_fault("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", chunked),
        Fault::none
    );
    EXPECT_EQ(chunked.end(), Fault::ended_early);
    ResponseParser nothing("GET", 100);
    EXPECT_EQ(nothing.end(), Fault::ended_early);
}

TEST(ResponseParser, a_connection_that_ends_behind_an_interim_response_ended_early) {
    ResponseParser parser("GET", 100);
    std::string bytes = "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(parser.feed(bytes), Fault::none);
    EXPECT_EQ(parser.end(), Fault::ended_early);
}

TEST(ResponseParser, gives_a_body_in_pieces) {
    ResponseParser parser("GET", std::nullopt);
    std::string inbox = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    EXPECT_EQ(parser.feed(inbox), Fault::none);
    EXPECT_EQ(parser.take_body(), "abc");
    inbox += "1\r\nd\r\n0\r\n\r\n";
    EXPECT_EQ(parser.feed(inbox), Fault::none);
    EXPECT_EQ(parser.take_body(), "d");
    EXPECT_TRUE(parser.done());
}

TEST(ResponseParser, refuses_to_switch_to_another_protocol) {
    ResponseParser parser("GET", 100);
    EXPECT_EQ(
        answer_fault("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n", parser),
        Fault::unsupported
    );
}

TEST(HeadOf, a_response_frames_itself_and_lets_no_value_break_the_line) {
    Response response;
    response.headers.add("X", "a\r\nEvil: yes");
    response.headers.add("Content-Length", "999");
    response.headers.add("Bad Name", "x");
    response.headers.add("Good", "x");
    response.body = "hi";
    EXPECT_EQ(
        head_of(response, Framing::length, "now", "close"),
        "HTTP/1.1 200 OK\r\nDate: now\r\nGood: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    );
}

TEST(HeadOf, a_request_names_the_host_and_puts_the_base_path_first) {
    Request request;
    request.target = "/api?x";
    EXPECT_EQ(
        head_of(request, "/dash", "h:1"),
        "GET /dash/api?x HTTP/1.1\r\nHost: h:1\r\nUser-Agent: fairgate\r\n\r\n"
    );
}

}  // namespace
}  // namespace fairgate::http
