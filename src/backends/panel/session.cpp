#include "backends/panel/session.hpp"

#include "backends/panel/answer.hpp"
#include "http/uri.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace fairgate::backends::panel {

namespace asio = boost::asio;

namespace {

constexpr std::string_view login_call = "POST /api/admin/token";
/// A second 401 in a row is not the token's age.
constexpr int most_refusals = 2;
/// Shorter secrets are not looked for in messages: they would tear words apart.
constexpr std::size_t shortest_secret = 4;
constexpr std::size_t most_error_body = 64U << 10U;
constexpr std::chrono::seconds error_body_patience{5};

struct TokenAnswer {
    std::string access_token;
};
BOOST_DESCRIBE_STRUCT(TokenAnswer, (), (access_token))

bool is_success(int status) { return status >= 200 && status < 300; }

/// "GET /api/users": the query may name people, so it is left out.
std::string call_name(const http::Request& request) {
    return request.method + " " + request.target.substr(0, request.target.find('?'));
}

Result<json::Value> body_of(
    const Product& product, const http::Response& response, const http::Request& request
) {
    if (!is_success(response.status)) {
        return refused(product, response.status, call_name(request), detail_of(response.body));
    }
    return response.body.empty() ? Result<json::Value>(json::Value())
                                 : read_body(product, response.body, call_name(request));
}

/// The refusal on a stream that was opened: what its body says.
asio::awaitable<std::string> refusal_text(http::Stream& stream) {
    std::string body;
    while (body.size() < most_error_body) {
        auto piece = co_await stream.read(error_body_patience);
        if (!piece || !*piece) {
            break;
        }
        body += **piece;
    }
    co_return detail_of(body);
}

void hide(std::string& text, std::string_view secret) {
    if (secret.size() < shortest_secret) {
        return;
    }
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
        at += 3;
    }
}

}  // namespace

/// Held while one login is under way; wakes the others however it ends, cancellation included.
class Session::LoginTurn {
public:
    explicit LoginTurn(Session& session) : session_(session) {
        session_.logging_in_ = true;
        session_.login_error_.reset();
    }
    ~LoginTurn() {
        session_.logging_in_ = false;
        ++session_.logins_;
        session_.login_ended_.cancel();
    }
    LoginTurn(const LoginTurn&) = delete;
    LoginTurn& operator=(const LoginTurn&) = delete;

private:
    Session& session_;
};

Session::Session(
    const Product& product,
    asio::any_io_executor executor,
    std::unique_ptr<http::Client> client,
    Credentials credentials,
    RetrySettings settings,
    std::uint64_t seed
)
    : product_(product),
      executor_(std::move(executor)),
      client_(std::move(client)),
      credentials_(std::move(credentials)),
      settings_(settings),
      seed_(seed),
      login_pause_(settings.first_login_pause, settings.most_login_pause, seed),
      login_ended_(executor_, Time::max()) {}

asio::awaitable<Result<json::Value>> Session::call(http::Request request, Repeat repeat) {
    Backoff backoff(settings_.first_wait, settings_.most_wait, ++seed_);
    const Time last_start = std::chrono::steady_clock::now() + settings_.overall;
    for (int attempt = 1;; ++attempt) {
        auto answered = co_await call_once(request);
        if (answered) {
            co_return answered;
        }
        const bool again = repeat == Repeat::safe && is_passing(answered.error()) &&
                           attempt < settings_.attempts &&
                           std::chrono::steady_clock::now() < last_start;
        if (!again) {
            co_return without_secrets(answered.error());
        }
        asio::steady_timer pause(executor_, backoff.next());
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<Result<json::Value>> Session::call_once(const http::Request& request) {
    for (int refusals = 1;; ++refusals) {
        if (auto ready = co_await ensure_token(); !ready) {
            co_return ready.error();
        }
        const std::string used = token_;
        http::Request authorized = request;
        authorize(authorized);
        auto response = co_await client_->send(std::move(authorized));
        if (!response) {
            co_return response.error();
        }
        if (response->status != 401) {
            co_return body_of(product_, *response, request);
        }
        if (!may_try_again(used, refusals)) {
            co_return after_refusal(detail_of(response->body));
        }
    }
}

asio::awaitable<Result<std::unique_ptr<http::Stream>>> Session::open(std::string target) {
    http::Request request;
    request.target = std::move(target);
    request.headers.set("Accept", "text/event-stream");
    for (int refusals = 1;; ++refusals) {
        if (auto ready = co_await ensure_token(); !ready) {
            co_return without_secrets(ready.error());
        }
        const std::string used = token_;
        http::Request authorized = request;
        authorize(authorized);
        auto stream = co_await client_->open(std::move(authorized));
        if (!stream) {
            co_return without_secrets(stream.error());
        }
        const int status = (*stream)->head().status;
        if (is_success(status)) {
            co_return std::move(*stream);
        }
        const std::string cause = co_await refusal_text(**stream);
        if (status != 401) {
            co_return without_secrets(refused(product_, status, call_name(request), cause));
        }
        if (!may_try_again(used, refusals)) {
            co_return without_secrets(after_refusal(cause));
        }
    }
}

asio::awaitable<Result<http::Upgrade>> Session::upgrade(std::string target) {
    if (auto ready = co_await ensure_token(); !ready) {
        co_return without_secrets(ready.error());
    }
    http::Request request;
    request.target = std::move(target);
    authorize(request);
    auto upgraded = co_await client_->upgrade(std::move(request));
    if (!upgraded) {
        co_return without_secrets(upgraded.error());
    }
    co_return Result<http::Upgrade>(*std::move(upgraded));
}

asio::awaitable<Result<void>> Session::ensure_token() {
    if (uses_api_key() || !token_.empty()) {
        co_return Result<void>();
    }
    if (credentials_.username.empty() || credentials_.password.empty()) {
        co_return no_credentials(
            product_, "set username and password for this panel, or an api_key where it has them"
        );
    }
    while (logging_in_) {
        auto waited = co_await wait_for_login();
        if (!waited || !token_.empty()) {
            co_return waited;
        }
    }
    const Time now = std::chrono::steady_clock::now();
    if (now < no_login_before_ && login_error_) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(no_login_before_ - now);
        co_return login_paused(*login_error_, left);
    }
    const LoginTurn turn(*this);
    auto token = co_await ask_for_token();
    if (!token) {
        login_error_ = token.error();
        co_return token.error();
    }
    token_ = *std::move(token);
    co_return Result<void>();
}

/// Until the login of someone else has ended; its error is everybody's.
asio::awaitable<Result<void>> Session::wait_for_login() {
    const std::uint64_t before = logins_;
    while (logins_ == before) {
        boost::system::error_code woken;
        co_await login_ended_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
    co_return login_error_ ? Result<void>(*login_error_) : Result<void>();
}

asio::awaitable<Result<std::string>> Session::ask_for_token() {
    http::Query form;
    form.add("grant_type", "password");
    form.add("username", credentials_.username);
    form.add("password", credentials_.password);
    http::Request request;
    request.method = "POST";
    request.target = "/api/admin/token";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = form.text();
    auto response = co_await client_->send(std::move(request));
    if (!response) {
        co_return response.error();
    }
    if (!is_success(response->status)) {
        co_return refused_login(response->status, detail_of(response->body));
    }
    auto body = read_body(product_, response->body, login_call);
    auto answer = body ? read_as<TokenAnswer>(product_, *body, login_call) : body.error();
    if (!answer) {
        co_return answer.error();
    }
    if (answer->access_token.empty()) {
        co_return not_understood(product_, login_call, "no access_token");
    }
    login_pause_.reset();
    co_return Result<std::string>(std::move(answer->access_token));
}

void Session::authorize(http::Request& request) const {
    if (uses_api_key()) {
        request.headers.set("X-Api-Key", credentials_.api_key);
    } else {
        request.headers.set("Authorization", "Bearer " + token_);
    }
}

bool Session::may_try_again(const std::string& used_token, int refusals) {
    if (uses_api_key()) {
        return false;
    }
    if (token_ == used_token) {  // nobody has renewed it meanwhile
        token_.clear();
    }
    return refusals < most_refusals;
}

Error Session::after_refusal(std::string_view cause) {
    if (uses_api_key()) {
        return api_key_refused(product_, cause);
    }
    Error error = fresh_token_refused(product_, cause);
    pause_logins(error);
    return error;
}

Error Session::refused_login(int status, std::string_view cause) {
    Error error = product_.refused_login(status, cause);
    if (!is_passing(error)) {
        pause_logins(error);
    }
    return error;
}

void Session::pause_logins(const Error& because) {
    login_error_ = because;
    no_login_before_ = std::chrono::steady_clock::now() + login_pause_.next();
}

Error Session::without_secrets(Error error) const {
    for (std::string* text : {&error.what, &error.where, &error.cause, &error.state, &error.next}) {
        hide(*text, credentials_.password);
        hide(*text, credentials_.api_key);
        hide(*text, token_);
    }
    return error;
}

}  // namespace fairgate::backends::panel
