#pragma once

#include "base/clock.hpp"
#include "sim/panel/answer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The nouns of the simulated panel. Nothing here is shared with the client under test: a mistake
/// made on both sides would hide itself.
namespace fairgate::sim::marzban {

using panel::Answer;
using panel::invalid_field;
using panel::Refusal;

/// The releases whose shapes differ for a client, oldest first: 0.5 shows a user's administrator,
/// 0.8 has next plans.
enum class Release { v0_4, v0_6, v0_7, v0_8 };

/// What GET /api/system says: "0.8.4".
std::string_view version_of(Release release);

/// active, on_hold: the cores let the user in. The rest they do not.
///
///     active  --expiry passed--> expired      active --quota used--> limited
///     on_hold --first traffic or time-out--> active
///     any --administrator--> disabled --administrator--> active, whatever the stored fields say
///     any but expired --usage reset--> active
enum class UserStatus { active, disabled, limited, expired, on_hold };
std::string_view to_text(UserStatus status);
std::optional<UserStatus> parse_status(std::string_view text);

/// What a user gets when the present plan is used up.
struct NextPlan {
    std::optional<std::int64_t> data_limit;
    std::optional<std::int64_t> expire;  ///< unix seconds
    bool add_remaining_traffic = false;
    bool fire_on_either = false;

    bool operator==(const NextPlan&) const = default;
};

enum class ResetStrategy { no_reset, day, week, month, year };
std::string_view to_text(ResetStrategy strategy);
std::optional<ResetStrategy> parse_strategy(std::string_view text);

/// "vmess", "vless", "trojan", "shadowsocks".
using Protocol = std::string;
bool is_protocol(std::string_view text);

struct Proxy {
    std::string secret;
    std::set<std::string> excluded;  ///< tags of inbounds it may not use

    bool operator==(const Proxy&) const = default;
};

struct Inbound {
    std::string tag;
    Protocol protocol = "vless";
    std::string network = "tcp";
    int port = 443;
};

struct User {
    std::int64_t id = 0;  ///< the API never shows it
    std::string username;
    UserStatus status = UserStatus::active;
    std::map<Protocol, Proxy> proxies = {{"vless", {}}};
    std::optional<std::int64_t> expire;      ///< unix seconds
    std::optional<std::int64_t> data_limit;  ///< bytes; none: unlimited
    std::int64_t used_traffic = 0;
    std::int64_t lifetime_used_traffic = 0;
    std::map<std::int64_t, std::int64_t> usage_by_node = {};  ///< 0: the panel's own core
    ResetStrategy reset_strategy = ResetStrategy::no_reset;
    std::optional<std::int64_t> on_hold_expire_duration;  ///< seconds
    std::optional<TimePoint> on_hold_timeout;
    std::optional<NextPlan> next_plan;
    std::optional<std::string> note;
    std::optional<std::int64_t> admin_id;
    TimePoint created_at{};
    std::optional<TimePoint> edit_at;
    std::optional<TimePoint> online_at;
    std::optional<TimePoint> last_reset;
    int subscription = 1;  ///< which one; revoking makes the next

    bool operator==(const User&) const = default;
};

/// What a PUT says of a user: a field that is absent stays as it is, but for next_plan.
struct UserPatch {
    std::optional<UserStatus> status;
    std::map<Protocol, std::string> proxies;                ///< secrets; empty: no change
    std::map<Protocol, std::vector<std::string>> inbounds;  ///< empty: no change
    std::optional<std::int64_t> expire;                     ///< 0: never
    std::optional<std::int64_t> data_limit;                 ///< 0: unlimited
    std::optional<ResetStrategy> reset_strategy;
    std::optional<std::int64_t> on_hold_expire_duration;
    std::optional<TimePoint> on_hold_timeout;
    std::optional<NextPlan> next_plan;
    std::optional<std::string> note;
};

struct Admin {
    std::int64_t id = 0;
    std::string username;
    std::string password;
    bool is_sudo = false;
    bool from_environment = false;  ///< SUDO_USERNAME: sudo, and never looked up in the database
    std::optional<TimePoint> password_reset_at;
};

std::int64_t unix_seconds(TimePoint time);

}  // namespace fairgate::sim::marzban
