#include "importing/keys.hpp"
#include "importing/pg_limiter.hpp"
#include "importing/read.hpp"

#include <array>

// V2IpLimit, for Marzban, and its children of the same files (nimaisox/Marzban-iplimit).
namespace fairgate::importing {

namespace {

using namespace std::chrono_literals;
using Shown = NoCounterpart::Shown;

constexpr std::array no_counterpart = {
    NoCounterpart{"bot_token", "Fairgate has no Telegram bot yet; keep the file", Shown::nothing},
    NoCounterpart{"telegram_bot_url", "Fairgate has no Telegram bot yet", Shown::nothing},
    NoCounterpart{"admins", "Fairgate has no Telegram bot yet"},
    NoCounterpart{"chat_id", "Fairgate has no Telegram bot yet"},
    NoCounterpart{"send_logs_to_tel", "Fairgate has no Telegram bot yet"},
    NoCounterpart{"write_logs_tf", "Fairgate's log is the journal of the machine"},
    NoCounterpart{
        "inactive_duration", "an idle network leaves the count by itself: counting.window"
    },
    NoCounterpart{"proxy_for_api", "nobody outside is asked", Shown::nothing},
};

/// All members of the object by their names in lower case.
void add_members(Draft& draft, Keys& keys, const PeerFile& file) {
    const auto root = object_in(draft, file);
    if (!root) {
        return;
    }
    for (const auto& [name, value] : *root) {
        std::string key(name);
        for (char& c : key) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        keys.add(draft, key, {file.shown + ": " + std::string(name), value});
    }
}

/// The one time after which it gives everybody back.
pg_limiter::Punishing take_time(Draft& draft, Keys& keys) {
    pg_limiter::Punishing how;
    const auto said = keys.take("time_to_active_users");
    if (!said || is_unset(said->value)) {
        return how;
    }
    if (const auto time = duration_of(draft, *said, 1s)) {
        how.usual = *time;
        config::RawList steps;
        steps.push_back(raw(*time));
        draft.set(
            *said,
            "s",
            "ladder.steps",
            config::Raw{{}, std::move(steps)},
            "each account from its own moment on; it gave everybody back at once"
        );
    }
    return how;
}

}  // namespace

void read_v2iplimit(Draft& draft, const PeerFiles& files) {
    Keys keys;
    for (const std::string_view name : {"v2iplimit_config.json", "config.json"}) {
        if (const PeerFile* file = files.find(name)) {
            add_members(draft, keys, *file);
        }
    }
    draft.panel_type("marzban");
    take_domain(draft, keys, "panel_domain");
    if (const auto name = keys.take("panel_username"); name && !is_unset(name->value)) {
        draft.panel_username(*name);
    }
    if (const auto password = keys.take("panel_password")) {
        draft.panel_password(*password);
    }
    take_general(draft, keys, "limit_number");
    take_general(draft, keys, "general_limit");
    take_interval(draft, keys, "time_to_check");
    take_interval(draft, keys, "check_interval");
    take_countries(draft, keys, "ip_location");
    const pg_limiter::Punishing how = take_time(draft, keys);
    if (const auto limits = keys.take("special_limit"); limits && !is_unset(limits->value)) {
        pg_limiter::take_limits(draft, *limits);
    }
    if (const auto except = keys.take("except_users"); except && !is_unset(except->value)) {
        pg_limiter::take_exempt(draft, *except);
    }
    keys.finish(draft, no_counterpart);
    pg_limiter::take_disabled(draft, files, how);
    draft.advise("stop V2IpLimit before Fairgate enforces: it enables everybody at once");
}

}  // namespace fairgate::importing
