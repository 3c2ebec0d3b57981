#include "http/deadline.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace fairgate::http {

struct Deadline::State : std::enable_shared_from_this<Deadline::State> {
    State(const boost::asio::any_io_executor& executor, std::function<void()> expiry)
        : timer(executor), on_expiry(std::move(expiry)) {}

    void arm() {
        armed = due;
        timer.expires_at(due);
        timer.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
            if (!stopped) {
                self->wake();
            }
        });
    }

    void wake() {
        armed = Instant::max();
        if (due == Instant::max() || !on_expiry) {
            return;
        }
        if (std::chrono::steady_clock::now() < due) {
            arm();
            return;
        }
        expired = true;
        due = Instant::max();
        on_expiry();
    }

    boost::asio::steady_timer timer;
    std::function<void()> on_expiry;
    Instant due = Instant::max();
    Instant armed = Instant::max();  // when the timer will wake; max: it is not waiting
    bool expired = false;
};

Deadline::Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(executor, std::move(on_expiry))) {}

Deadline::~Deadline() {
    state_->on_expiry = nullptr;
    state_->timer.cancel();
}

void Deadline::set(Instant when) {
    state_->due = when;
    if (when < state_->armed) {
        state_->arm();
    }
}

bool Deadline::expired() const { return state_->expired; }

}  // namespace fairgate::http
