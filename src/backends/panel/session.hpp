#pragma once

#include "backends/panel/errors.hpp"
#include "base/backoff.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "http/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::backends::panel {

/// An API key (where the product has them, preferred: each login costs the panel a bcrypt and tells
/// its administrator), or a name and password. Nothing of it ever stands in an error.
struct Credentials {
    std::string username;
    std::string password;
    std::string api_key;
};

struct RetrySettings {
    int attempts = 3;                           ///< of a call that may be repeated
    std::chrono::milliseconds first_wait{250};  ///< doubles, with jitter
    std::chrono::milliseconds most_wait{2'000};
    /// No further attempt begins after this, so that a caller's call ends within a minute.
    std::chrono::milliseconds overall{15'000};
    /// After a refused login the next one waits so long, doubling up to the second: the panel
    /// tells its administrator of each, with the password that was tried.
    std::chrono::milliseconds first_login_pause{30'000};
    std::chrono::milliseconds most_login_pause{600'000};
};

/// Whether a call may be sent twice when nobody knows if the first was carried out.
enum class Repeat { safe, never };

/// Calls to one panel by one of its accounts: logs in when needed, once for all calls under way,
/// again when the panel no longer takes the token, and then repeats the call once. A refused
/// permission (403) is not asked for again. A log stream outlives its token.
class Session {
public:
    Session(
        const Product& product,
        boost::asio::any_io_executor executor,
        std::unique_ptr<http::Client> client,
        Credentials credentials,
        RetrySettings settings,
        std::uint64_t seed
    );
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// The body of a 2xx answer, null where it is empty. Errors: FG-NET-* and the product's.
    boost::asio::awaitable<Result<json::Value>> call(http::Request request, Repeat repeat);

    /// An answer that is read as it comes. Tried once; 401 is handled as in call().
    boost::asio::awaitable<Result<std::unique_ptr<http::Stream>>> open(std::string target);

    /// A WebSocket. What the panel refuses it with is no error: it gives no reason there, and the
    /// token may be what is wrong with it.
    boost::asio::awaitable<Result<http::Upgrade>> upgrade(std::string target);

    /// Logs in if there is no token yet; asks nothing where there is an API key.
    boost::asio::awaitable<Result<void>> log_in() { return ensure_token(); }

    bool uses_api_key() const { return !credentials_.api_key.empty(); }

private:
    class LoginTurn;
    using Time = std::chrono::steady_clock::time_point;

    boost::asio::awaitable<Result<json::Value>> call_once(const http::Request& request);
    boost::asio::awaitable<Result<void>> ensure_token();
    boost::asio::awaitable<Result<void>> wait_for_login();
    boost::asio::awaitable<Result<std::string>> ask_for_token();
    void authorize(http::Request& request) const;
    /// After a 401: whether to log in and try once more; if not, the error is after_refusal().
    bool may_try_again(const std::string& used_token, int refusals);
    Error after_refusal(std::string_view cause);
    Error refused_login(int status, std::string_view cause);
    void pause_logins(const Error& because);
    Error without_secrets(Error error) const;

    const Product& product_;
    boost::asio::any_io_executor executor_;
    std::unique_ptr<http::Client> client_;
    Credentials credentials_;
    RetrySettings settings_;
    std::uint64_t seed_;
    Backoff login_pause_;
    std::string token_;
    bool logging_in_ = false;
    std::uint64_t logins_ = 0;  ///< how many ended, well or not
    std::optional<Error> login_error_;
    Time no_login_before_{};
    boost::asio::steady_timer login_ended_;  ///< never expires: cancelled to wake who waits
};

}  // namespace fairgate::backends::panel
