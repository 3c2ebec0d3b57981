#include "http/websocket_frames.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace fairgate::http {
namespace {

using Kind = WebSocketMessage::Kind;
using Reads = WebSocketParser::Reads;
using namespace std::string_literals;

std::string show(const WebSocketMessage& message) {
    return std::to_string(static_cast<int>(message.kind)) + ":" + std::to_string(message.code) +
           ":" + message.data;
}

std::string all_of(WebSocketParser& parser) {
    std::string all;
    while (auto message = parser.next()) {
        all += "[" + show(*message) + "]";
    }
    return all;
}

std::string read(std::string_view bytes, Reads reads = Reads::from_server) {
    WebSocketParser parser(reads, 1000);
    parser.feed(bytes);
    const std::string all = all_of(parser);
    return parser.fault() == Fault::none ? all : all + "!" + parser.why();
}

WebSocketMessage text(std::string data) {
    WebSocketMessage message;
    message.data = std::move(data);
    return message;
}

// The examples of RFC 6455 5.7 and 1.3.
TEST(WebSocketFrames, read_the_examples_of_the_standard) {
    EXPECT_EQ(read("\x81\x05Hello"), "[0:0:Hello]");
    EXPECT_EQ(
        read("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", Reads::from_client), "[0:0:Hello]"
    );
    EXPECT_EQ(read("\x01\x03one\x80\x02 x"s), "[0:0:one x]");
    EXPECT_EQ(read("\x89\x05Hello"), "[2:0:Hello]");
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketFrames, a_ping_may_come_inside_a_message) {
    EXPECT_EQ(read("\x01\x03one\x89\x01?\x80\x02 x"s), "[2:0:?][0:0:one x]");
}

TEST(WebSocketFrames, a_close_has_a_code_or_none_and_nothing_comes_after_it) {
    EXPECT_EQ(read("\x88\x06\x03\xf4gone\x81\x01x"), "[4:1012:gone]");
    EXPECT_EQ(read("\x88\x00"s), "[4:1005:]");
}

TEST(WebSocketFrames, what_breaks_the_standard_is_refused_with_a_reason) {
    EXPECT_EQ(read("\xc1\x05Hello"), "!a frame with an extension that was not agreed on");
    EXPECT_EQ(read("\x83\x00"s), "!a frame of unknown kind");
    EXPECT_EQ(read("\x81\x80xxxx"), "!a server's frame with a mask");
    EXPECT_EQ(read("\x81\x05Hello", Reads::from_client), "!a client's frame without a mask");
    EXPECT_EQ(read("\x09\x00"s), "!a control frame that is too long or in pieces");
    EXPECT_EQ(read("\x89\x7e\x01\x00"s), "!a control frame that is too long or in pieces");
    EXPECT_EQ(read("\x80\x00"s), "!the continuation of nothing");
    EXPECT_EQ(read("\x01\x00\x01\x00"s), "!a message inside another");
    EXPECT_EQ(read("\x88\x01x"), "!a close without a code that may be sent");
    EXPECT_EQ(read("\x88\x02\x03\xee"s), "!a close without a code that may be sent");  // 1006
}

TEST(WebSocketFrames, a_message_beyond_the_limit_is_refused_before_it_is_there) {
    EXPECT_EQ(read("\x81\x7e\x03\xe9"s), "!a message larger than allowed");
    EXPECT_EQ(read("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s), "!a message larger than allowed");
    EXPECT_EQ(read("\x01\x05Hello\x80\x7e\x03\xe4"s), "!a message larger than allowed");
}

TEST(WebSocketFrames, a_long_reason_is_cut_to_what_a_control_frame_holds) {
    WebSocketMessage close = text(std::string(500, 'x'));
    close.kind = Kind::closed;
    close.code = 1000;
    EXPECT_EQ(read(to_frame(close, std::nullopt)), "[4:1000:" + std::string(123, 'x') + "]");
}

TEST(WebSocketFrames, a_request_asks_for_a_websocket_with_four_fields) {
    Request request;
    request.headers.set("Connection", "keep-alive, Upgrade");
    request.headers.set("Upgrade", "WebSocket");
    request.headers.set("Sec-WebSocket-Version", "13");
    EXPECT_FALSE(asks_for_websocket(request));
    request.headers.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_TRUE(asks_for_websocket(request));
    request.headers.set("Sec-WebSocket-Version", "8");
    EXPECT_FALSE(asks_for_websocket(request));
}

RC_GTEST_PROP(WebSocketFrames, what_is_written_is_read_however_it_is_cut, ()) {
    const auto size = *rc::gen::element<std::size_t>(0, 1, 125, 126, 127, 65'535, 65'536, 70'000);
    const bool masked = *rc::gen::arbitrary<bool>();
    const auto mask =
        *rc::gen::container<std::array<unsigned char, 4>>(rc::gen::arbitrary<unsigned char>());
    const WebSocketMessage sent = text(std::string(size, 'x') + *rc::gen::arbitrary<std::string>());
    const std::string bytes = to_frame(sent, masked ? std::optional(mask) : std::nullopt);
    WebSocketParser parser(masked ? Reads::from_client : Reads::from_server, 1U << 20U);
    std::string all;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto step = *rc::gen::inRange<std::size_t>(1, 1 + std::max<std::size_t>(8, size / 3));
        parser.feed(std::string_view(bytes).substr(at, step));
        all += all_of(parser);
        at += step;
    }
    RC_ASSERT(parser.fault() == Fault::none);
    RC_ASSERT(all == "[" + show(sent) + "]");
}

RC_GTEST_PROP(WebSocketFrames, any_bytes_end_in_messages_or_a_fault, (const std::string& bytes)) {
    for (const Reads reads : {Reads::from_server, Reads::from_client}) {
        WebSocketParser whole(reads, 1000);
        whole.feed(bytes);
        WebSocketParser pieces(reads, 1000);
        std::string all;
        for (const char byte : bytes) {
            pieces.feed(std::string_view(&byte, 1));
            all += all_of(pieces);
        }
        RC_ASSERT(all_of(whole) == all);
        RC_ASSERT(whole.fault() == pieces.fault());
    }
}

}  // namespace
}  // namespace fairgate::http
