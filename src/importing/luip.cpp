#include "importing/keys.hpp"
#include "importing/late_comers.hpp"
#include "importing/pg_limiter.hpp"
#include "importing/read.hpp"
#include "model/address.hpp"

#include <algorithm>
#include <array>

// luIP-marzban. Its times are minutes.
namespace fairgate::importing {

namespace {

using namespace std::chrono_literals;
using Shown = NoCounterpart::Shown;

constexpr std::array no_counterpart = {
    NoCounterpart{"fetch_interval_logs_ws", "lines are read as they come"},
    NoCounterpart{"check_ips_for_unban_users", "what is due is given back when it is due"},
    NoCounterpart{"ssh_port", "the operator's own session is never refused"},
    NoCounterpart{"api_enable", "Fairgate's own API is on its socket"},
    NoCounterpart{"api_path", "Fairgate's own API is on its socket"},
    NoCounterpart{"api_port", "Fairgate's own API: daemon.listen"},
    NoCounterpart{"api_address", "Fairgate's own API: daemon.listen"},
    NoCounterpart{"api_login", "Fairgate's API takes tokens", Shown::nothing},
    NoCounterpart{"api_secret", "Fairgate's API takes tokens", Shown::nothing},
    NoCounterpart{"api_expire_token_at", "Fairgate's API takes tokens"},
    NoCounterpart{"tg_enable", "Fairgate has no Telegram bot yet"},
    NoCounterpart{"tg_token", "Fairgate has no Telegram bot yet", Shown::nothing},
    NoCounterpart{"tg_admin", "Fairgate has no Telegram bot yet"},
};

struct Line {
    int number = 0;
    std::string_view left;   ///< before the last comma
    std::string_view right;  ///< behind it
};

std::string_view without_quotes(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Two fields a line. Lines that are none are told with their numbers.
std::vector<Line> lines_of(Draft& draft, const PeerFile& file) {
    draft.read(file.shown);
    std::vector<Line> lines;
    std::string_view rest = file.bytes;
    for (int number = 1; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view text = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
        const std::size_t comma = text.rfind(',');
        if (text.empty()) {
            continue;
        }
        if (comma == std::string_view::npos) {
            draft.leave_out(
                {file.shown + ":" + std::to_string(number), json::Value(text)},
                LeftOutBecause::unusable,
                "a line without comma; its program leaves such when it is killed"
            );
            continue;
        }
        lines.push_back({number, without_quotes(text.substr(0, comma)), text.substr(comma + 1)});
    }
    return lines;
}

void take_user_lines(Draft& draft, const PeerFile& file) {
    for (const Line& line : lines_of(draft, file)) {
        const Said said{file.shown + ":" + std::to_string(line.number), json::Value(line.right)};
        if (line.number == 1 && line.left == "email") {
            continue;
        }
        LimitSetting setting;
        setting.at = draft.now();
        if (whole_of(said)) {
            draft.limit(said, std::string(line.left), Draft::Negative::unusable, setting);
        } else {
            const std::string whole = std::string(line.left) + "," + std::string(line.right);
            draft.leave_out(
                {said.where, json::Value(whole)},
                LeftOutBecause::unusable,
                "this is no number of devices"
            );
        }
    }
}

void take_bans(Draft& draft, const PeerFile& file) {
    std::size_t bans = 0;
    for (const Line& line : lines_of(draft, file)) {
        const Said said{file.shown + ":" + std::to_string(line.number), json::Value(line.left)};
        const auto address = Address::parse(line.left);
        if (!address) {
            draft.leave_out(said, LeftOutBecause::unusable, "this is no address");
            continue;
        }
        ++bans;
        draft.leave_out(
            said,
            LeftOutBecause::no_counterpart,
            "refused by iptables for a whole address; to let it through: iptables -D INPUT -s " +
                address->text() + " -j DROP"
        );
    }
    if (bans > 0) {
        draft.advise(
            "iptables still refuses " + std::to_string(bans) +
            " addresses for luIP, and nobody gives them back once it is stopped: see the list"
        );
    }
}

}  // namespace

void read_luip(Draft& draft, const PeerFiles& files) {
    Keys keys;
    if (const PeerFile* file = files.find(".env")) {
        keys.add(draft, *file);
    }
    take_panel(draft, keys, {"address", "port_address", "ssl", "p_user", "p_pass"});
    take_general(draft, keys, "max_allow_users");
    take_late_comers(draft, keys, {"ban_time", "check_inactive_users_duration", 1min, "min"});
    take_firewall(draft, keys, "", "iptables");
    keys.finish(draft, no_counterpart);
    if (const PeerFile* file = files.find("users.csv")) {
        take_user_lines(draft, *file);
    }
    if (const PeerFile* file = files.find("users.json")) {
        if (const auto value = json_in(draft, *file)) {
            pg_limiter::take_limits(draft, {file->shown, *value});
        }
    }
    if (const PeerFile* file = files.find("blocked_ips.csv")) {
        take_bans(draft, *file);
    }
    if (const PeerFile* file = files.find("db.sqlite")) {
        draft.leave_out(
            {file->shown, json::Value("")},
            LeftOutBecause::no_counterpart,
            "addresses seen before; Fairgate counts anew from now on"
        );
    }
    draft.advise("stop luIP before Fairgate enforces");
}

}  // namespace fairgate::importing
