#include "sim/pasarguard/user_list.hpp"

#include "sim/panel/page.hpp"

#include <algorithm>
#include <functional>

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

constexpr std::size_t simple_cut = 10'000;
/// The "online" filter: seen by a usage job within the last two minutes.
constexpr std::chrono::minutes online_for{2};

using Rows = std::vector<const User*>;
using Order = std::function<bool(const User*, const User*)>;

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
    return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

template <class Keep>
void keep_if(Rows& rows, Keep keep) {
    std::erase_if(rows, [&keep](const User* user) { return !keep(*user); });
}

Answer<> filter_by_numbers(Rows& rows, const Call& call) {
    const auto ids = call.numbers("ids");
    const auto groups = call.numbers("group");
    const auto admins = call.numbers("admin_ids");
    for (const auto* numbers : {&ids, &groups, &admins}) {
        if (!*numbers) {
            return numbers->error();
        }
    }
    keep_if(rows, [&](const User& user) {
        const bool in_group =
            groups->empty() ||
            std::any_of(user.group_ids.begin(), user.group_ids.end(), [&](std::int64_t id) {
                return contains(*groups, id);
            });
        return contains(*ids, user.id) && in_group && contains(*admins, user.admin_id.value_or(0));
    });
    return {};
}

Answer<> filter_by_status(Rows& rows, const Call& call) {
    std::vector<UserStatus> statuses;
    for (const std::string& text : call.parameters("status")) {
        const auto status = parse_status(text);
        if (!status) {
            return invalid_field("status", "Input should be a valid status");
        }
        statuses.push_back(*status);
    }
    keep_if(rows, [&](const User& user) { return contains(statuses, user.status); });
    return {};
}

Answer<Rows> filtered(World& world, const Call& call, Scope scope) {
    Rows rows = world.panel.shuffled_users();
    if (scope == Scope::own) {
        keep_if(rows, [&](const User& user) { return user.admin_id == call.admin->id; });
    }
    for (auto filter : {filter_by_numbers, filter_by_status}) {
        if (auto done = (*filter)(rows, call); !done) {
            return done.error();
        }
    }
    const auto names = call.parameters("username");
    keep_if(rows, [&](const User& user) { return contains(names, user.username); });
    if (const auto search = call.parameter("search")) {
        keep_if(rows, [&](const User& user) {
            return user.username.find(*search) != std::string::npos ||
                   user.note.value_or("").find(*search) != std::string::npos;
        });
    }
    if (const auto online = call.parameter("online")) {
        keep_if(rows, [&](const User& user) {
            const bool is_online = user.online_at && call.now - *user.online_at <= online_for;
            return is_online == (*online == "true");
        });
    }
    return rows;
}

std::optional<Order> order_by(std::string_view key) {
    const auto by = [](auto member) -> Order {
        return [member](const User* a, const User* b) { return a->*member < b->*member; };
    };
    if (key == "username") {
        return by(&User::username);
    }
    if (key == "id") {
        return by(&User::id);
    }
    if (key == "used_traffic") {
        return by(&User::used_traffic);
    }
    if (key == "created_at") {
        return by(&User::created_at);
    }
    if (key == "edit_at") {
        return by(&User::edit_at);
    }
    if (key == "online_at") {
        return by(&User::online_at);
    }
    if (key == "expire") {
        return by(&User::expire);
    }
    if (key == "data_limit") {
        return by(&User::data_limit);
    }
    return std::nullopt;
}

Answer<std::optional<Order>> wanted_order(const Call& call, bool by_id) {
    auto sort = call.parameter("sort");
    if (!sort || sort->empty()) {
        return std::optional<Order>();
    }
    std::string_view key = *sort;
    const bool descending = key.starts_with('-');
    key.remove_prefix(descending ? 1 : 0);
    auto order = order_by(key);
    if (!order || (key == "id" && !by_id)) {
        return Refusal{400, "Input should be a valid sort option"};
    }
    if (descending) {
        order = [inner = *order](const User* a, const User* b) { return inner(b, a); };
    }
    return order;
}

struct Page {
    Rows rows;
    std::size_t total = 0;
};

Answer<Page> read_page(World& world, const Call& call, Scope scope, bool simple) {
    const auto offset = call.number("offset");
    const auto limit = call.number("limit");
    if (!offset || !limit) {
        return offset ? limit.error() : offset.error();
    }
    const auto order = wanted_order(call, simple);
    if (!order) {
        return order.error();
    }
    auto rows = filtered(world, call, scope);
    if (!rows) {
        return rows.error();
    }
    Page page;
    page.total = rows->size();
    const bool all = simple && call.parameter("all") == "true";
    page.rows = panel::page_of(
        *std::move(rows),
        *order,
        all ? 0 : offset->value_or(0),
        all ? static_cast<std::int64_t>(simple_cut) : limit->value_or(0)
    );
    return page;
}

}  // namespace

Answer<http::Response> list_users(World& world, const Call& call) {
    auto page = read_page(world, call, scope_of(*call.admin, "users.read"), false);
    if (!page) {
        return page.error();
    }
    json::array users;
    users.reserve(page->rows.size());
    for (const User* user : page->rows) {
        users.emplace_back(to_json(*user, world.panel));
    }
    return json_response(200, json::object{{"users", std::move(users)}, {"total", page->total}});
}

Answer<http::Response> list_users_simply(World& world, const Call& call) {
    auto page = read_page(world, call, scope_of(*call.admin, "users.read"), true);
    if (!page) {
        return page.error();
    }
    json::array users;
    users.reserve(page->rows.size());
    for (const User* user : page->rows) {
        users.emplace_back(json::object{{"id", user->id}, {"username", user->username}});
    }
    return json_response(200, json::object{{"users", std::move(users)}, {"total", page->total}});
}

}  // namespace fairgate::sim::pasarguard
