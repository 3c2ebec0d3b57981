#include "link/channel.hpp"

#include "link/errors.hpp"
#include "sources/visible.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <utility>

namespace fairgate::link {

namespace asio = boost::asio;

namespace {

/// Small messages; a whole buffer of reports is drawn one by one as the others are sent.
constexpr std::size_t most_waiting = 256;
/// A request for a certificate, and room.
constexpr std::size_t most_untrusted = 32U << 10U;

}  // namespace

struct Channel::State {
    State(const asio::any_io_executor& executor, std::unique_ptr<http::Transport> connection)
        : transport(std::move(connection)), queue(executor, most_waiting), done(executor) {
        done.expires_at(std::chrono::steady_clock::time_point::max());
    }

    std::unique_ptr<http::Transport> transport;
    Queue<std::string> queue;
    asio::steady_timer done;  ///< cancelled when all is sent
    bool sent_all = false;
    bool closed = false;
};

Channel::Channel(
    const asio::any_io_executor& executor,
    std::unique_ptr<http::Transport> transport,
    std::string place,
    std::string peer
)
    : state_(std::make_shared<State>(executor, std::move(transport))),
      reader_(most_untrusted),
      place_(std::move(place)),
      peer_(std::move(peer)),
      sending_(spawn(
          executor,
          "send to " + place_,
          [state = state_] { return send_all(state); },
          [state = state_](const std::string&, const std::exception_ptr&) {
              state->transport->close();
          }
      )) {}

Channel::~Channel() { close(); }

void Channel::trust() {
    silence_ = std::chrono::seconds(30);
    reader_.allow(most_frame);
}

asio::awaitable<void> Channel::send_all(std::shared_ptr<State> state) {
    for (;;) {
        const auto message = co_await state->queue.pop();
        if (!message || state->closed) {
            break;
        }
        const auto failure = co_await state->transport->write(asio::buffer(*message), {});
        if (failure) {
            state->closed = true;
            state->transport->close();
            break;
        }
    }
    state->sent_all = true;
    state->done.cancel();
}

bool Channel::post(const wire::Frame& frame) {
    std::string message;
    if (state_->closed || !frame.SerializeToString(&message) || message.size() > most_frame) {
        return false;
    }
    return state_->queue.try_push(framed(message));
}

std::size_t Channel::waiting() const { return state_->queue.size(); }

asio::awaitable<Result<wire::Frame>> Channel::receive() {
    std::array<char, 16 << 10> buffer{};
    state_->transport->deadline(std::chrono::steady_clock::now() + silence_);
    for (;;) {
        if (auto message = reader_.next()) {
            wire::Frame frame;
            if (!frame.ParseFromString(*message)) {
                co_return bad_frame(place_, "it cannot be read");
            }
            co_return frame;
        }
        if (const auto size = reader_.too_large()) {
            co_return frame_too_large(place_, *size);
        }
        const auto got = co_await state_->transport->read_some(asio::buffer(buffer));
        if (!got) {
            co_return connection_lost(place_, got.error().message());
        }
        if (*got == 0) {
            co_return connection_lost(place_, "the other side closed it");
        }
        reader_.feed({buffer.data(), *got});
    }
}

asio::awaitable<void> Channel::finish() {
    state_->queue.finish();
    if (!state_->sent_all) {
        boost::system::error_code told;
        state_->done.expires_after(std::chrono::seconds(2));
        co_await state_->done.async_wait(asio::redirect_error(asio::use_awaitable, told));
    }
    if (!state_->closed) {
        co_await state_->transport->finish(
            std::chrono::steady_clock::now() + std::chrono::seconds(1)
        );
    }
    close();
}

void Channel::close() {
    if (!std::exchange(state_->closed, true)) {
        state_->transport->close();
    }
}

wire::Frame refusal(const Error& error) {
    wire::Frame frame;
    wire::Refused& refused = *frame.mutable_refused();
    refused.set_code(error.code);
    refused.set_what(error.what);
    refused.set_cause(error.cause);
    refused.set_next(error.next);
    return frame;
}

Error error_of(const wire::Refused& refused, std::string place) {
    Error error;
    error.code = sources::visible(refused.code(), 16);
    error.what = sources::visible(refused.what(), 200);
    error.cause = sources::visible(refused.cause(), 300);
    error.next = sources::visible(refused.next(), 200);
    error.where = std::move(place);
    if (!error.code.starts_with("FG-")) {
        error.code = "FG-AGT-005";
    }
    return error;
}

}  // namespace fairgate::link
