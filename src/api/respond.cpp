#include "api/respond.hpp"

#include "api/openapi.hpp"
#include "api/problem.hpp"

#include <array>
#include <cstdio>
#include <functional>
#include <utility>

namespace fairgate::api {

namespace asio = boost::asio;

namespace {

constexpr std::string_view base = "/api/v1";

/// FNV-1a: tells versions of one answer apart, guards nothing.
std::string tag_of(std::string_view body) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : body) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::array<char, 19> text{};
    std::snprintf(text.data(), text.size(), "\"%016llx\"", static_cast<unsigned long long>(hash));
    return text.data();
}

/// Whether a list of tags holds this one (RFC 9110 13.1); "*" holds every one.
bool holds(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

http::Response json_response(const json::Value& body) {
    http::Response response;
    response.headers.set("Content-Type", "application/json");
    response.body = json::serialize(body);
    return response;
}

http::Response text_response(int status, std::string text) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(text);
    return response;
}

void add_tag(http::Response& response, const http::Request& request, const std::string& tag) {
    response.headers.set("ETag", tag);
    response.headers.set("Cache-Control", "no-cache");
    if (holds(request.headers.get("If-None-Match").value_or(""), tag)) {
        response.status = 304;
        response.body.clear();
    }
}

bool is_json(std::string_view type) {
    return http::same_name(type.substr(0, type.find(';')), "application/json");
}

/// What the request says, apart from who asks.
Result<RawCall> read_call(const http::Request& request, const std::string& query) {
    RawCall call;
    auto parsed = http::Query::parse(query);
    if (!parsed) {
        return wrong_parameter("", "a '%' that is not followed by two hexadecimal digits");
    }
    call.query = *std::move(parsed);
    const auto dry = call.query.get("dry_run");
    if (dry && *dry != "true" && *dry != "false") {
        return wrong_parameter("dry_run", "expected true or false");
    }
    call.run = dry == "true" ? control::Run::dry : control::Run::for_real;
    const auto type = request.headers.get("Content-Type").value_or("");
    if (!request.body.empty() && !is_json(type)) {
        return wrong_content(type);
    }
    call.body = request.body;
    call.last_event_id = request.headers.get("Last-Event-ID").value_or("");
    return call;
}

std::string_view asked_method(const http::Request& request) {
    return request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
}

}  // namespace

Responder::Responder(asio::any_io_executor executor, Parts parts, Guard guard)
    : parts_(std::move(parts)),
      guard_(std::move(guard)),
      writing_(std::move(executor)),
      openapi_(openapi()),
      openapi_tag_(tag_of(openapi_)),
      random_(std::random_device{}()) {}

asio::awaitable<void> Responder::answer(http::Exchange& exchange) {
    const http::Request& request = exchange.request();
    const http::Target target = http::split_target(request.target);
    const std::string id = new_request_id();
    std::optional<http::Response> early;
    control::Asker asker;
    if (target.path == "/livez" || target.path == "/readyz") {
        early = health(target.path);
    } else if (auto admitted = guard_.admit(request, exchange.peer(), parts_.desk.live.now());
               !admitted) {
        early = problem(admitted.error(), id);
    } else {
        asker = *std::move(admitted);
        asker.request_id = id;
    }
    if (!early && target.path == "/api/v1/openapi.json" && asked_method(request) == "GET") {
        early = description(request);
    }
    if (early) {
        complete(*early, id, parts_.desk.live.now());
        co_await exchange.respond(*std::move(early));
        co_return;
    }
    co_await answer_route(
        exchange, std::move(asker), std::string(target.path), std::string(target.query)
    );
}

asio::awaitable<void> Responder::answer_route(
    http::Exchange& exchange, control::Asker asker, std::string path, std::string query
) {
    const http::Request& request = exchange.request();
    const std::string id = asker.request_id;
    const bool ours = path.starts_with(base) && path.size() > base.size();
    const std::string below = ours ? path.substr(base.size()) : "";
    auto found = ours ? find_route(routes(), asked_method(request), below)
                      : Result<Found>(no_such_path(path));
    auto call = read_call(request, query);
    std::optional<Error> refused;
    if (!found) {
        refused = found.error();
    } else if (auto allowed = control::require(asker, found->route->scope); !allowed) {
        refused = allowed.error();
    } else if (!call) {
        refused = call.error();
    }
    http::Response response;
    if (refused) {
        response = problem(*refused, id);
        if (response.status == 405) {
            response.headers.set("Allow", allowed_methods(routes(), below));
        }
    } else {
        call->asker = std::move(asker);
        call->path = std::move(found->values);
        if (found->route->stream) {
            co_await found->route->stream(parts_, *std::move(call), exchange);
            co_return;
        }
        response = co_await respond(*found->route, *std::move(call), request);
    }
    complete(response, id, parts_.desk.live.now());
    co_await exchange.respond(std::move(response));
}

asio::awaitable<http::Response> Responder::respond(
    const Route& route, RawCall call, const http::Request& request
) {
    if (route.method == Method::get) {
        http::Response response = co_await plain(route, std::move(call));
        if (response.status == 200) {
            add_tag(response, request, tag_of(response.body));
        }
        co_return response;
    }
    if (route.method == Method::post && request.headers.get("Idempotency-Key")) {
        co_return co_await once(route, std::move(call), request);
    }
    co_return co_await change(route, std::move(call), request);
}

asio::awaitable<http::Response> Responder::once(
    const Route& route, RawCall call, const http::Request& request
) {
    const std::string key =
        call.asker.who + "\n" + std::string(request.headers.get("Idempotency-Key").value());
    const std::string id = call.asker.request_id;
    const std::string asked = request.method + " " + request.target + "\n" + request.body;
    auto before = answered_.begin(key, asked, parts_.desk.live.now());
    if (!before) {
        co_return problem(before.error(), id);
    }
    if (*before) {
        co_return **std::move(before);
    }
    // An exception leaves the key in flight for ever otherwise.
    struct Drop {
        Answered& answered;
        std::string key;
        ~Drop() {
            if (!key.empty()) {
                answered.drop(key);
            }
        }
    } drop{answered_, key};
    http::Response response = co_await change(route, std::move(call), request);
    answered_.finish(key, response);
    drop.key.clear();
    co_return response;
}

asio::awaitable<http::Response> Responder::change(
    const Route& route, RawCall call, const http::Request& request
) {
    if (!request.headers.get("If-Match")) {
        co_return co_await plain(route, std::move(call));
    }
    // Nobody changes it between the look at its version and the change.
    const auto turn = co_await writing_.take();
    const std::string id = call.asker.request_id;
    const auto current = co_await check_version(request, call);
    if (!current) {
        co_return problem(current.error(), id);
    }
    co_return co_await plain(route, std::move(call));
}

asio::awaitable<Result<void>> Responder::check_version(const http::Request& request, RawCall call) {
    const std::string path(http::split_target(request.target).path.substr(base.size()));
    const auto twin = find_route(routes(), "GET", path);
    if (!twin || !twin->route->answer) {
        co_return wrong_parameter("If-Match", "there is no version to compare with here");
    }
    call.body.clear();
    call.query = http::Query();
    const auto now = co_await twin->route->answer(parts_, std::move(call));
    const std::string tag = now ? tag_of(json::serialize(*now)) : "none";
    const bool same = now && holds(request.headers.get("If-Match").value_or(""), tag);
    co_return same ? Result<void>() : Result<void>(changed_meanwhile(tag));
}

asio::awaitable<http::Response> Responder::plain(const Route& route, RawCall call) {
    const std::string id = call.asker.request_id;
    const auto answer = co_await route.answer(parts_, std::move(call));
    co_return answer ? json_response(*answer) : problem(answer.error(), id);
}

http::Response Responder::health(std::string_view path) const {
    if (path == "/livez") {
        return text_response(200, "ok\n");
    }
    for (const control::BackendNow& backend : parts_.desk.live.backends()) {
        if (backend.state == control::BackendState::starting) {
            return text_response(503, "waiting for backend " + backend.name + "\n");
        }
    }
    return text_response(200, "ready\n");
}

http::Response Responder::description(const http::Request& request) const {
    http::Response response;
    response.headers.set("Content-Type", "application/json");
    response.body = openapi_;
    add_tag(response, request, openapi_tag_);
    return response;
}

std::string Responder::new_request_id() {
    std::array<char, 21> text{};
    std::snprintf(
        text.data(), text.size(), "req_%016llx", static_cast<unsigned long long>(random_())
    );
    return text.data();
}

}  // namespace fairgate::api
