#include "sim/pasarguard/wire.hpp"

#include "model/time.hpp"

#include <algorithm>
#include <cmath>

namespace fairgate::sim::pasarguard {

namespace json = boost::json;

namespace {

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value();
}

json::value time_or_null(const std::optional<TimePoint>& time, Release release) {
    return time ? json::value(time_text(*time, release)) : json::value();
}

json::array list_of(const auto& values) {
    json::array result;
    for (const auto& value : values) {
        result.emplace_back(value);
    }
    return result;
}

json::object secrets_of(const User& user) {
    const std::string secret = "secret-of-" + std::to_string(user.id);
    return {
        {"vmess", {{"id", secret}}},
        {"vless", {{"id", secret}}},
        {"trojan", {{"password", secret}}},
        {"shadowsocks", {{"password", secret}, {"method", "chacha20-ietf-poly1305"}}},
        {"wireguard",
         {{"private_key", nullptr}, {"public_key", nullptr}, {"peer_ips", json::array()}}},
        {"hysteria", {{"auth", secret}}},
    };
}

}  // namespace

std::string time_text(TimePoint time, Release release) {
    std::string text = to_rfc3339(time);
    if (release < Release::v5_2 && text.ends_with('Z')) {
        text.pop_back();
    }
    return text;
}

json::object to_json(const NextPlan& plan) {
    return {
        {"user_template_id", or_null(plan.user_template_id)},
        {"data_limit", or_null(plan.data_limit)},
        {"expire", or_null(plan.expire)},
        {"add_remaining_traffic", plan.add_remaining_traffic},
    };
}

json::object to_json(const User& user, PanelState& panel) {
    const Release release = panel.release();
    json::object object{
        {"proxy_settings", secrets_of(user)},
        {"expire", time_or_null(user.expire, release)},
        {"data_limit", or_null(user.data_limit)},
        {"data_limit_reset_strategy", to_text(user.reset_strategy)},
        {"note", or_null(user.note)},
        {"on_hold_expire_duration", or_null(user.on_hold_expire_duration)},
        {"on_hold_timeout", time_or_null(user.on_hold_timeout, Release::v4_0)},
        {"group_ids", list_of(user.group_ids)},
        {"auto_delete_in_days", nullptr},
        {"hwid_limit", or_null(user.hwid_limit)},
        {"next_plan", user.next_plan ? json::value(to_json(*user.next_plan)) : json::value()},
        {"id", user.id},
        {"username", user.username},
        {"status", to_text(user.status)},
        {"used_traffic", user.used_traffic},
        {"lifetime_used_traffic", user.lifetime_used_traffic},
        {"created_at", time_text(user.created_at, release)},
        {"edit_at", time_or_null(user.edit_at, release)},
        {"online_at", time_or_null(user.online_at, release)},
        {"subscription_url", ""},
        {"admin", nullptr},
    };
    if (const auto admin = panel.admins().find(user.admin_id.value_or(0));
        admin != panel.admins().end()) {
        object["admin"] = {{"id", admin->first}, {"username", admin->second.username}};
    }
    return object;
}

json::object to_json(const Group& group, PanelState& panel) {
    const auto members =
        std::count_if(panel.users().begin(), panel.users().end(), [&group](const auto& each) {
            const auto& ids = each.second.group_ids;
            return std::find(ids.begin(), ids.end(), group.id) != ids.end();
        });
    return {
        {"name", group.name},
        {"inbound_tags", list_of(group.inbound_tags)},
        {"is_disabled", group.is_disabled},
        {"id", group.id},
        {"total_users", members},
    };
}

json::object to_json(const Node& node, const PanelState&) {
    return {
        {"name", node.name},
        {"address", "192.0.2." + std::to_string(node.id)},
        {"port", 62050},
        {"api_port", 62051},
        {"usage_coefficient", 1.0},
        {"connection_type", "grpc"},
        {"server_ca", "-----BEGIN CERTIFICATE-----"},
        {"keep_alive", 60},
        {"core_config_id", 1},
        {"api_key", "secret-of-node-" + std::to_string(node.id)},
        {"id", node.id},
        {"xray_version", "26.4.1"},
        {"node_version", "0.5.2"},
        {"status", to_text(node.status)},
        {"message", nullptr},
        {"uplink", 0},
        {"downlink", 0},
    };
}

json::object to_json(const Admin& admin, const PanelState& panel) {
    json::object object{
        {"id", admin.id},
        {"username", admin.username},
        {"is_disabled", admin.is_disabled},
        {"used_traffic", 0},
    };
    if (panel.release() < Release::v5_0) {
        object["is_sudo"] = admin.role.is_owner || admin.role.permissions.contains("nodes.read");
        return object;
    }
    json::object permissions;
    for (const auto& [name, scope] : admin.role.permissions) {
        const std::string_view full(name);
        const std::string_view area = full.substr(0, full.find('.'));
        const std::string_view action = full.substr(full.find('.') + 1);
        if (!permissions[area].is_object()) {
            permissions[area] = json::object();
        }
        permissions[area].get_object()[action] = {{"scope", static_cast<int>(scope)}};
    }
    object["role"] = {
        {"id", 1},
        {"name", admin.role.name},
        {"is_owner", admin.role.is_owner},
        {"permissions", permissions},
    };
    object["status"] = admin.is_disabled ? "disabled" : "active";
    object["is_limited"] = admin.is_limited;
    object["permission_overrides"] = nullptr;
    return object;
}

json::object to_json(const CoreConfig& core, const PanelState& panel) {
    json::object log{{"loglevel", core.loglevel}};
    if (!core.mask_address.empty()) {
        log["maskAddress"] = core.mask_address;
    }
    json::object level;
    if (core.stats_user_online) {
        level["statsUserOnline"] = true;
    }
    return {
        {"id", 1},
        {"name", "default"},
        {"type", "xray"},
        {"config", {{"log", log}, {"policy", {{"levels", {{"0", level}}}}}}},
        {"exclude_inbound_tags", json::array()},
        {"created_at", time_text(TimePoint{}, panel.release())},
    };
}

namespace {

/// Absent and null are nothing; a fraction or another type is 422.
Answer<std::optional<std::int64_t>> read_number(const json::object& body, std::string_view field) {
    const json::value* value = body.if_contains(field);
    if (value == nullptr || value->is_null()) {
        return std::optional<std::int64_t>();
    }
    boost::system::error_code failed;
    const auto number = value->to_number<std::int64_t>(failed);
    if (failed) {
        return invalid_field(field, "Input should be a valid integer");
    }
    return std::optional(number);
}

/// Text is RFC 3339, or seconds since 1970 when it is digits only; a number is such seconds too.
Answer<std::optional<TimePoint>> read_time(const json::value& value, std::string_view field) {
    boost::system::error_code failed;
    if (value.is_number()) {
        const auto seconds = value.to_number<std::int64_t>(failed);
        return std::optional(TimePoint(std::chrono::seconds(seconds)));
    }
    if (value.is_string()) {
        const std::string text(value.get_string());
        if (text == "0") {
            return std::optional(TimePoint{});
        }
        if (const auto time = parse_rfc3339(text)) {
            return std::optional(*time);
        }
    }
    return invalid_field(field, "Input should be a valid datetime or integer");
}

Answer<> read_expire(const json::object& body, UserPatch& patch) {
    const json::value* value = body.if_contains("expire");
    if (value == nullptr || value->is_null()) {
        return {};
    }
    boost::system::error_code ignored;
    if (value->is_number() && value->to_number<double>(ignored) == 0) {
        patch.unlimited_expire = true;
        return {};
    }
    auto time = read_time(*value, "expire");
    if (!time) {
        return time.error();
    }
    patch.expire = *time;
    return {};
}

Answer<std::optional<NextPlan>> read_plan(const json::object& body) {
    const json::value* value = body.if_contains("next_plan");
    if (value == nullptr || value->is_null()) {
        return std::optional<NextPlan>();
    }
    if (!value->is_object()) {
        return invalid_field("next_plan", "Input should be a valid dictionary");
    }
    NextPlan plan;
    for (auto [field, member] :
         {std::pair{"user_template_id", &plan.user_template_id},
          std::pair{"data_limit", &plan.data_limit},
          std::pair{"expire", &plan.expire}}) {
        auto number = read_number(value->get_object(), field);
        if (!number) {
            return number.error();
        }
        *member = *number;
    }
    const json::value* add = value->get_object().if_contains("add_remaining_traffic");
    plan.add_remaining_traffic = add != nullptr && add->is_bool() && add->get_bool();
    return std::optional(plan);
}

Answer<> read_status(const json::object& body, UserPatch& patch) {
    const json::value* value = body.if_contains("status");
    if (value == nullptr || value->is_null()) {
        return {};
    }
    patch.status = value->is_string() ? parse_status(value->get_string()) : std::nullopt;
    if (!patch.status) {
        return invalid_field("status", "Input should be 'active', 'disabled' or 'on_hold'");
    }
    return {};
}

Answer<> read_numbers(const json::object& body, UserPatch& patch) {
    for (auto [field, member] :
         {std::pair{"data_limit", &patch.data_limit},
          std::pair{"on_hold_expire_duration", &patch.on_hold_expire_duration},
          std::pair{"hwid_limit", &patch.hwid_limit}}) {
        auto number = read_number(body, field);
        if (!number) {
            return number.error();
        }
        *member = *number;
    }
    const json::value* hwid = body.if_contains("hwid_limit");
    patch.clear_hwid_limit = hwid != nullptr && hwid->is_null();
    return {};
}

}  // namespace

Answer<UserPatch> read_patch(const json::object& body) {
    UserPatch patch;
    for (auto read : {read_status, read_numbers, read_expire}) {
        if (auto done = (*read)(body, patch); !done) {
            return done.error();
        }
    }
    auto plan = read_plan(body);
    if (!plan) {
        return plan.error();
    }
    patch.next_plan = *plan;
    if (const json::value* groups = body.if_contains("group_ids"); groups && !groups->is_null()) {
        auto ids = read_ids(body, "group_ids");
        if (!ids) {
            return ids.error();
        }
        patch.group_ids = *std::move(ids);
    }
    if (const json::value* timeout = body.if_contains("on_hold_timeout");
        timeout != nullptr && !timeout->is_null()) {
        auto time = read_time(*timeout, "on_hold_timeout");
        if (!time) {
            return time.error();
        }
        patch.on_hold_timeout = *time;
    }
    if (const json::value* note = body.if_contains("note"); note && note->is_string()) {
        patch.note = std::string(note->get_string());
    }
    return patch;
}

Answer<std::vector<std::int64_t>> read_ids(const json::object& body, std::string_view field) {
    std::vector<std::int64_t> result;
    const json::value* value = body.if_contains(field);
    if (value == nullptr || value->is_null()) {
        return result;
    }
    if (!value->is_array()) {
        return invalid_field(field, "Input should be a valid list");
    }
    for (const json::value& each : value->get_array()) {
        boost::system::error_code failed;
        result.push_back(each.to_number<std::int64_t>(failed));
        if (failed) {
            return invalid_field(field, "Input should be a valid integer");
        }
    }
    return result;
}

}  // namespace fairgate::sim::pasarguard
