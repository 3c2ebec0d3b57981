#include "sim/marzban/wire.hpp"

#include "model/time.hpp"
#include "sim/marzban/user_rules.hpp"

#include <boost/json/array.hpp>

namespace fairgate::sim::marzban {

namespace json = boost::json;

namespace {

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value();
}

json::value time_or_null(const std::optional<TimePoint>& time) {
    return time ? json::value(naive_time(*time)) : json::value();
}

/// By protocol: the tags it may use, and those it may not.
struct Tags {
    json::object allowed;
    json::object excluded;
};

Tags tags_by_protocol(const User& user, const std::vector<Inbound>& inbounds) {
    Tags tags;
    for (const auto& [protocol, proxy] : user.proxies) {
        json::array allowed;
        json::array excluded;
        for (const Inbound& inbound : inbounds) {
            if (inbound.protocol == protocol) {
                const bool is_excluded = proxy.excluded.contains(inbound.tag);
                (is_excluded ? excluded : allowed).emplace_back(inbound.tag);
            }
        }
        tags.allowed[protocol] = std::move(allowed);
        tags.excluded[protocol] = std::move(excluded);
    }
    return tags;
}

json::object proxies_of(const User& user) {
    json::object proxies;
    for (const auto& [protocol, proxy] : user.proxies) {
        const bool by_password = protocol == "trojan" || protocol == "shadowsocks";
        json::object settings{{by_password ? "password" : "id", proxy.secret}};
        if (protocol == "vless") {
            settings["flow"] = "";
        }
        proxies[protocol] = std::move(settings);
    }
    return proxies;
}

json::array links_of(const User& user) {
    json::array links;
    for (const auto& [protocol, proxy] : user.proxies) {
        links.emplace_back(protocol + "://" + proxy.secret + "@192.0.2.1:443#" + user.username);
    }
    return links;
}

}  // namespace

std::string naive_time(TimePoint time) {
    std::string text = to_rfc3339(time);
    text.pop_back();
    return text;
}

json::object to_json(const NextPlan& plan) {
    return {
        {"data_limit", or_null(plan.data_limit)},
        {"expire", or_null(plan.expire)},
        {"add_remaining_traffic", plan.add_remaining_traffic},
        {"fire_on_either", plan.fire_on_either},
    };
}

json::object to_json(const User& user, PanelState& panel) {
    Tags tags = tags_by_protocol(user, panel.inbounds());
    json::object object{
        {"proxies", proxies_of(user)},
        {"expire", or_null(user.expire)},
        {"data_limit", or_null(user.data_limit)},
        {"data_limit_reset_strategy", to_text(user.reset_strategy)},
        {"inbounds", std::move(tags.allowed)},
        {"note", or_null(user.note)},
        {"sub_updated_at", nullptr},
        {"sub_last_user_agent", nullptr},
        {"online_at", time_or_null(user.online_at)},
        {"on_hold_expire_duration", or_null(user.on_hold_expire_duration)},
        {"on_hold_timeout", time_or_null(user.on_hold_timeout)},
        {"auto_delete_in_days", nullptr},
        {"username", user.username},
        {"status", to_text(user.status)},
        {"used_traffic", user.used_traffic},
        {"lifetime_used_traffic", user.lifetime_used_traffic},
        {"created_at", naive_time(user.created_at)},
        {"links", links_of(user)},
        {"subscription_url",
         "/sub/secret-" + std::to_string(user.id) + "-" + std::to_string(user.subscription)},
        {"excluded_inbounds", std::move(tags.excluded)},
    };
    if (panel.release() >= Release::v0_8) {
        object["next_plan"] =
            user.next_plan ? json::value(to_json(*user.next_plan)) : json::value();
    }
    if (panel.release() >= Release::v0_6) {
        const auto admin = panel.admins().find(user.admin_id.value_or(0));
        object["admin"] =
            admin == panel.admins().end() ? json::value() : json::value(to_json(admin->second));
    }
    return object;
}

json::object to_json(const Admin& admin) {
    return {
        {"username", admin.username},
        {"is_sudo", admin.is_sudo},
        {"telegram_id", nullptr},
        {"discord_webhook", nullptr},
        {"users_usage", 0},
    };
}

json::object to_json(const Core& node) {
    return {
        {"name", node.name},
        {"address", "192.0.2." + std::to_string(node.id)},
        {"port", 62050},
        {"api_port", 62051},
        {"usage_coefficient", 1.0},
        {"id", node.id},
        {"xray_version", panel::version_of(node.xray)},
        {"status", to_text(node.status)},
        {"message", nullptr},
    };
}

json::object to_json(const CoreConfig& config, const std::vector<Inbound>& inbounds) {
    json::object log{{"loglevel", config.loglevel}};
    if (!config.access.empty()) {
        log["access"] = config.access;
    }
    if (!config.mask_address.empty()) {
        log["maskAddress"] = config.mask_address;
    }
    json::array list;
    for (const Inbound& inbound : inbounds) {
        list.emplace_back(json::object{
            {"tag", inbound.tag}, {"protocol", inbound.protocol}, {"port", inbound.port}
        });
    }
    return {{"log", std::move(log)}, {"inbounds", std::move(list)}, {"outbounds", json::array()}};
}

json::object to_json(const std::vector<Inbound>& inbounds) {
    json::object by_protocol;
    for (const Inbound& inbound : inbounds) {
        json::value& list = by_protocol[inbound.protocol];
        if (!list.is_array()) {
            list = json::array();
        }
        list.get_array().emplace_back(json::object{
            {"tag", inbound.tag},
            {"protocol", inbound.protocol},
            {"network", inbound.network},
            {"tls", "none"},
            {"port", inbound.port},
        });
    }
    return by_protocol;
}

}  // namespace fairgate::sim::marzban
