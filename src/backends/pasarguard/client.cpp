#include "backends/pasarguard/client.hpp"

#include "backends/pasarguard/errors.hpp"
#include "http/uri.hpp"

#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;

namespace {

/// Above this an administrator's larger batch makes nodes restart (PasarGuard node,
/// controller/rest/user.go).
constexpr std::size_t most_in_bulk = 100;

struct SystemAnswer {
    std::string version;
};
BOOST_DESCRIBE_STRUCT(SystemAnswer, (), (version))

struct NodeStats {
    std::int64_t uptime = 0;
};
BOOST_DESCRIBE_STRUCT(NodeStats, (), (uptime))

boost::json::array list_of(const std::vector<std::int64_t>& ids) {
    boost::json::array list;
    for (const std::int64_t id : ids) {
        list.emplace_back(id);
    }
    return list;
}

/// The answer to a change of one user has to be that user.
Result<PanelUser> changed_user(const json::Value& body, std::int64_t id, std::string_view call) {
    auto user = read_as<PanelUser>(body, call);
    if (user && user->id != id) {
        return not_understood(call, "the answer is about another user");
    }
    return user;
}

}  // namespace

PanelClient::PanelClient(
    asio::any_io_executor executor,
    std::unique_ptr<http::Client> client,
    PanelSettings settings,
    std::uint64_t seed
)
    : settings_(std::move(settings)),
      session_(
          product,
          std::move(executor),
          std::move(client),
          settings_.credentials,
          settings_.retry,
          seed
      ) {}

Result<std::shared_ptr<PanelClient>> make_panel_client(
    const asio::any_io_executor& executor, PanelSettings settings, std::uint64_t seed
) {
    auto client = http::make_client(executor, settings.http);
    if (!client) {
        return client.error();
    }
    return std::make_shared<PanelClient>(executor, *std::move(client), std::move(settings), seed);
}

asio::awaitable<Result<Dialect>> PanelClient::dialect() {
    const auto now = std::chrono::steady_clock::now();
    if (dialect_ && now - dialect_asked_ < settings_.version_age) {
        co_return *dialect_;
    }
    auto asked = co_await ask_version();
    if (!asked && dialect_ && is_passing(asked.error())) {
        co_return *dialect_;  // most likely it is still the same; the call itself will fail
    }
    if (asked) {
        dialect_ = *asked;
        dialect_asked_ = now;
    }
    co_return asked;
}

asio::awaitable<Result<Dialect>> PanelClient::ask_version() {
    auto body = co_await get("/api/system");
    if (body) {
        const auto answer = read_as<SystemAnswer>(*body, "GET /api/system");
        const auto version = answer ? parse_version(answer->version) : answer.error();
        co_return version ? Dialect::of(*version) : version.error();
    }
    if (!is_forbidden(body.error())) {
        co_return body.error();
    }
    const auto me = co_await myself();
    if (!me) {
        co_return body.error();
    }
    const auto* object = me->if_object();
    const bool has_role = object != nullptr && object->contains("role");
    co_return has_role ? Dialect::with_roles() : Dialect::without_roles();
}

asio::awaitable<Result<UserPage>> PanelClient::users(UserQuery query) {
    http::Query fields;
    for (const std::int64_t id : query.ids) {
        fields.add("ids", std::to_string(id));
    }
    if (!query.status.empty()) {
        fields.add("status", query.status);
    }
    if (query.only_online) {
        fields.add("online", "true");
    }
    fields.add("sort", "username");
    fields.add("offset", std::to_string(query.offset));
    fields.add("limit", std::to_string(query.limit));
    auto body = co_await get("/api/users?" + fields.text());
    co_return body ? read_as<UserPage>(*body, "GET /api/users") : body.error();
}

asio::awaitable<Result<IdNamePage>> PanelClient::users_simply(
    std::size_t offset, std::size_t limit
) {
    auto body = co_await get(
        "/api/users/simple?sort=id&offset=" + std::to_string(offset) +
        "&limit=" + std::to_string(limit)
    );
    co_return body ? read_as<IdNamePage>(*body, "GET /api/users/simple") : body.error();
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelClient::user(std::int64_t id) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    auto found = co_await one_user(language->user(id));
    if (found && *found && (**found).id != id) {
        co_return not_understood("GET /api/user/by-id", "the answer is about another user");
    }
    co_return found;
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelClient::user_by_name(std::string name) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    auto found = co_await one_user(language->user_by_name(name));
    // Names differ in case on this panel; a proxy or database that does not would mislead us.
    if (found && *found && (**found).username != name) {
        co_return std::optional<PanelUser>();
    }
    co_return found;
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelClient::one_user(std::string target) {
    auto body = co_await get(std::move(target));
    if (!body) {
        if (is_missing_user(body.error())) {
            co_return std::optional<PanelUser>();
        }
        co_return body.error();
    }
    auto user = read_as<PanelUser>(*body, "GET /api/user");
    if (!user) {
        co_return user.error();
    }
    co_return std::optional<PanelUser>(*std::move(user));
}

asio::awaitable<Result<PanelUser>> PanelClient::set_disabled(std::int64_t id, Disabled disabled) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    boost::json::object order;
    order["disabled"] = disabled == Disabled::yes;
    auto body = co_await send_json("PUT", language->disabled(id), std::move(order), Repeat::safe);
    co_return body ? changed_user(*body, id, "PUT /api/user/by-id/disabled") : body.error();
}

asio::awaitable<Result<PanelUser>> PanelClient::revoke_subscription(std::int64_t id) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    const std::string target = language->user(id) + "/revoke_sub";
    auto body = co_await send_json("POST", target, boost::json::object(), Repeat::never);
    co_return body ? changed_user(*body, id, "POST /api/user/revoke_sub") : body.error();
}

asio::awaitable<Result<BulkChanged>> PanelClient::bulk_set_disabled(
    std::vector<std::int64_t> ids, Disabled disabled
) {
    const std::string target =
        disabled == Disabled::yes ? "/api/users/bulk/disable" : "/api/users/bulk/enable";
    if (ids.empty() || ids.size() > most_in_bulk) {
        co_return empty_selector("POST " + target);
    }
    boost::json::object order;
    order["ids"] = list_of(ids);
    auto body = co_await send_json("POST", target, std::move(order), Repeat::never);
    co_return body ? read_as<BulkChanged>(*body, "POST " + target) : body.error();
}

asio::awaitable<Result<PanelUser>> PanelClient::change(PanelUser as_read, UserChange change) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    const std::string target = language->user(as_read.id);
    if (change.group_ids && change.group_ids->empty()) {
        co_return empty_selector("PUT " + target);
    }
    boost::json::object order;
    order["next_plan"] = as_read.next_plan;
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
    if (change.group_ids) {
        order["group_ids"] = list_of(*change.group_ids);
    }
    auto body = co_await send_json("PUT", target, std::move(order), Repeat::never);
    co_return body ? changed_user(*body, as_read.id, "PUT /api/user/by-id") : body.error();
}

asio::awaitable<Result<std::vector<PanelGroup>>> PanelClient::groups() {
    auto body = co_await get("/api/groups/simple?all=true");
    if (!body) {
        co_return body.error();
    }
    auto list = read_as<GroupList>(*body, "GET /api/groups/simple");
    if (!list) {
        co_return list.error();
    }
    co_return std::move(list->groups);
}

asio::awaitable<Result<void>> PanelClient::add_to_groups(
    std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
) {
    return order_groups("/api/groups/bulk/add", std::move(group_ids), std::move(users));
}

asio::awaitable<Result<void>> PanelClient::remove_from_groups(
    std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
) {
    return order_groups("/api/groups/bulk/remove", std::move(group_ids), std::move(users));
}

asio::awaitable<Result<void>> PanelClient::order_groups(
    std::string target, std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
) {
    if (group_ids.empty() || users.empty()) {
        co_return empty_selector("POST " + target);
    }
    boost::json::object order;
    order["group_ids"] = list_of(group_ids);
    order["users"] = list_of(users);
    // Adding and removing again leads to the same groups.
    auto body = co_await send_json("POST", target, std::move(order), Repeat::safe);
    co_return body ? Result<void>() : Result<void>(body.error());
}

asio::awaitable<Result<std::vector<PanelNode>>> PanelClient::nodes() {
    auto body = co_await get("/api/nodes/simple");
    co_return body ? read_nodes(*body, "GET /api/nodes/simple") : body.error();
}

asio::awaitable<Result<std::vector<PanelNode>>> PanelClient::nodes_in_full() {
    auto body = co_await get("/api/nodes");
    co_return body ? read_nodes(*body, "GET /api/nodes") : body.error();
}

asio::awaitable<Result<std::chrono::seconds>> PanelClient::core_uptime(std::int64_t node_id) {
    auto body = co_await get("/api/node/" + std::to_string(node_id) + "/realtime_stats");
    if (!body) {
        co_return body.error();
    }
    const auto stats = read_as<NodeStats>(*body, "GET /api/node/realtime_stats");
    co_return stats ? Result<std::chrono::seconds>(std::chrono::seconds(stats->uptime))
                    : stats.error();
}

asio::awaitable<Result<std::vector<CoreFacts>>> PanelClient::cores() {
    auto body = co_await get("/api/cores");
    co_return body ? read_cores(*body, "GET /api/cores") : body.error();
}

asio::awaitable<Result<OnlineEverywhere>> PanelClient::online(std::int64_t id, std::string name) {
    auto language = co_await dialect();
    if (!language) {
        co_return language.error();
    }
    auto body = co_await get(language->online(id, name));
    co_return body ? read_as<OnlineEverywhere>(*body, "GET /api/node/online_stats") : body.error();
}

asio::awaitable<Result<std::unique_ptr<http::Stream>>> PanelClient::open_log(std::int64_t node_id) {
    return session_.open("/api/node/" + std::to_string(node_id) + "/logs");
}

asio::awaitable<Result<json::Value>> PanelClient::myself() { return get("/api/admin"); }

asio::awaitable<Result<json::Value>> PanelClient::get(std::string target) {
    http::Request request;
    request.target = std::move(target);
    return session_.call(std::move(request), Repeat::safe);
}

asio::awaitable<Result<json::Value>> PanelClient::send_json(
    std::string method, std::string target, json::Value body, Repeat repeat
) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers.set("Content-Type", "application/json");
    request.body = json::serialize(body);
    return session_.call(std::move(request), repeat);
}

}  // namespace fairgate::backends::pasarguard
