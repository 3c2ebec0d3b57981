#pragma once

#include "backends/marzban/wire.hpp"
#include "backends/panel/standing.hpp"
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
namespace fairgate::backends::marzban {

struct UserImage {
    std::string username;
    std::string created_at;  ///< tells the user from a later one of the same name; empty: not
                             ///< known, of a measure taken over from another tool
    std::string status;      ///< empty, as above: what the user's own fields say it should be
    InboundMap inbounds;     ///< tags sorted
    std::int64_t used_traffic = 0;
    std::optional<std::int64_t> on_hold_expire_duration;
    std::optional<std::int64_t> expire;
    json::Value next_plan;
    bool revoked = false;  ///< only in "after": we have had its subscription made anew

    bool operator==(const UserImage&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    UserImage,
    (),
    (username,
     created_at,
     status,
     inbounds,
     used_traffic,
     on_hold_expire_duration,
     expire,
     next_plan,
     revoked)
)

UserImage image_of(const PanelUser& user);
/// FG-MZB-023; `which` is "before" or "after".
Result<UserImage> parse_image(std::string_view text, std::string_view which);

/// Whether the user may connect in this status.
bool lets_in(std::string_view status);
/// limited or expired: it cannot connect, and enabling it would revive it for a moment.
bool is_used_up(std::string_view status);

using panel::Standing;
using panel::status_standing;
/// Tags that neither image knows (an inbound made meanwhile, which the panel gives to everybody) do
/// not count.
Standing inbounds_standing(const UserImage& before, const UserImage& after, const UserImage& now);

/// A reset of its usage makes the panel activate a disabled user, whoever it was that disabled it
/// (Marzban v0.8.4 app/db/crud.py reset_user_data_usage, every version since 0.4.9); a renewal does
/// the same to one that was used up. Neither is somebody's will to release it. True for an active
/// user whose usage went down, whose next plan went, or who had been used up when we came.
bool was_renewed(const UserImage& before, const UserImage& after, const UserImage& now);

/// For each protocol of the user, what of `restricted` there is of it in the panel.
InboundMap restricted_map(
    const InboundMap& of_user,
    const InboundMap& existing,
    const std::vector<std::string>& restricted
);

/// What brings a user back to its former inbounds.
struct InboundReturn {
    enum class Kind { nothing, restore, conflict };
    Kind kind = Kind::nothing;
    InboundMap inbounds;               ///< of the protocols to be changed, what they have then
    std::vector<std::string> deleted;  ///< former tags that exist no more: never sent
    std::string text;
};
/// Protocol by protocol: what someone added meanwhile stays; where someone took the restricted tag
/// away, nothing is touched and it is told.
InboundReturn plan_return(
    const UserImage& before,
    const UserImage& after,
    const UserImage& now,
    const InboundMap& existing
);

std::string list_text(const InboundMap& inbounds);

}  // namespace fairgate::backends::marzban
