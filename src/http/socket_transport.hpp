#pragma once

#include "http/socket.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <type_traits>
#include <utility>

namespace fairgate::http {

/// What the plain and the TLS transport share. `Layer` is Socket or ssl::stream<Socket>, `Base` the
/// interface they serve.
template <class Layer, class Base = Transport>
class SocketTransport : public Base {
public:
    explicit SocketTransport(Layer layer)
        : layer_(std::move(layer)),
          deadline_(layer_.get_executor(), [this] { SocketTransport::close(); }) {}

    void deadline(Instant when) override { deadline_.set(when); }

    boost::asio::awaitable<boost::system::result<std::size_t>> read_some(
        boost::asio::mutable_buffer into
    ) override {
        if (ended_) {
            co_return std::size_t{0};  // Asio would wait for a second end, which never comes
        }
        boost::system::error_code failure;
        const std::size_t size = co_await layer_.async_read_some(
            into, boost::asio::redirect_error(boost::asio::use_awaitable, failure)
        );
        if (!failure) {
            co_return size;
        }
        if (failure == boost::asio::error::eof) {
            ended_ = true;
            co_return std::size_t{0};
        }
        co_return co_await explain(failure);
    }

    boost::asio::awaitable<boost::system::error_code> write(
        boost::asio::const_buffer first, boost::asio::const_buffer second
    ) override {
        const std::array<boost::asio::const_buffer, 2> both{first, second};
        boost::system::error_code failure;
        co_await boost::asio::async_write(
            layer_, both, boost::asio::redirect_error(boost::asio::use_awaitable, failure)
        );
        if (!failure) {
            co_return failure;
        }
        co_return co_await explain(failure);
    }

    void close() override {
        boost::system::error_code ignored;
        layer_.lowest_layer().close(ignored);
    }

    bool quiet() const override { return events(POLLIN | POLLRDHUP) == 0; }
    bool peer_gone() const override {
        return (events(POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
    }

protected:
    /// Why an operation failed: we were cancelled (thrown), late, or the connection broke.
    boost::asio::awaitable<boost::system::error_code> explain(boost::system::error_code failure) {
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) {
            throw boost::system::system_error(boost::asio::error::operation_aborted);
        }
        co_return deadline_.expired() ? boost::asio::error::timed_out : failure;
    }

    /// Reads and forgets until the peer closes or `until` passes.
    boost::asio::awaitable<void> drain(Instant until) {
        deadline_.set(until);
        boost::system::error_code failure;
        layer_.lowest_layer().shutdown(Socket::shutdown_send, failure);
        std::array<char, 4096> sink{};
        // A sender without end gets 4 MiB of attention.
        for (int reads = 0; !failure && reads < 1024; ++reads) {
            const auto got =
                ::recv(socket().native_handle(), sink.data(), sink.size(), MSG_DONTWAIT);
            if (got > 0) {
                continue;
            }
            if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
                break;
            }
            co_await socket().async_wait(
                Socket::wait_read, boost::asio::redirect_error(boost::asio::use_awaitable, failure)
            );
        }
        close();
    }

    Layer& layer() { return layer_; }

    /// Without TLS around it.
    Socket& socket() {
        if constexpr (std::is_same_v<Layer, Socket>) {
            return layer_;
        } else {
            return layer_.next_layer();
        }
    }

private:
    int events(short wanted) const {
        if (!layer_.lowest_layer().is_open()) {
            return POLLNVAL;
        }
        // native_handle() is not const in this Asio.
        auto& socket = const_cast<Layer&>(layer_).lowest_layer();
        pollfd looked{socket.native_handle(), wanted, 0};
        return ::poll(&looked, 1, 0) < 0 ? POLLERR : looked.revents;
    }

    Layer layer_;
    Deadline deadline_;
    bool ended_ = false;
};

}  // namespace fairgate::http
