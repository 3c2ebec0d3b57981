#include "kernel/socket_message.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace fairgate::kernel {
namespace {

std::vector<std::byte> bytes_of(std::string_view hexadecimal) {
    std::vector<std::byte> result;
    for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2) {
        const std::string pair(hexadecimal.substr(at, 2));
        result.push_back(static_cast<std::byte>(std::stoul(pair, nullptr, 16)));
    }
    return result;
}

// What Linux 6.18 answered for a connection of a dual-stack listener on port 443, through which
// 1234 bytes came and 99 went.
constexpr std::string_view captured =
    "0a01000001bb9c4100000000000000000000ffffc633640100000000000000000000ffffcb00710700000000"
    "e9aa00000000000000000000000000000000000000000000ac834b00050008000000000008000f0000000000"
    "0c001500010000000000000006001600120000001c010200010000000007aa01e01c0300409c000000800000"
    "d2040000000000000000000000000000000000000000000064000000000000006400000064000000ffff0000"
    "352b0100130000000b000000ffffff7f0b000000cbff000003000000e8030000cbff0000000000000db227e9"
    "09000000ffffffffffffffff6300000000000000d20400000000000002000000040000000000000005000000"
    "01000000010000000000a0860100000000000000000000000000000000000000000000000000000002000000"
    "000000006300000000000000000000000000000000000000000000000000000000000100002c010000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000";
constexpr std::size_t without_attributes = 72;

TEST(SocketMessage, a_captured_one_is_read) {
    const auto socket = read_socket(bytes_of(captured), Protocol::tcp);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->flow.local, (Endpoint{*Address::parse("198.51.100.1"), 443}));
    EXPECT_EQ(socket->flow.peer, (Endpoint{*Address::parse("203.0.113.7"), 40001}));
    EXPECT_EQ(socket->family, SocketFamily::mapped);
    EXPECT_EQ(socket->state, TcpState::established);
    EXPECT_EQ(socket->cookie, 0xaae9U);
    EXPECT_EQ(socket->owner, 0U);
    EXPECT_EQ(socket->inode, 4948908U);
    EXPECT_EQ(socket->received, Bytes{1234});
    EXPECT_EQ(socket->acked, Bytes{99});
}

TEST(SocketMessage, the_kernel_is_given_back_the_name_it_gave) {
    const auto bytes = bytes_of(captured);
    const auto socket = read_socket(bytes, Protocol::tcp);
    const auto given = *read_as<inet_diag_msg>(bytes);
    const inet_diag_sockid id = id_of(*socket);
    EXPECT_EQ(std::memcmp(&id, &given.id, sizeof id), 0);
    EXPECT_EQ(family_of(*socket), AF_INET6);
}

RC_GTEST_PROP(SocketMessage, any_name_goes_back_as_it_came, ()) {
    inet_diag_msg message{};
    message.idiag_family = *rc::gen::element<__u8>(AF_INET, AF_INET6);
    message.idiag_state = 1;
    message.id.idiag_sport = *rc::gen::arbitrary<__u16>();
    message.id.idiag_dport = *rc::gen::arbitrary<__u16>();
    const int words = message.idiag_family == AF_INET ? 1 : 4;
    for (int word = 0; word < words; ++word) {
        message.id.idiag_src[word] = *rc::gen::arbitrary<__u32>();
        message.id.idiag_dst[word] = *rc::gen::arbitrary<__u32>();
    }
    message.id.idiag_if = *rc::gen::arbitrary<__u32>();
    message.id.idiag_cookie[0] = *rc::gen::arbitrary<__u32>();
    const auto socket = read_socket(std::as_bytes(std::span(&message, 1)), Protocol::tcp);
    RC_ASSERT(socket);
    const inet_diag_sockid id = id_of(*socket);
    RC_ASSERT(std::memcmp(&id, &message.id, sizeof id) == 0);
    RC_ASSERT(family_of(*socket) == message.idiag_family);
}

TEST(SocketMessage, the_cookie_that_stands_for_any_socket_is_none) {
    auto bytes = bytes_of(captured);
    std::fill_n(bytes.begin() + offsetof(inet_diag_msg, id.idiag_cookie), 8, std::byte{0xff});
    EXPECT_EQ(read_socket(bytes, Protocol::tcp)->cookie, 0U);
}

TEST(SocketMessage, what_is_cut_off_anywhere_is_refused_or_read_without_counts) {
    const auto bytes = bytes_of(captured);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto socket = read_socket(ByteSpan(bytes).first(size), Protocol::tcp);
        ASSERT_EQ(socket.has_value(), size >= without_attributes) << size;
        if (socket) {
            EXPECT_TRUE(socket->received == Bytes{0} || socket->received == Bytes{1234});
        }
    }
}

TEST(SocketMessage, a_kernel_that_did_not_count_yet_gives_no_bytes) {
    auto bytes = bytes_of(captured);
    bytes.resize(without_attributes);
    // INET_DIAG_INFO with the 104 bytes that tcp_info had before Linux 4.1.
    const auto attribute = bytes_of("6c000200");
    bytes.insert(bytes.end(), attribute.begin(), attribute.end());
    bytes.resize(bytes.size() + 104, std::byte{0x11});
    EXPECT_EQ(read_socket(bytes, Protocol::tcp)->received, Bytes{0});
}

TEST(NetlinkMessage, requests_are_read_back) {
    RequestWriter request;
    request.begin(20, NLM_F_DUMP, 7);
    request.put(std::uint32_t{0x01020304});
    const auto nest = request.begin_nest(5);
    request.attribute(1, std::uint8_t{9});
    request.attribute(2, std::uint16_t{10});
    request.end_nest(nest);
    request.end();
    request.begin(21, 0, 8);
    request.end();

    MessageReader messages(request.bytes());
    const auto first = messages.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->type, 20);
    EXPECT_EQ(first->sequence, 7U);
    AttributeReader attributes(behind(first->body, 4));
    const auto outer = attributes.next();
    ASSERT_TRUE(outer);
    EXPECT_EQ(outer->type, 5);
    AttributeReader inside(outer->value);
    EXPECT_EQ(read_as<std::uint8_t>(inside.next()->value), 9);
    EXPECT_EQ(read_as<std::uint16_t>(inside.next()->value), 10);
    EXPECT_FALSE(inside.next());
    EXPECT_FALSE(attributes.next() || attributes.is_broken());
    EXPECT_EQ(messages.next()->sequence, 8U);
    EXPECT_FALSE(messages.next() || messages.is_broken());
}

TEST(NetlinkMessage, a_length_beyond_the_datagram_breaks_it) {
    RequestWriter request;
    request.begin(20, 0, 7);
    request.put(std::uint64_t{1});
    request.end();
    MessageReader messages(request.bytes().first(20));
    EXPECT_FALSE(messages.next());
    EXPECT_TRUE(messages.is_broken());
}

TEST(NetlinkMessage, an_error_number_is_taken_as_it_is) {
    const auto of = [](std::int32_t number) {
        return error_of({.type = NLMSG_ERROR, .body = std::as_bytes(std::span(&number, 1))});
    };
    EXPECT_EQ(of(0), 0);
    EXPECT_EQ(of(-EPERM), EPERM);
    EXPECT_EQ(of(5), 0);
    EXPECT_EQ(error_of({.type = NLMSG_ERROR, .body = {}}), EBADMSG);
    EXPECT_EQ(error_of({.type = NLMSG_DONE, .body = {}}), 0);
}

}  // namespace
}  // namespace fairgate::kernel
