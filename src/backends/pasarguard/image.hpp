#pragma once

#include "backends/panel/standing.hpp"
#include "backends/pasarguard/wire.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The state of a user as measures keep it, and what follows from comparing three of them: before
/// we acted, as we left it, and now. Pure.
namespace fairgate::backends::pasarguard {

struct UserImage {
    std::int64_t id = 0;  ///< tells the user from a later one of the same name; 0: not known, of a
                          ///< measure taken over from another tool, which kept the name only
    std::string username;
    std::string status;  ///< empty, as above: what the panel makes of it when it is enabled
    std::vector<std::int64_t> group_ids;  ///< sorted
    std::optional<std::int64_t> on_hold_expire_duration;
    json::Value expire;
    json::Value next_plan;
    bool revoked = false;  ///< only in "after": we have had its subscription made anew

    bool operator==(const UserImage&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    UserImage,
    (),
    (id, username, status, group_ids, on_hold_expire_duration, expire, next_plan, revoked)
)

UserImage image_of(const PanelUser& user);
/// FG-PG-023; `which` is "before" or "after".
Result<UserImage> parse_image(std::string_view text, std::string_view which);

/// RFC 3339 with a zone: panels before 5.2 write none and mean UTC.
json::Value with_zone(const json::Value& time);

using panel::Standing;
using panel::status_standing;
/// A move that was broken off (in the restricted group, not yet out of the others) is as_after.
Standing groups_standing(const UserImage& before, const UserImage& after, const UserImage& now);

/// The panel makes a user on_hold again, whom an administrator had made active, when it is enabled:
/// the duration of its hold cannot be deleted. Its next review would then overwrite `expire`.
/// True for a user in that state through our own doing.
bool fell_back_on_hold(const UserImage& before, const UserImage& now);
/// The same, a review later: what it had paid for is gone, and only a person can tell what it was.
bool lost_its_expiry(const UserImage& before, const UserImage& now);

/// What brings a moved user back to its former groups.
struct GroupReturn {
    enum class Kind { nothing, restore, conflict };
    Kind kind = Kind::nothing;
    std::vector<std::int64_t> add;
    std::vector<std::int64_t> remove;
    std::vector<std::int64_t> deleted;  ///< former groups that exist no more
    std::vector<std::int64_t> result;   ///< the groups afterwards
    std::string text;
};
/// Groups that someone added meanwhile stay. One who was taken out of the restricted group by
/// someone else is left alone.
GroupReturn plan_return(
    const UserImage& before,
    const UserImage& after,
    const UserImage& now,
    const std::vector<std::int64_t>& existing
);

}  // namespace fairgate::backends::pasarguard
