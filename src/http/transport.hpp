#pragma once

#include "http/deadline.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <memory>

namespace fairgate::http {

/// A connection as the protocol above sees it: bytes in, bytes out, and a point in time by which
/// what was asked must be done. TCP, TLS and Unix sockets look the same from here, so the codec,
/// the client and the server are compiled once, and no header of theirs knows a socket.
///
/// One read and one write at a time. After any failure the connection is of no more use. When the
/// coroutine that waits is cancelled, operation_aborted is thrown.
class Transport {
public:
    virtual ~Transport() = default;

    /// Whatever is not done by then fails with asio::error::timed_out, for good.
    virtual void deadline(Instant when) = 0;
    /// At least one byte; zero when the peer has said it sends no more.
    virtual boost::asio::awaitable<boost::system::result<std::size_t>> read_some(
        boost::asio::mutable_buffer into
    ) = 0;
    /// All of both.
    virtual boost::asio::awaitable<boost::system::error_code> write(
        boost::asio::const_buffer first, boost::asio::const_buffer second
    ) = 0;
    /// Says that no more will be sent, and drains what the peer still sends for a short while: a
    /// plain close() would make the kernel throw away our last answer if bytes are unread.
    virtual boost::asio::awaitable<void> finish(Instant until) = 0;
    virtual void close() = 0;

    /// True while the peer has neither sent anything nor gone: a kept connection may be used again.
    virtual bool quiet() const = 0;
    /// True once the peer has closed its side or the connection is broken.
    virtual bool peer_gone() const = 0;
};

}  // namespace fairgate::http
