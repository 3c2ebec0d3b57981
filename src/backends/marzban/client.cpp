#include "backends/marzban/client.hpp"

#include "http/uri.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;

namespace {

/// 0.5 was the first to show a user's administrator.
constexpr PanelVersion oldest{0, 6, 0};

struct SystemAnswer {
    std::string version;
};
BOOST_DESCRIBE_STRUCT(SystemAnswer, (), (version))

std::string user_path(std::string_view name) { return "/api/user/" + http::percent_encode(name); }

/// Seconds with a fraction, as the panel reads them: "0.5".
std::string interval_text(std::chrono::milliseconds interval) {
    const std::string fraction = std::to_string(1'000 + interval.count() % 1'000).substr(1);
    return std::to_string(interval.count() / 1'000) + "." + fraction;
}

boost::json::object body_of(const PanelUser& as_read, const UserChange& change) {
    boost::json::object order;
    if (!as_read.next_plan.is_null()) {
        order["next_plan"] = as_read.next_plan;
    }
    if (change.status) {
        order["status"] = *change.status;
    }
    if (change.on_hold_expire_duration) {
        order["on_hold_expire_duration"] = *change.on_hold_expire_duration;
    }
    if (change.expire) {
        order["expire"] = *change.expire;
    }
    if (change.data_limit) {
        order["data_limit"] = *change.data_limit;
    }
    if (!change.inbounds.empty()) {
        order["inbounds"] = json::to_json(change.inbounds);
    }
    return order;
}

}  // namespace

PanelClient::PanelClient(
    asio::any_io_executor executor,
    std::unique_ptr<http::Client> client,
    PanelSettings settings,
    std::uint64_t seed
)
    : settings_(std::move(settings)),
      executor_(std::move(executor)),
      session_(product, executor_, std::move(client), settings_.credentials, settings_.retry, seed),
      pace_(settings_.pace) {}

Result<std::shared_ptr<PanelClient>> make_panel_client(
    const asio::any_io_executor& executor, PanelSettings settings, std::uint64_t seed
) {
    auto client = http::make_client(executor, settings.http);
    if (!client) {
        return client.error();
    }
    return std::make_shared<PanelClient>(executor, *std::move(client), std::move(settings), seed);
}

asio::awaitable<Result<PanelVersion>> PanelClient::version() {
    auto body = co_await get("/api/system");
    if (!body) {
        co_return body.error();
    }
    // PasarGuard says active_users and answers otherwise the same.
    if (panel::member(&*body, "users_active") == nullptr) {
        const bool pasarguard = panel::member(&*body, "active_users") != nullptr;
        co_return other_product(
            pasarguard ? "its /api/system is PasarGuard's" : "its /api/system has no users_active"
        );
    }
    const auto answer = read_as<SystemAnswer>(*body, "GET /api/system");
    if (!answer) {
        co_return answer.error();
    }
    const auto version = panel::parse_version(answer->version);
    if (!version) {
        co_return panel::unknown_version(product, answer->version.substr(0, 60));
    }
    co_return *version < oldest ? Result<PanelVersion>(version_too_old(answer->version))
                                : Result<PanelVersion>(*version);
}

asio::awaitable<Result<UserPage>> PanelClient::users(UserQuery query) {
    http::Query fields;
    for (const std::string& name : query.names) {
        fields.add("username", name);
    }
    if (!query.status.empty()) {
        fields.add("status", query.status);
    }
    fields.add("sort", "username");
    fields.add("offset", std::to_string(query.offset));
    fields.add("limit", std::to_string(query.limit));
    auto body = co_await get("/api/users?" + fields.text());
    co_return body ? read_as<UserPage>(*body, "GET /api/users") : body.error();
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelClient::user(std::string name) {
    auto body = co_await get(user_path(name));
    if (!body) {
        if (is_missing_user(body.error())) {
            co_return std::optional<PanelUser>();
        }
        co_return is_forbidden(body.error()) ? user_of_others(name, body.error().cause)
                                             : body.error();
    }
    auto user = read_as<PanelUser>(*body, "GET /api/user");
    if (!user) {
        co_return user.error();
    }
    if (folded(user->username) != folded(name)) {
        co_return not_understood("GET /api/user", "the answer is about another user");
    }
    co_return std::optional<PanelUser>(*std::move(user));
}

asio::awaitable<Result<void>> PanelClient::turn_to_change() {
    const auto now = std::chrono::steady_clock::now();
    if (const auto wait = pace_.wait(now); wait > settings_.most_waiting) {
        co_return too_many_changes(static_cast<std::size_t>(wait / pace_.pause()));
    }
    const auto turn = pace_.take_turn(now);
    if (turn > now) {
        asio::steady_timer timer(executor_, turn);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return Result<void>();
}

asio::awaitable<Result<PanelUser>> PanelClient::change(PanelUser as_read, UserChange change) {
    http::Request request;
    request.method = "PUT";
    request.target = user_path(as_read.username);
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(body_of(as_read, change));
    const auto sent = std::chrono::steady_clock::now();
    auto body = co_await session_.call(std::move(request), Repeat::never);
    const auto answered = std::chrono::steady_clock::now();
    const int status = body ? 200 : panel::status_of(body.error());
    const bool is_fine = body || (status >= 400 && status < 500 && status != 408 && status != 429);
    pace_.answered(is_fine ? Pace::Went::well : Pace::Went::badly, answered - sent, answered);
    if (!body) {
        co_return body.error();
    }
    auto user = read_as<PanelUser>(*body, "PUT /api/user");
    if (user && folded(user->username) != folded(as_read.username)) {
        co_return not_understood("PUT /api/user", "the answer is about another user");
    }
    co_return user;
}

asio::awaitable<Result<PanelUser>> PanelClient::revoke_subscription(std::string name) {
    http::Request request;
    request.method = "POST";
    request.target = user_path(name) + "/revoke_sub";
    auto body = co_await session_.call(std::move(request), Repeat::never);
    co_return body ? read_as<PanelUser>(*body, "POST /api/user/revoke_sub") : body.error();
}

asio::awaitable<Result<InboundMap>> PanelClient::inbounds() {
    auto body = co_await get("/api/inbounds");
    if (!body) {
        co_return body.error();
    }
    using Listed = std::map<std::string, std::vector<PanelInbound>>;
    const auto listed = read_as<Listed>(*body, "GET /api/inbounds");
    if (!listed) {
        co_return listed.error();
    }
    InboundMap tags;
    for (const auto& [protocol, inbounds] : *listed) {
        for (const PanelInbound& inbound : inbounds) {
            tags[protocol].push_back(inbound.tag);
        }
    }
    co_return tags;
}

asio::awaitable<Result<std::vector<PanelNode>>> PanelClient::nodes() {
    auto body = co_await get("/api/nodes");
    co_return body ? read_as<std::vector<PanelNode>>(*body, "GET /api/nodes") : body.error();
}

asio::awaitable<Result<PanelCore>> PanelClient::core() {
    auto body = co_await get("/api/core");
    co_return body ? read_as<PanelCore>(*body, "GET /api/core") : body.error();
}

asio::awaitable<Result<LogFacts>> PanelClient::log_settings() {
    auto body = co_await get("/api/core/config");
    co_return body ? Result<LogFacts>(log_facts(*body)) : body.error();
}

asio::awaitable<Result<PanelAdmin>> PanelClient::myself() {
    auto body = co_await get("/api/admin");
    co_return body ? read_as<PanelAdmin>(*body, "GET /api/admin") : body.error();
}

asio::awaitable<Result<bool>> PanelClient::holds_connections() {
    auto me = co_await myself();
    if (!me) {
        co_return me.error();
    }
    auto body = co_await get("/api/admins");
    if (!body) {
        co_return body.error();
    }
    const auto stored = read_as<std::vector<PanelAdmin>>(*body, "GET /api/admins");
    if (!stored) {
        co_return stored.error();
    }
    co_return std::any_of(stored->begin(), stored->end(), [&](const PanelAdmin& each) {
        return each.username == me->username;
    });
}

asio::awaitable<Result<std::unique_ptr<http::WebSocket>>> PanelClient::open_log(
    CoreName core, std::optional<std::chrono::milliseconds> interval
) {
    std::string target =
        core.node ? "/api/node/" + std::to_string(*core.node) + "/logs" : "/api/core/logs";
    if (interval && interval->count() > 0) {
        target += "?interval=" + interval_text(*interval);
    }
    for (int attempt = 1;; ++attempt) {
        auto upgraded = co_await session_.upgrade(target);
        if (!upgraded) {
            co_return upgraded.error();
        }
        if (upgraded->socket) {
            co_return std::move(upgraded->socket);
        }
        const int status = upgraded->answer.status;
        if (status != 403 && status != 401) {
            const std::string cause = panel::detail_of(upgraded->answer.body);
            co_return panel::refused(product, status, "GET " + target, cause);
        }
        // Asking why has made a new token, if that was the reason.
        const Error why = co_await why_refused(core);
        if (attempt > 1 || why.code != "FG-MZB-036") {
            co_return why;
        }
    }
}

/// The panel closes before it accepts, which its server makes a bare 403 of, whatever the reason
/// (4401, 4403, 4404, 4400).
asio::awaitable<Error> PanelClient::why_refused(CoreName core) {
    const auto me = co_await myself();
    if (!me) {
        co_return me.error();
    }
    if (!me->is_sudo) {
        co_return not_sudo(core.name);
    }
    if (core.node) {
        auto body = co_await get("/api/node/" + std::to_string(*core.node));
        if (!body && panel::status_of(body.error()) == 404) {
            co_return panel::node_gone(product, core.name);
        }
        if (!body) {
            co_return body.error();
        }
        const auto node = read_as<PanelNode>(*body, "GET /api/node");
        if (node && node->status != "connected") {
            co_return node_away(core.name, node->status);
        }
    }
    co_return stream_refused(core.name);
}

asio::awaitable<Result<json::Value>> PanelClient::get(std::string target) {
    http::Request request;
    request.target = std::move(target);
    return session_.call(std::move(request), Repeat::safe);
}

}  // namespace fairgate::backends::marzban
