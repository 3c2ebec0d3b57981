#include "cli/api.hpp"

#include "base/run.hpp"
#include "config/file.hpp"
#include "http/client.hpp"
#include "http/date.hpp"
#include "http/events.hpp"
#include "model/address.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace fairgate::cli {

namespace {

namespace asio = boost::asio;

// The daemon sends a comment each 15 s; four missed ones mean that it is gone.
constexpr std::chrono::seconds stream_patience{60};

std::string text_member(const json::Value& body, std::string_view name) {
    const auto* object = body.if_object();
    const auto* member = object == nullptr ? nullptr : object->if_contains(name);
    const auto* text = member == nullptr ? nullptr : member->if_string();
    return text == nullptr ? "" : std::string(*text);
}

asio::awaitable<Result<http::Response>> send(http::Client* client, http::Request request) {
    co_return co_await client->send(std::move(request));
}

asio::awaitable<Result<http::Response>> read_rest(std::unique_ptr<http::Stream> stream) {
    http::Response response = stream->head();
    while (response.body.size() < 1U << 20U) {
        auto piece = co_await stream->read(stream_patience);
        if (!piece) {
            co_return piece.error();
        }
        if (!piece->has_value()) {
            break;
        }
        response.body += **piece;
    }
    co_return response;
}

asio::awaitable<Result<void>> read_events(
    http::Client* client, http::Request request, const Listener* listener
) {
    auto opened = co_await client->open(std::move(request));
    if (!opened) {
        co_return opened.error();
    }
    if ((*opened)->head().status >= 400) {
        auto response = co_await read_rest(*std::move(opened));
        co_return response ? problem_of(*response) : response.error();
    }
    listener->opened();
    http::EventReader reader(*std::move(opened));
    while (true) {
        auto event = co_await reader.next(stream_patience);
        if (!event) {
            co_return event.error();
        }
        if (!event->has_value() || (!(*event)->comment && !listener->take(**event))) {
            co_return Result<void>();
        }
    }
}

class HttpApi final : public Api {
public:
    HttpApi(ApiSettings settings, std::string token)
        : settings_(std::move(settings)), token_(std::move(token)) {}

    Result<void> open() {
        http::ClientSettings settings;
        settings.base = settings_.base;
        settings.trust.ca_file = settings_.ca_file;
        settings.trust.pinned_sha256 = settings_.pinned_sha256;
        settings.request_timeout = settings_.timeout;
        auto client = http::make_client(io_.get_executor(), std::move(settings));
        if (!client) {
            return client.error();
        }
        client_ = *std::move(client);
        return {};
    }

    Result<json::Value> ask(http::Request request) override {
        complete(request);
        auto response =
            run(io_, [&, request = std::move(request)] { return send(client_.get(), request); });
        if (!response) {
            return unreachable(response.error(), settings_);
        }
        daemon_time_ = http::parse_date(response->headers.get("Date").value_or(""));
        if (response->status >= 400) {
            return problem_of(*response);
        }
        if (response->body.empty()) {
            return json::Value();
        }
        return json::parse(response->body);
    }

    Result<void> follow(http::Request request, const Listener& listener) override {
        complete(request);
        request.headers.set("Accept", "text/event-stream");
        auto ended = run(io_, [&, request = std::move(request)] {
            return read_events(client_.get(), request, &listener);
        });
        return ended ? ended : Result<void>(unreachable(ended.error(), settings_));
    }

    std::optional<TimePoint> daemon_time() const override { return daemon_time_; }

    std::optional<TimePoint> ask_time() override {
        http::Request request;
        request.target = "/livez";
        const auto response =
            run(io_, [&, request = std::move(request)] { return send(client_.get(), request); });
        return response ? http::parse_date(response->headers.get("Date").value_or(""))
                        : std::nullopt;
    }

private:
    void complete(http::Request& request) const {
        request.target = "/api/v1" + request.target;
        if (!token_.empty()) {
            request.headers.set("Authorization", "Bearer " + token_);
        }
        if (!request.body.empty()) {
            request.headers.set("Content-Type", "application/json");
        }
    }

    ApiSettings settings_;
    std::string token_;
    asio::io_context io_;
    std::unique_ptr<http::Client> client_;
    std::optional<TimePoint> daemon_time_;
};

/// Whether what is sent there could be read on the way.
bool travels_in_the_clear(std::string_view base) {
    constexpr std::string_view plain = "http://";
    if (!base.starts_with(plain)) {
        return false;
    }
    std::string_view host = base.substr(plain.size());
    if (host.starts_with('[')) {
        host = host.substr(1, host.find(']') - 1);
    } else {
        host = host.substr(0, host.find_first_of(":/"));
    }
    const auto address = Address::parse(host);
    return host != "localhost" && !(address && address->is_loopback());
}

}  // namespace

Result<std::unique_ptr<Api>> connect(const ApiSettings& settings) {
    std::string token;
    if (!settings.token_file.empty()) {
        auto read = config::read_secret(settings.token_file);
        if (!read) {
            return read.error();
        }
        token = *std::move(read);
        if (travels_in_the_clear(settings.base)) {
            return Error{
                .code = "FG-CLI-017",
                .what = "the token would travel in the clear",
                .where = settings.base,
                .state = "Nothing was sent.",
                .next = "use https://, or an SSH tunnel to the daemon's socket"
            };
        }
    }
    auto api = std::make_unique<HttpApi>(settings, std::move(token));
    const auto opened = api->open();
    if (!opened) {
        return opened.error();
    }
    return std::unique_ptr<Api>(std::move(api));
}

Error problem_of(const http::Response& response) {
    const auto body = json::parse(response.body);
    Error error;
    if (body && body->is_object()) {
        error.code = text_member(*body, "code");
        error.what = text_member(*body, "title");
        error.cause = text_member(*body, "detail");
        error.where = text_member(*body, "where");
        error.state = text_member(*body, "state");
        error.next = text_member(*body, "hint");
        error.request_id = text_member(*body, "instance");
        const auto* retry = body->as_object().if_contains("retry_after");
        if (retry != nullptr && retry->is_int64()) {
            error.retry_in = std::chrono::seconds(retry->as_int64());
        }
    }
    if (error.code.empty()) {
        error.code = "FG-API-" + std::to_string(response.status);
    }
    if (error.what.empty()) {
        constexpr std::size_t enough = 200;
        error.what = "the daemon answered " + std::to_string(response.status);
        error.cause = response.body.substr(0, enough);
    }
    return error;
}

Error unreachable(Error error, const ApiSettings& settings) {
    const bool local = settings.base.starts_with("unix:");
    if (error.code == "FG-NET-004" && local && error.what.find("may not") != std::string::npos) {
        return {
            .code = "FG-AUTH-002",
            .what = "you may not use " + settings.base.substr(5),
            .cause = error.cause,
            .next =
                "Run it with sudo, or once: sudo usermod -aG fairgate $USER  (then log in again)"
        };
    }
    if (error.code == "FG-NET-006") {
        error.code = "FG-CLI-012";
        error.next = "look at: fairgate status; or allow more time: --timeout 2m";
        return error;
    }
    if (error.code == "FG-NET-003" || error.code == "FG-NET-004" || error.code == "FG-NET-005") {
        return {
            .code = "FG-CLI-011",
            .what = "the daemon cannot be reached",
            .where = local ? settings.base.substr(5) : settings.base,
            .cause = error.cause,
            .next = local ? "sudo systemctl start fairgate    or look why not: journalctl -u "
                            "fairgate -n 50"
                          : "see that it runs there and listens: fairgate status on that machine"
        };
    }
    return error;
}

}  // namespace fairgate::cli
