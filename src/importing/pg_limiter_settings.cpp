#include "importing/pg_limiter.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::importing::pg_limiter {

namespace {

using namespace std::chrono_literals;
using Shown = NoCounterpart::Shown;

constexpr std::array no_counterpart = {
    NoCounterpart{"bot_token", "Fairgate has no Telegram bot yet; keep the file", Shown::nothing},
    NoCounterpart{"admin_ids", "Fairgate has no Telegram bot yet"},
    NoCounterpart{
        "api_enabled", "Fairgate's own API is on its socket, and over TCP with daemon.listen"
    },
    NoCounterpart{"api_host", "Fairgate's own API: daemon.listen"},
    NoCounterpart{"api_port", "Fairgate's own API: daemon.listen"},
    NoCounterpart{"api_username", "Fairgate's API takes tokens: fairgate token"},
    NoCounterpart{"api_password", "Fairgate's API takes tokens", Shown::nothing},
    NoCounterpart{"redis_url", "nothing beside Fairgate is needed", Shown::nothing},
    NoCounterpart{"redis_password", "nothing beside Fairgate is needed", Shown::nothing},
    NoCounterpart{"redis_ssl", "nothing beside Fairgate is needed"},
    NoCounterpart{"tz", "times are kept in UTC and shown in the zone of the machine"},
    NoCounterpart{"database_url", "Fairgate has a database of its own", Shown::nothing},
    NoCounterpart{"enhanced_details", "it says how its bot writes"},
    NoCounterpart{"show_single_ip_users", "it says how its bot writes"},
    NoCounterpart{
        "ipinfo_token", "nobody outside is asked; tables on this machine are", Shown::nothing
    },
    NoCounterpart{
        "fallback_group_id", "Fairgate gives back exactly the groups that an account had"
    },
    NoCounterpart{
        "cdn_provider", "an inbound is declared to stand behind a proxy, whichever it is"
    },
    NoCounterpart{
        "high_trust_ip_grouping",
        "Fairgate groups by network for everybody; there is no trust score"
    },
    NoCounterpart{"high_trust_threshold", "there is no trust score"},
    NoCounterpart{"subnet_ip_grouping", "Fairgate always counts networks: counting.v4_prefix"},
    NoCounterpart{"topics", "Fairgate has no Telegram bot yet"},
    NoCounterpart{"display", "it says how its bot writes"},
};

bool has_revoking() {
    config::RawList steps;
    steps.push_back(raw(std::string("revoke")));
    return Draft::takes("ladder.steps", config::Raw{{}, std::move(steps)});
}

/// One step of its ladder as ours; nothing when there is none.
std::optional<config::Raw> step_of(Draft& draft, const Said& said) {
    const auto* object = said.value.if_object();
    if (object == nullptr) {
        draft.leave_out(said, LeftOutBecause::unusable, "a step has a type and a duration");
        return std::nullopt;
    }
    Members members(said.where, *object);
    const json::Value* type = members.take("type");
    const json::Value* length = members.take("duration");
    draft.unknown(members);
    const std::string word = type == nullptr ? "" : shown(*type);
    if (word == "warning" || word == "warn") {
        return raw(std::string("warn"));
    }
    if (word == "revoke" && has_revoking()) {
        return raw(std::string("revoke"));
    }
    if (word == "revoke") {
        draft.leave_out(
            said,
            LeftOutBecause::no_counterpart,
            "Fairgate does not revoke subscriptions yet; in its place the account is held until it "
            "is released"
        );
        return raw(std::string("forever"));
    }
    if (word != "disable" || length == nullptr) {
        draft.leave_out(said, LeftOutBecause::unusable, "a step is warning, disable or revoke");
        return std::nullopt;
    }
    const auto time = duration_of(draft, {said.where, *length}, 1min);
    if (!time) {
        return std::nullopt;
    }
    return *time == 0s ? raw(std::string("forever")) : raw(*time);
}

void take_steps(Draft& draft, const Said& said) {
    json::Value list = said.value;
    if (const auto* text = list.if_string()) {  // JSON in a cell
        auto parsed = json::parse(std::string_view(text->data(), text->size()));
        list = parsed ? *std::move(parsed) : json::Value();
    }
    const auto* steps = list.if_array();
    if (steps == nullptr) {
        draft.leave_out(said, LeftOutBecause::unusable, "this is no list of steps");
        return;
    }
    config::RawList ours;
    bool ends = false;
    for (std::size_t i = 0; i < steps->size(); ++i) {
        const Said one{said.where + "[" + std::to_string(i) + "]", (*steps)[i]};
        if (ends) {
            draft.leave_out(one, LeftOutBecause::outdone, "nothing comes after a step without end");
        } else if (auto step = step_of(draft, one)) {
            const std::string& word = *std::get_if<std::string>(&step->value);
            ends = word == "forever" || word == "revoke";
            ours.push_back(*std::move(step));
        }
    }
    if (!ours.empty()) {
        draft.set(said, "min", "ladder.steps", config::Raw{{}, std::move(ours)});
    }
}

/// Without its ladder every violation costs the same time.
void take_ladder(Draft& draft, Keys& keys, Punishing& how) {
    const auto on = keys.take("punishment_enabled");
    const auto window = keys.take("punishment_window_hours");
    const auto steps = keys.take("punishment_steps");
    const auto usual = keys.take("time_to_active_users");
    const auto time = usual ? duration_of(draft, *usual, 1s) : std::nullopt;
    how.usual = time.value_or(how.usual);
    if (window) {
        if (const auto length = duration_of(draft, *window, 1h)) {
            how.window = *length;
            draft.set(*window, "h", "ladder.window", raw(*length));
        }
    }
    const bool ladder = !on || draft.truth(*on).value_or(true);
    if (!ladder) {
        config::RawList all;
        all.push_back(raw(how.usual));
        draft.set(
            usual.value_or(*on),
            usual ? "s" : "",
            "ladder.steps",
            config::Raw{{}, std::move(all)},
            "its ladder was off: each violation costs the same time"
        );
    } else if (usual) {
        draft.leave_out(
            *usual,
            LeftOutBecause::no_counterpart,
            "each step of the ladder has its own time (" + to_text(how.usual) +
                " was for older lists)"
        );
    }
    if (steps && ladder) {
        take_steps(draft, *steps);
    } else if (steps) {
        draft.leave_out(*steps, LeftOutBecause::outdone, "its ladder was off");
    }
}

void take_method(Draft& draft, Keys& keys, Punishing& how) {
    const auto method = keys.take("disable_method");
    const auto group = keys.take("disabled_group_id");
    const bool moves = method && shown(method->value) == "group";
    if (group && !is_unset(group->value)) {
        const auto id = draft.whole(*group);
        how.restricted_group = moves ? id : std::nullopt;
        draft.leave_out(
            *group,
            LeftOutBecause::no_counterpart,
            "Fairgate names groups: say action = \"move_group\" and group in [[backend]]"
        );
    }
    if (method && moves) {
        draft.leave_out(
            *method,
            LeftOutBecause::no_counterpart,
            "new blocks disable accounts until group in [[backend]] names the group to move to; "
            "accounts that are moved now get their groups back"
        );
        draft.advise(
            "before you enforce: accounts were moved into group " +
            (group ? shown(group->value) : std::string("(unknown)")) +
            "; say its name in group of [[backend]], with action = \"move_group\""
        );
    } else if (method && shown(method->value) == "status") {
        draft.panel_setting(*method, "", "action", raw(std::string("disable")));
    } else if (method) {
        draft.leave_out(*method, LeftOutBecause::unusable, "it is neither status nor group");
    }
}

/// include or exclude, and the names.
void take_owners(Draft& draft, Keys& keys) {
    const auto on = keys.take("admin_filter_enabled");
    const auto mode = keys.take("admin_filter_mode");
    const auto names = keys.take("admin_filter_usernames");
    if (!names || is_unset(names->value)) {
        return;
    }
    if (!on || !draft.truth(*on).value_or(false)) {
        draft.leave_out(*names, LeftOutBecause::outdone, "the filter was off");
        return;
    }
    const bool exclude = mode && shown(mode->value) == "exclude";
    if (const auto list = draft.list(*names)) {
        draft.set(
            *names, "", exclude ? "filter.exclude_owners" : "filter.include_owners", raw(*list)
        );
    }
}

void take_groups(Draft& draft, Keys& keys) {
    const auto on = keys.take("group_filter_enabled");
    const auto mode = keys.take("group_filter_mode");
    const auto ids = keys.take("group_filter_ids");
    if (!ids || is_unset(ids->value)) {
        return;
    }
    const std::string key =
        mode && shown(mode->value) == "exclude" ? "exclude_groups" : "include_groups";
    const bool active = on && draft.truth(*on).value_or(false);
    draft.leave_out(
        *ids,
        active ? LeftOutBecause::no_counterpart : LeftOutBecause::outdone,
        active ? "Fairgate names groups: say their names in filter." + key : "the filter was off"
    );
    if (active) {
        draft.advise(
            "before you enforce: accounts were chosen by group (" + shown(ids->value) +
            "); say the groups' names in filter." + key
        );
    }
}

void take_proxies(Draft& draft, Keys& keys) {
    const auto inbounds = keys.take("cdn_inbounds");
    const auto header = keys.take("cdn_use_xff");
    if (!inbounds || is_unset(inbounds->value)) {
        return;
    }
    const bool believed = !header || draft.truth(*header).value_or(true);
    const auto list = draft.list(*inbounds);
    if (!list) {
        return;
    }
    const bool has_cdn = Draft::takes("counting.cdn_inbounds", raw(*list));
    if (has_cdn) {
        draft.set(*inbounds, "", "counting.cdn_inbounds", raw(*list));
    }
    if (believed) {
        draft.set(*inbounds, "", "counting.trusted_proxy_inbounds", raw(*list));
    } else if (!has_cdn) {
        draft.leave_out(*inbounds, LeftOutBecause::outdone, "its header was not believed");
    }
}

/// Nodes by name; its menus keep numbers as well, which only its panel understands.
void take_nodes(Draft& draft, Keys& keys, std::string_view key, std::string_view ours) {
    const auto said = keys.take(key);
    if (!said || is_unset(said->value)) {
        return;
    }
    const auto list = draft.list(*said);
    if (!list || list->empty()) {
        return;
    }
    const bool numbers = std::ranges::all_of(*list, [](const std::string& node) {
        return node.find_first_not_of("0123456789") == std::string::npos;
    });
    if (!numbers && Draft::takes(ours, raw(*list))) {
        draft.set(*said, "", ours, raw(*list));
        return;
    }
    draft.leave_out(
        *said,
        LeftOutBecause::no_counterpart,
        numbers ? "Fairgate names nodes: say their names in " + std::string(ours)
                : "not yet; name the nodes to read: nodes in [[backend]]"
    );
    draft.advise(
        "before you enforce: nodes " + shown(said->value) + " were treated apart (" +
        std::string(key) + ")"
    );
}

void take_log_level(Draft& draft, Keys& keys) {
    const auto said = keys.take("log_level");
    if (!said || is_unset(said->value)) {
        return;
    }
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> levels = {{
        {"DEBUG", "debug"},
        {"INFO", "info"},
        {"WARNING", "warning"},
        {"ERROR", "error"},
        {"CRITICAL", "error"},
    }};
    for (const auto& [theirs, ours] : levels) {
        if (shown(said->value) == theirs) {
            draft.set(*said, "", "log.level", raw(std::string(ours)));
            return;
        }
    }
    draft.leave_out(*said, LeftOutBecause::unusable, "it is no level that Fairgate has");
}

void take_sync(Draft& draft, Keys& keys) {
    const auto said = keys.take("user_sync_interval");
    if (!said || is_unset(said->value)) {
        return;
    }
    if (const auto time = duration_of(draft, *said, 1min)) {
        draft.panel_setting(*said, "min", "refresh", raw(*time));
    }
}

}  // namespace

Punishing take_settings(Draft& draft, Keys& keys) {
    Punishing how;
    draft.panel_type("pasarguard");
    take_domain(draft, keys, "panel_domain");
    if (const auto name = keys.take("panel_username"); name && !is_unset(name->value)) {
        draft.panel_username(*name);
    }
    if (const auto password = keys.take("panel_password")) {
        draft.panel_password(*password);
    }
    take_general(draft, keys, "general_limit");
    take_interval(draft, keys, "check_interval");
    take_countries(draft, keys, "country_code");
    take_ladder(draft, keys, how);
    take_method(draft, keys, how);
    take_owners(draft, keys);
    take_groups(draft, keys);
    take_proxies(draft, keys);
    take_nodes(draft, keys, "cdn_nodes", "counting.cdn_nodes");
    take_nodes(draft, keys, "disabled_nodes", "counting.ignored_nodes");
    take_sync(draft, keys);
    take_log_level(draft, keys);
    keys.finish(draft, no_counterpart);
    return how;
}

}  // namespace fairgate::importing::pg_limiter
