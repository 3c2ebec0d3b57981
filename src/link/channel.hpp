#pragma once

#include "base/error.hpp"
#include "base/queue.hpp"
#include "base/spawn.hpp"
#include "http/transport.hpp"
#include "link/frame_reader.hpp"
#include "link/wire.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace fairgate::link {

/// Messages over one connection. One coroutine receives; what is posted is sent by a coroutine of
/// the channel's own, in its order.
class Channel {
public:
    /// `place` is the other side, for errors, and `peer` its address, if that is known. Until
    /// trust() messages are short and come within ten seconds.
    Channel(
        const boost::asio::any_io_executor& executor,
        std::unique_ptr<http::Transport> transport,
        std::string place,
        std::string peer = {}
    );
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// The other side is known: its messages may be as long as they get, and the connection is
    /// given up after 30 seconds without one; both sides say something every ten.
    void trust();
    /// The next message; an empty one is one of a newer version, to be passed over. FG-AGT-004,
    /// -005, -007 end the connection.
    boost::asio::awaitable<Result<wire::Frame>> receive();
    /// False when the other side is so slow that too much waits; then close.
    bool post(const wire::Frame& frame);
    const std::string& peer() const { return peer_; }
    /// How many messages wait to be sent.
    std::size_t waiting() const;
    /// Sends what waits, for at most two seconds, and closes.
    boost::asio::awaitable<void> finish();
    void close();

private:
    struct State;
    static boost::asio::awaitable<void> send_all(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
    FrameReader reader_;
    std::string place_;
    std::string peer_;
    std::chrono::milliseconds silence_{10'000};
    Task sending_;  // last: it uses the rest
};

/// The last thing that is said on a connection.
wire::Frame refusal(const Error& error);
/// What the other side said last.
Error error_of(const wire::Refused& refused, std::string place);

}  // namespace fairgate::link
