#include "http/resolve.hpp"

#include "http/errors.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Addresses = std::vector<asio::ip::address>;

namespace {

/// A look-up that can be left behind: the system's getaddrinfo() cannot be stopped, so it runs in
/// the resolver's own thread and, when we are late or cancelled, answers to nobody.
struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}

    tcp::resolver resolver;
    asio::steady_timer done;
    bool answered = false;
    error_code failure;
    Addresses found;
};

}  // namespace

asio::awaitable<Result<Addresses>> addresses_of(
    std::string place, std::string host, Instant until
) {
    error_code not_a_number;
    const auto address = asio::ip::make_address(host, not_a_number);
    if (!not_a_number) {
        co_return Addresses(1, address);
    }
    auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    lookup->done.expires_at(until);
    auto told = [lookup](const error_code& failure, const tcp::resolver::results_type& found) {
        lookup->answered = true;
        lookup->failure = failure;
        for (const auto& entry : found) {
            const auto each = entry.endpoint().address();
            if (std::ranges::find(lookup->found, each) == lookup->found.end()) {
                lookup->found.push_back(each);
            }
        }
        lookup->done.cancel();
    };
    lookup->resolver.async_resolve(host, "", std::move(told));
    error_code woken;
    co_await lookup->done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    if (!lookup->answered) {
        co_return cannot_resolve(place, host, "no name server answered in time");
    }
    if (lookup->failure || lookup->found.empty()) {
        co_return cannot_resolve(place, host, lookup->failure.message());
    }
    co_return std::move(lookup->found);
}

}  // namespace fairgate::http
