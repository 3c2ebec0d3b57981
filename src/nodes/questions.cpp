#include "nodes/questions.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace fairgate::nodes {

namespace asio = boost::asio;

struct Questions::Pending {
    explicit Pending(const asio::any_io_executor& executor) : told(executor) {}

    std::uint64_t number = 0;
    std::optional<link::wire::Frame> answer;
    bool over = false;
    asio::steady_timer told;  ///< cancelled when there is an answer, or will be none
};

std::uint64_t Questions::number(const Pending& pending) { return pending.number; }

std::shared_ptr<Questions::Pending> Questions::expect(const asio::any_io_executor& executor) {
    std::erase_if(pending_, [](const auto& each) { return each.second.expired(); });
    auto pending = std::make_shared<Pending>(executor);
    pending->number = ++last_;
    pending_.emplace(pending->number, pending);
    return pending;
}

void Questions::answer(std::uint64_t number, link::wire::Frame frame) {
    const auto found = pending_.find(number);
    if (found == pending_.end()) {
        return;
    }
    if (const auto pending = found->second.lock()) {
        pending->answer = std::move(frame);
        pending->over = true;
        pending->told.cancel();
    }
    pending_.erase(found);
}

void Questions::give_up() {
    for (const auto& [number, each] : std::exchange(pending_, {})) {
        if (const auto pending = each.lock()) {
            pending->over = true;
            pending->told.cancel();
        }
    }
}

asio::awaitable<std::optional<link::wire::Frame>> Questions::wait(
    std::shared_ptr<Pending> pending, std::chrono::steady_clock::time_point until
) {
    if (!pending->over) {
        boost::system::error_code ignored;
        pending->told.expires_at(until);
        co_await pending->told.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return std::move(pending->answer);
}

}  // namespace fairgate::nodes
