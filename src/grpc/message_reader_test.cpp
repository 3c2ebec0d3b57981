#include "grpc/message_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace fairgate::grpc {
namespace {

using State = MessageReader::State;
using namespace std::string_literals;

State state_of(std::string_view bytes, std::size_t limit = 100) {
    MessageReader reader(limit);
    return reader.feed(bytes);
}

TEST(message_reader, an_empty_message_is_whole) { EXPECT_EQ(state_of(framed("")), State::whole); }

TEST(message_reader, a_failed_calls_answer_has_no_byte) { EXPECT_EQ(state_of(""), State::nothing); }

TEST(message_reader, a_length_over_the_limit_is_refused_before_its_bytes_come) {
    EXPECT_EQ(state_of("\0\0\0\0\x65"s), State::too_large);
    EXPECT_EQ(state_of("\0\0\0\0\x64"s), State::part);
    EXPECT_EQ(state_of("\0\xFF\xFF\xFF\xFF"s), State::too_large);
}

TEST(message_reader, what_we_did_not_offer_to_unpack_is_refused) {
    EXPECT_EQ(state_of("\1\0\0\0\1x"s), State::compressed);
}

TEST(message_reader, a_second_message_is_no_answer_to_one_call) {
    EXPECT_EQ(state_of(framed("a") + framed("b")), State::more_than_one);
}

RC_GTEST_PROP(message_reader, reads_what_was_framed_however_it_is_cut, ()) {
    const auto message = *rc::gen::arbitrary<std::string>();
    const auto piece = *rc::gen::inRange<std::size_t>(1, 20);
    const std::string bytes = framed(message);
    MessageReader reader(1000);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        RC_ASSERT(reader.state() == (at == 0 ? State::nothing : State::part));
        reader.feed(std::string_view(bytes).substr(at, piece));
    }
    RC_ASSERT(reader.state() == State::whole);
    RC_ASSERT(reader.take() == message);
}

}  // namespace
}  // namespace fairgate::grpc
