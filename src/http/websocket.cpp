#include "http/websocket.hpp"

#include "base/turn.hpp"
#include "http/base64.hpp"
#include "http/connect.hpp"
#include "http/errors.hpp"

#include <boost/asio/error.hpp>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_size = 16U << 10U;
constexpr std::chrono::seconds write_patience{30};

template <std::size_t size>
std::array<unsigned char, size> random_bytes() {
    std::array<unsigned char, size> bytes{};
    if (::RAND_bytes(bytes.data(), static_cast<int>(size)) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    return bytes;
}

WebSocketMessage closed(std::uint16_t code, std::string reason) {
    WebSocketMessage message;
    message.kind = WebSocketMessage::Kind::closed;
    message.code = code;
    message.data = std::move(reason);
    return message;
}

/// Both directions share the transport's one deadline: it is the nearer of theirs.
class FramedSocket final : public WebSocket {
public:
    FramedSocket(WebSocketPath path, const asio::any_io_executor& executor)
        : transport_(std::move(path.transport)),
          reads_(path.reads),
          place_(std::move(path.place)),
          limit_(path.message_limit),
          parser_(path.reads, path.message_limit),
          writing_(executor) {
        parser_.feed(path.early);
    }

    asio::awaitable<Result<WebSocketMessage>> read(std::chrono::milliseconds patience) override {
        const Instant until = after(patience);
        while (!end_) {
            auto message = parser_.next();
            if (message) {
                co_await answer(*message);
                co_return *std::move(message);
            }
            if (parser_.fault() != Fault::none) {
                co_return co_await refuse();
            }
            set_deadline(read_until_, until);
            auto got = co_await transport_->read_some(asio::buffer(inbox_));
            set_deadline(read_until_, Instant::max());
            if (!got && std::chrono::steady_clock::now() >= until) {
                co_return fell_silent(place_, patience);
            }
            if (got && *got > 0) {
                parser_.feed(std::string_view(inbox_.data(), *got));
            } else {
                end_ = closed(1006, got ? "end of the connection" : got.error().message());
            }
        }
        co_return *end_;
    }

    bool quiet() const override { return !end_ && parser_.empty() && transport_->quiet(); }

    asio::awaitable<bool> send(WebSocketMessage message) override {
        const auto turn = co_await writing_.take();
        if (broken_ || close_sent_) {
            co_return false;
        }
        close_sent_ = message.kind == WebSocketMessage::Kind::closed;
        std::optional<std::array<unsigned char, 4>> mask;
        if (reads_ == WebSocketParser::Reads::from_server) {
            mask = random_bytes<4>();
        }
        const std::string frame = to_frame(message, mask);
        set_deadline(write_until_, after(write_patience));
        broken_ = true;  // for whoever comes after a sender that was cancelled in the middle
        const auto failure = co_await transport_->write(asio::buffer(frame), asio::const_buffer());
        set_deadline(write_until_, Instant::max());
        broken_ = static_cast<bool>(failure);
        co_return !broken_;
    }

    asio::awaitable<void> close(std::uint16_t code, std::string reason) override {
        WebSocketMessage last = closed(code, std::move(reason));
        co_await send(std::move(last));
    }

private:
    asio::awaitable<void> answer(const WebSocketMessage& message) {
        if (message.kind == WebSocketMessage::Kind::ping) {
            WebSocketMessage pong = message;
            pong.kind = WebSocketMessage::Kind::pong;
            co_await send(std::move(pong));
        } else if (message.kind == WebSocketMessage::Kind::closed) {
            end_ = message;
            const std::uint16_t code = message.code == 1005 ? std::uint16_t{1000} : message.code;
            co_await close(code, "");
        }
    }

    asio::awaitable<Error> refuse() {
        const bool large = parser_.fault() == Fault::body_too_large;
        const std::uint16_t code = large ? 1009 : 1002;
        co_await close(code, "");
        co_return large ? body_too_large(place_, limit_) : not_websocket(place_, parser_.why());
    }

    void set_deadline(Instant& one, Instant when) {
        one = when;
        transport_->deadline(std::min(read_until_, write_until_));
    }

    std::shared_ptr<Transport> transport_;
    WebSocketParser::Reads reads_;
    std::string place_;
    std::size_t limit_;
    WebSocketParser parser_;
    Turn writing_;  // held for one frame, which has a deadline
    std::array<char, read_size> inbox_{};
    Instant read_until_ = Instant::max();
    Instant write_until_ = Instant::max();
    bool close_sent_ = false;
    bool broken_ = false;
    std::optional<WebSocketMessage> end_;
};

}  // namespace

std::unique_ptr<WebSocket> make_websocket(
    WebSocketPath path, const asio::any_io_executor& executor
) {
    return std::make_unique<FramedSocket>(std::move(path), executor);
}

void ask_for_websocket(Request& request) {
    const auto key = random_bytes<16>();
    request.method = "GET";
    request.headers.set("Upgrade", "websocket");
    request.headers.set("Sec-WebSocket-Version", "13");
    request.headers.set("Sec-WebSocket-Key", base64(std::string(key.begin(), key.end())));
}

bool is_websocket_answer(const Request& request, const Response& answer) {
    return answer.status == 101 &&
           same_name(answer.headers.get("Upgrade").value_or(""), "websocket") &&
           answer.headers.get("Sec-WebSocket-Accept").value_or("") ==
               websocket_accept(request.headers.get("Sec-WebSocket-Key").value_or(""));
}

}  // namespace fairgate::http
