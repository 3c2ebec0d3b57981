#include "importing/errors.hpp"
#include "importing/pg_limiter.hpp"

#include <algorithm>
#include <array>
#include <utility>

// PG-Limiter's JSON files.
namespace fairgate::importing::pg_limiter {

namespace {

/// "limits" and "general" -> the name that the database has for it; "" for what stands for itself.
struct Place {
    std::string_view section;
    std::string_view member;
    std::string_view key;
};

constexpr std::array places = {
    Place{"panel", "domain", "panel_domain"},
    Place{"panel", "username", "panel_username"},
    Place{"panel", "password", "panel_password"},
    Place{"telegram", "bot_token", "bot_token"},
    Place{"telegram", "admins", "admin_ids"},
    Place{"limits", "general", "general_limit"},
    Place{"timing", "check_interval", "check_interval"},
    Place{"timing", "time_to_active_users", "time_to_active_users"},
    Place{"monitoring", "check_interval", "check_interval"},
    Place{"monitoring", "time_to_active_users", "time_to_active_users"},
    Place{"punishment", "enabled", "punishment_enabled"},
    Place{"punishment", "window_hours", "punishment_window_hours"},
    Place{"punishment", "steps", "punishment_steps"},
    Place{"group_filter", "enabled", "group_filter_enabled"},
    Place{"group_filter", "mode", "group_filter_mode"},
    Place{"group_filter", "group_ids", "group_filter_ids"},
    Place{"group_filter", "ids", "group_filter_ids"},
    Place{"admin_filter", "enabled", "admin_filter_enabled"},
    Place{"admin_filter", "mode", "admin_filter_mode"},
    Place{"admin_filter", "admin_usernames", "admin_filter_usernames"},
    Place{"admin_filter", "usernames", "admin_filter_usernames"},
    Place{"api", "enabled", "api_enabled"},
    Place{"api", "host", "api_host"},
    Place{"api", "port", "api_port"},
    Place{"api", "username", "api_username"},
    Place{"api", "password", "api_password"},
    Place{"display", "show_enhanced_details", "enhanced_details"},
    Place{"display", "enhanced_details", "enhanced_details"},
    Place{"display", "show_single_ip_users", "show_single_ip_users"},
};

/// Null when it is not there; a fault when it is something else.
const boost::json::object* section_in(Draft& draft, Members& root, std::string_view name) {
    const json::Value* value = root.take(name);
    if (value == nullptr || value->is_null()) {
        return nullptr;
    }
    if (!value->is_object()) {
        draft.fault(errors::wrong_value(root.where(name), "a JSON object", shown(*value)));
    }
    return value->if_object();
}

/// "config.json: except_users[3]"
std::string item(const Said& list, std::size_t index) {
    return list.where + "[" + std::to_string(index) + "]";
}

/// A section's members by their names in the database; accounts' lists are read at once.
void take_section(Draft& draft, Keys& keys, Members& section, std::string_view name) {
    for (const Place& place : places) {
        if (place.section != name) {
            continue;
        }
        if (const json::Value* value = section.take(place.member)) {
            keys.add(draft, std::string(place.key), section.said(place.member, *value));
        }
    }
    if (name == "limits") {
        if (const json::Value* special = section.take("special")) {
            take_limits(draft, section.said("special", *special));
        }
    }
    const std::string_view list = name == "users" ? "except" : "except_users";
    if (const json::Value* except = section.take(list)) {
        take_exempt(draft, section.said(list, *except));
    }
    draft.unknown(section);
}

/// The epoch of an account in a map of such, or nothing.
std::optional<TimePoint> moment_of_account(
    Draft& draft,
    const boost::json::object* map,
    const std::string& where,
    const std::string& account
) {
    const json::Value* value = map == nullptr ? nullptr : map->if_contains(account);
    return value == nullptr ? std::nullopt : draft.moment({where + "." + account, *value});
}

/// Groups that accounts were taken out of: {"user_groups": {"ali": {"groups": [1]}}}.
std::map<std::string, std::vector<std::int64_t>> groups_before(
    Draft& draft, const PeerFiles& files
) {
    std::map<std::string, std::vector<std::int64_t>> all;
    const PeerFile* file = files.find(".user_groups_backup.json");
    const auto root = file == nullptr ? std::nullopt : object_in(draft, *file);
    if (!root) {
        return all;
    }
    Members members(file->shown + ":", *root);
    const boost::json::object* accounts = section_in(draft, members, "user_groups");
    draft.unknown(members);
    if (accounts == nullptr) {
        return all;
    }
    for (const auto& [name, entry] : *accounts) {
        const std::string account(name);
        const auto* object = entry.if_object();
        const json::Value* groups = object == nullptr ? &entry : object->if_contains("groups");
        const auto* list = groups == nullptr ? nullptr : groups->if_array();
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const std::string where = members.where("user_groups") + "." + account;
            if (const auto number = draft.whole({where, (*list)[i]})) {
                all[account].push_back(*number);
            }
        }
    }
    return all;
}

/// When the account is to be given back: -1 is by hand, no value is after the usual time.
void take_end(
    Draft& draft,
    const boost::json::object* ends,
    const std::string& where,
    TimePoint usual,
    Punishment& punishment
) {
    const json::Value* value = ends == nullptr ? nullptr : ends->if_contains(punishment.account);
    if (value == nullptr || value->is_null()) {
        punishment.until = usual;
        punishment.end = Punishment::End::usual;
    } else if (!value->is_number() || value->to_number<double>() >= 0) {
        punishment.until = moment_of_account(draft, ends, where, punishment.account);
    }
}

}  // namespace

void take_config(Draft& draft, Keys& keys, const PeerFile& file) {
    const auto root = object_in(draft, file);
    if (!root) {
        return;
    }
    Members members(file.shown + ":", *root);
    for (const std::string_view name :
         {"panel",
          "telegram",
          "limits",
          "timing",
          "monitoring",
          "users",
          "group_filter",
          "admin_filter",
          "punishment",
          "display",
          "api"}) {
        if (const boost::json::object* section = section_in(draft, members, name)) {
            Members inner(members.where(name), *section);
            take_section(draft, keys, inner, name);
        }
    }
    if (const json::Value* except = members.take("except_users")) {
        take_exempt(draft, members.said("except_users", *except));
    }
    for (const Said& said : members.rest()) {
        const std::string key = said.where.substr(members.where("").size());
        keys.add(draft, key, said);
    }
}

void take_limits(Draft& draft, const Said& said) {
    LimitSetting setting;
    setting.at = draft.now();
    if (const auto* map = said.value.if_object()) {
        for (const auto& [name, devices] : *map) {
            const std::string account(name);
            draft.limit(
                {said.where + "." + account, devices}, account, Draft::Negative::unusable, setting
            );
        }
        return;
    }
    const auto* list = said.value.if_array();
    if (list == nullptr) {
        draft.leave_out(said, LeftOutBecause::unusable, "no accounts with their limits");
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string where = item(said, i);
        const auto* pair = (*list)[i].if_array();
        const bool whole = pair != nullptr && pair->size() == 2 && (*pair)[0].is_string();
        if (whole) {
            const std::string account((*pair)[0].get_string());
            draft.limit({where, (*pair)[1]}, account, Draft::Negative::unusable, setting);
        } else {
            draft.leave_out(
                {where, (*list)[i]}, LeftOutBecause::unusable, "no account with its limit"
            );
        }
    }
}

void take_exempt(Draft& draft, const Said& said) {
    const auto* list = said.value.if_array();
    if (list == nullptr) {
        draft.leave_out(said, LeftOutBecause::unusable, "this is no list of accounts");
        return;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json::Value& each = (*list)[i];
        const auto* inner = each.if_array();  // Marzneshin's [["ali"]]
        const json::Value& name = inner != nullptr && inner->size() == 1 ? (*inner)[0] : each;
        const Said one{item(said, i), name};
        Exemption exemption;
        exemption.account.name = draft.text(one).value_or("");
        exemption.at = draft.now();
        if (!exemption.account.name.empty()) {
            draft.exempt(one, std::move(exemption));
        }
    }
}

void take_disabled(Draft& draft, const PeerFiles& files, const Punishing& how) {
    const auto groups = groups_before(draft, files);
    const PeerFile* file = files.find(".disable_users.json");
    file = file == nullptr ? files.find("disable_users.json") : file;
    const auto root = file == nullptr ? std::nullopt : object_in(draft, *file);
    if (!root) {
        return;
    }
    Members members(file->shown + ":", *root);
    const boost::json::object* since = section_in(draft, members, "disabled_users");
    const boost::json::object* ends = section_in(draft, members, "enable_at");
    const json::Value* older = members.take("disable_user");
    draft.unknown(members);
    const auto punish =
        [&](const std::string& account, const std::string& where, std::optional<TimePoint> at) {
            Punishment punishment;
            punishment.where = where;
            punishment.account = account;
            punishment.since = at;
            const TimePoint usual = at.value_or(draft.now()) + how.usual;
            take_end(draft, ends, members.where("enable_at"), usual, punishment);
            if (const auto found = groups.find(account); found != groups.end()) {
                punishment.groups = found->second;
                punishment.restricted_group = how.restricted_group;
            }
            draft.punish(std::move(punishment));
        };
    for (std::size_t i = 0; since != nullptr && i < since->size(); ++i) {
        const std::string account((since->begin() + i)->key());
        const std::string where = members.where("disabled_users");
        if (const auto at = moment_of_account(draft, since, where, account)) {
            punish(account, where, at);
        }
    }
    if (older != nullptr) {
        const std::string where = members.where("disable_user");
        for (const std::string& account :
             draft.list({where, *older}).value_or(std::vector<std::string>())) {
            punish(account, where, std::nullopt);
        }
    }
}

void take_backup(Draft& draft, const PeerFile& file) {
    const auto root = object_in(draft, file);
    if (!root) {
        return;
    }
    Members members(file.shown + ":", *root);
    if (const json::Value* special = members.take("special")) {
        take_limits(draft, members.said("special", *special));
    }
    if (const json::Value* except = members.take("except_users")) {
        take_exempt(draft, members.said("except_users", *except));
    }
    draft.unknown(members);
}

void take_history(Draft& draft, const PeerFile& file, const Punishing& how) {
    const auto root = object_in(draft, file);
    if (!root) {
        return;
    }
    Members members(file.shown + ":", *root);
    const boost::json::object* accounts = section_in(draft, members, "violations");
    draft.unknown(members);
    if (accounts == nullptr) {
        return;
    }
    for (const auto& [name, entries] : *accounts) {
        PeerTable table{"violation_history", {}};
        if (const auto* list = entries.if_array()) {
            for (const json::Value& entry : *list) {
                boost::json::object row =
                    entry.is_object() ? entry.get_object() : boost::json::object();
                row["username"] = name;
                table.rows.push_back(std::move(row));
            }
        } else {
            draft.leave_out(
                {members.where("violations") + "." + std::string(name), entries},
                LeftOutBecause::unusable,
                "this is no list of violations"
            );
        }
        take_violations(draft, table, members.where("violations"), how);
    }
}

}  // namespace fairgate::importing::pg_limiter
