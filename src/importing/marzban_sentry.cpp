#include "importing/keys.hpp"
#include "importing/late_comers.hpp"
#include "importing/read.hpp"

#include <array>

namespace fairgate::importing {

namespace {

using namespace std::chrono_literals;

constexpr std::array no_counterpart = {
    NoCounterpart{"websocket_interval_update", "lines are read as they come"},
    NoCounterpart{"unban_users_interval", "what is due is given back when it is due"},
    NoCounterpart{"check_inactive_users_interval", "slots end by themselves"},
};

/// {"admin": 6}; -1 is unlimited there.
void take_users(Draft& draft, const PeerFile& file) {
    const auto root = object_in(draft, file);
    if (!root) {
        return;
    }
    LimitSetting setting;
    setting.at = draft.now();
    for (const auto& [name, devices] : *root) {
        const std::string account(name);
        draft.limit(
            {file.shown + ": " + account, devices}, account, Draft::Negative::unlimited, setting
        );
    }
}

/// {"203.0.113.5": epoch}; the epoch is that of its start, so nobody knows since when.
void take_bans(Draft& draft, const PeerFile& file) {
    const auto root = object_in(draft, file);
    if (!root || root->empty()) {
        return;
    }
    for (const auto& [address, since] : *root) {
        draft.leave_out(
            {file.shown + ": " + std::string(address), since},
            LeftOutBecause::no_counterpart,
            "refused by ufw, since when is not known; to let it through: ufw delete deny from " +
                std::string(address)
        );
    }
    draft.advise(
        "ufw still refuses " + std::to_string(root->size()) +
        " addresses for Marzban-Sentry, and it will not give them back: see the list"
    );
}

}  // namespace

void read_marzban_sentry(Draft& draft, const PeerFiles& files) {
    Keys keys;
    if (const PeerFile* file = files.find(".env")) {
        keys.add(draft, *file);
    }
    take_panel(draft, keys, {"host", "port", "use_ssl", "username", "password"});
    take_general(draft, keys, "allowed_connections");
    take_late_comers(draft, keys, {"ban_time", "user_connection_lifetime", 1s, "s"});
    take_firewall(draft, keys, "firewall", "ufw");
    keys.finish(draft, no_counterpart);
    if (const PeerFile* file = files.find("users.json")) {
        take_users(draft, *file);
    }
    if (const PeerFile* file = files.find("storage.json")) {
        take_bans(draft, *file);
    }
    draft.advise("stop Marzban-Sentry before Fairgate enforces");
}

}  // namespace fairgate::importing
