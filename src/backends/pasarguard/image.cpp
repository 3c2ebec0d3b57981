#include "backends/pasarguard/image.hpp"

#include "backends/pasarguard/errors.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <iterator>

namespace fairgate::backends::pasarguard {

namespace {

using Ids = std::vector<std::int64_t>;

Ids sorted(Ids ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Ids without(const Ids& from, const Ids& what) {
    Ids result;
    std::set_difference(
        from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(result)
    );
    return result;
}

Ids both(const Ids& one, const Ids& other) {
    Ids result;
    std::set_intersection(
        one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result)
    );
    return result;
}

Ids joined(const Ids& one, const Ids& other) {
    Ids result;
    std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
    return result;
}

bool includes(const Ids& all, const Ids& some) { return without(some, all).empty(); }

std::string list_text(const Ids& ids) {
    std::string text;
    for (const std::int64_t id : ids) {
        text += (text.empty() ? "" : ", ") + std::to_string(id);
    }
    return text.empty() ? "none" : text;
}

bool same_time(const json::Value& one, const json::Value& other) {
    return with_zone(one) == with_zone(other);
}

}  // namespace

UserImage image_of(const PanelUser& user) {
    UserImage image;
    image.id = user.id;
    image.username = user.username;
    image.status = user.status;
    image.group_ids = sorted(user.groups());
    image.on_hold_expire_duration = user.on_hold_expire_duration;
    image.expire = with_zone(user.expire);
    image.next_plan = user.next_plan;
    return image;
}

Result<UserImage> parse_image(std::string_view text, std::string_view which) {
    auto image = json::read<UserImage>(text, json::Unknown::ignore);
    if (!image) {
        return bad_image(which, image.error());
    }
    if (image->id == 0 && image->username.empty()) {
        Error why;
        why.what = "no id";
        return bad_image(which, why);
    }
    image->group_ids = sorted(std::move(image->group_ids));
    return image;
}

json::Value with_zone(const json::Value& time) {
    const auto* text = time.if_string();
    const auto parsed =
        text == nullptr ? Result<TimePoint>(Error{}) : parse_rfc3339(std::string_view(*text));
    return parsed ? json::Value(to_rfc3339(*parsed)) : time;
}

Standing groups_standing(const UserImage& before, const UserImage& after, const UserImage& now) {
    if (now.group_ids == before.group_ids) {
        return Standing::as_before;
    }
    const Ids taken = without(before.group_ids, after.group_ids);
    const Ids on_the_way = without(now.group_ids, taken);
    return on_the_way == after.group_ids ? Standing::as_after : Standing::otherwise;
}

bool fell_back_on_hold(const UserImage& before, const UserImage& now) {
    return before.status == "active" && before.on_hold_expire_duration.value_or(0) > 0 &&
           now.status == "on_hold" &&
           now.on_hold_expire_duration == before.on_hold_expire_duration &&
           same_time(now.expire, before.expire);
}

bool lost_its_expiry(const UserImage& before, const UserImage& now) {
    return before.status == "active" && before.on_hold_expire_duration.value_or(0) > 0 &&
           now.status == "active" && !now.on_hold_expire_duration &&
           !same_time(now.expire, before.expire);
}

GroupReturn plan_return(
    const UserImage& before, const UserImage& after, const UserImage& now, const Ids& existing_ids
) {
    const Ids existing = sorted(existing_ids);
    const Ids given = both(without(after.group_ids, before.group_ids), existing);
    const Ids taken = without(before.group_ids, after.group_ids);
    GroupReturn plan;
    plan.deleted = without(taken, existing);
    plan.add = without(both(taken, existing), now.group_ids);
    plan.remove = both(given, now.group_ids);
    plan.result = without(joined(now.group_ids, plan.add), plan.remove);
    if (plan.add.empty() && plan.remove.empty()) {
        plan.text = "its groups are " + list_text(now.group_ids) + " already";
        return plan;
    }
    if (!includes(now.group_ids, given)) {
        plan.kind = GroupReturn::Kind::conflict;
        plan.text = "someone took it out of the restricted group; its groups are now " +
                    list_text(now.group_ids) + ", they were " + list_text(before.group_ids);
        return plan;
    }
    if (plan.result.empty() && !before.group_ids.empty()) {
        plan.kind = GroupReturn::Kind::conflict;
        plan.text = "all its former groups were deleted: " + list_text(plan.deleted);
        return plan;
    }
    plan.kind = GroupReturn::Kind::restore;
    plan.text = "groups " + list_text(plan.result);
    if (!plan.deleted.empty()) {
        plan.text += "; deleted meanwhile: " + list_text(plan.deleted);
    }
    return plan;
}

}  // namespace fairgate::backends::pasarguard
