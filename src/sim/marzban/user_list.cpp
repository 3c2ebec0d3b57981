#include "sim/marzban/api.hpp"
#include "sim/marzban/wire.hpp"
#include "sim/panel/page.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <functional>

namespace fairgate::sim::marzban {

namespace json = boost::json;

namespace {

using Rows = std::vector<const User*>;
using Order = std::function<bool(const User*, const User*)>;

template <class Keep>
void keep_if(Rows& rows, Keep keep) {
    std::erase_if(rows, [&keep](const User* user) { return !keep(*user); });
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& each) {
               return http::same_name(each, name);
           });
}

/// Only a sudo administrator sees, and may ask for, the users of others.
void keep_owned(Rows& rows, World& world, const Call& call) {
    if (!call.admin->is_sudo) {
        keep_if(rows, [&](const User& user) { return user.admin_id == call.admin->id; });
        return;
    }
    const auto owners = call.parameters("admin");
    keep_if(rows, [&](const User& user) {
        const auto admin = world.panel.admins().find(user.admin_id.value_or(0));
        return owners.empty() ||
               (admin != world.panel.admins().end() && is_among(owners, admin->second.username));
    });
}

Answer<Rows> filtered(World& world, const Call& call) {
    Rows rows = world.panel.shuffled_users();
    keep_owned(rows, world, call);
    if (const auto text = call.parameter("status")) {
        const auto status = parse_status(*text);
        if (!status) {
            return invalid_field("status", "Input should be a valid status");
        }
        keep_if(rows, [&](const User& user) { return user.status == *status; });
    }
    const auto names = call.parameters("username");
    keep_if(rows, [&](const User& user) { return is_among(names, user.username); });
    if (const auto search = call.parameter("search")) {
        keep_if(rows, [&](const User& user) {
            return user.username.find(*search) != std::string::npos ||
                   user.note.value_or("").find(*search) != std::string::npos;
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
    if (key == "used_traffic") {
        return by(&User::used_traffic);
    }
    if (key == "data_limit") {
        return by(&User::data_limit);
    }
    if (key == "expire") {
        return by(&User::expire);
    }
    if (key == "created_at") {
        return by(&User::created_at);
    }
    return std::nullopt;
}

Answer<std::optional<Order>> wanted_order(const Call& call) {
    const std::string sort = call.parameter("sort").value_or("");
    if (sort.empty()) {
        return std::optional<Order>();
    }
    std::string_view key = sort;
    const bool descending = key.starts_with('-');
    key.remove_prefix(descending ? 1 : 0);
    auto order = order_by(key);
    if (!order) {
        return Refusal{400, json::string("\"" + sort + "\" is not a valid sort option")};
    }
    if (descending) {
        order = [inner = *order](const User* a, const User* b) { return inner(b, a); };
    }
    return order;
}

}  // namespace

Answer<http::Response> list_users(World& world, const Call& call) {
    const auto offset = call.number("offset");
    const auto limit = call.number("limit");
    if (!offset || !limit) {
        return offset ? limit.error() : offset.error();
    }
    const auto order = wanted_order(call);
    if (!order) {
        return order.error();
    }
    auto rows = filtered(world, call);
    if (!rows) {
        return rows.error();
    }
    const std::size_t total = rows->size();
    json::array users;
    for (const User* user :
         panel::page_of(*std::move(rows), *order, offset->value_or(0), limit->value_or(0))) {
        users.emplace_back(to_json(*user, world.panel));
    }
    return json_response(200, json::object{{"users", std::move(users)}, {"total", total}});
}

}  // namespace fairgate::sim::marzban
