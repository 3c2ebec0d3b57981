#pragma once

#include "base/clock.hpp"
#include "model/bytes.hpp"
#include "model/flow.hpp"

#include <cstdint>
#include <string_view>

namespace fairgate::sessions {

/// A live connection of an account: what a log line said of it, joined with the socket that
/// carries it. Texts are the table's, and valid until it changes.
struct Session {
    std::string_view account;
    std::string_view inbound;
    Flow flow;
    std::uint64_t cookie = 0;  ///< of its socket
    TimePoint since;           ///< when its first line arrived
    TimePoint moved;           ///< when bytes were last seen to move
    Bytes up;                  ///< from the customer, since the connection began
    Bytes down;                ///< to the customer, and acknowledged
    Bytes up_news;             ///< of `up`, what was not told of before: alive() or ended() did
    Bytes down_news;
    double up_rate = 0;  ///< bytes a second, between the last two looks
    double down_rate = 0;
    /// Lines of more than one account came with it: something in front carries them together, and
    /// cutting it would cut others.
    bool shared = false;
};

/// Whether the kernel bears out what a log line said.
enum class Confirmation : std::uint8_t {
    confirmed,  ///< a socket is, or just was, connected to that very address and port
    refuted,    ///< none is, at an inbound whose connections are otherwise all seen
    unknowable  ///< this machine does not see the inbound's connections, or not yet
};

}  // namespace fairgate::sessions
