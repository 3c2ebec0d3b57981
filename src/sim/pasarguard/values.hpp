#pragma once

#include "base/clock.hpp"
#include "sim/panel/answer.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The nouns of the simulated panel. Nothing here is shared with the client under test: a mistake
/// made on both sides would hide itself.
namespace fairgate::sim::pasarguard {

/// The releases whose behaviour differs for a client, oldest first.
enum class Release { v4_0, v5_0, v5_1, v5_2 };

/// What GET /api/system says: "5.2.1".
std::string_view version_of(Release release);

/// active, on_hold: the nodes let the user in. The rest they do not.
///
///     active  --expiry passed--> expired      active --quota used--> limited
///     on_hold --first traffic or time-out--> active
///     any --administrator--> disabled --administrator--> what the stored fields say
enum class UserStatus { active, disabled, limited, expired, on_hold };
std::string_view to_text(UserStatus status);
std::optional<UserStatus> parse_status(std::string_view text);

/// What a user gets by itself when the present plan is used up.
struct NextPlan {
    std::optional<std::int64_t> user_template_id;
    std::optional<std::int64_t> data_limit;
    std::optional<std::int64_t> expire;  ///< seconds from its activation
    bool add_remaining_traffic = false;

    bool operator==(const NextPlan&) const = default;
};

enum class ResetStrategy { no_reset, day, week, month, year };
std::string_view to_text(ResetStrategy strategy);

struct User {
    std::int64_t id = 0;
    std::string username;
    UserStatus status = UserStatus::active;
    std::vector<std::int64_t> group_ids;
    std::optional<std::int64_t> data_limit;  ///< bytes; none: unlimited
    std::int64_t used_traffic = 0;
    std::int64_t lifetime_used_traffic = 0;
    ResetStrategy reset_strategy = ResetStrategy::no_reset;
    std::optional<TimePoint> expire;
    std::optional<std::int64_t> on_hold_expire_duration;  ///< seconds
    std::optional<TimePoint> on_hold_timeout;
    std::optional<NextPlan> next_plan;
    std::optional<std::string> note;
    std::optional<std::int64_t> hwid_limit;
    std::optional<std::int64_t> admin_id;
    TimePoint created_at{};
    std::optional<TimePoint> edit_at;
    std::optional<TimePoint> online_at;
    std::optional<TimePoint> last_reset;

    bool operator==(const User&) const = default;
};

/// What a PUT says of a user: a field that is absent (or null) stays as it is, but for the
/// exceptions that apply_patch() has.
struct UserPatch {
    std::optional<UserStatus> status;
    std::optional<std::vector<std::int64_t>> group_ids;
    std::optional<std::int64_t> data_limit;  ///< 0: unlimited
    std::optional<TimePoint> expire;
    bool unlimited_expire = false;
    std::optional<std::int64_t> on_hold_expire_duration;
    std::optional<TimePoint> on_hold_timeout;
    std::optional<NextPlan> next_plan;
    std::optional<std::string> note;
    std::optional<std::int64_t> hwid_limit;
    bool clear_hwid_limit = false;
};

struct Group {
    std::int64_t id = 0;
    std::string name;
    std::vector<std::string> inbound_tags;
    bool is_disabled = false;
};

/// A permission's reach: over nobody's users, one's own, or everyone's.
enum class Scope { none, own, all };

struct Role {
    std::string name;
    bool is_owner = false;
    std::map<std::string, Scope, std::less<>> permissions;  ///< "users.read" -> all
    bool requires_template = false;  ///< PUT on a user is forbidden, the disable switch is not
    bool may_use_next_plan = true;   ///< false: a PUT that has one is forbidden
};

/// May do everything: 1 owner, 2 administrator. May not touch nodes: 3 operator.
Role owner_role();
Role administrator_role();
Role operator_role();

struct Admin {
    std::int64_t id = 0;
    std::string username;
    std::string password;
    Role role;
    bool is_disabled = false;
    bool is_limited = false;  ///< its own data cap is reached: may read, not write
    bool from_environment = false;
    std::optional<TimePoint> password_reset_at;
};

using panel::Answer;
using panel::invalid_field;
using panel::Refusal;

}  // namespace fairgate::sim::pasarguard
