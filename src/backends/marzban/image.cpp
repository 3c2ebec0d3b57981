#include "backends/marzban/image.hpp"

#include <algorithm>
#include <iterator>

namespace fairgate::backends::marzban {

namespace {

using Tags = std::vector<std::string>;

Tags sorted(Tags tags) {
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return tags;
}

InboundMap sorted(InboundMap map) {
    for (auto& [protocol, tags] : map) {
        tags = sorted(std::move(tags));
    }
    return map;
}

Tags of(const InboundMap& map, const std::string& protocol) {
    const auto found = map.find(protocol);
    return found == map.end() ? Tags() : sorted(found->second);
}

Tags without(const Tags& from, const Tags& what) {
    Tags result;
    std::set_difference(
        from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(result)
    );
    return result;
}

Tags both(const Tags& one, const Tags& other) {
    Tags result;
    std::set_intersection(
        one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result)
    );
    return result;
}

Tags joined(const Tags& one, const Tags& other) {
    Tags result;
    std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(result));
    return result;
}

std::string joined_text(const Tags& tags) {
    std::string text;
    for (const std::string& tag : tags) {
        text += (text.empty() ? "" : ", ") + tag;
    }
    return text;
}

}  // namespace

UserImage image_of(const PanelUser& user) {
    UserImage image;
    image.username = user.username;
    image.created_at = user.created_at;
    image.status = user.status;
    image.inbounds = sorted(user.inbounds);
    image.used_traffic = user.used_traffic;
    image.on_hold_expire_duration = user.on_hold_expire_duration;
    image.expire = user.expire;
    image.next_plan = user.next_plan;
    return image;
}

Result<UserImage> parse_image(std::string_view text, std::string_view which) {
    auto image = json::read<UserImage>(text, json::Unknown::ignore);
    if (!image) {
        return panel::bad_image(product, which, image.error());
    }
    if (image->username.empty()) {
        Error why;
        why.what = "no username";
        return panel::bad_image(product, which, why);
    }
    image->inbounds = sorted(std::move(image->inbounds));
    return image;
}

bool lets_in(std::string_view status) { return status == "active" || status == "on_hold"; }

bool is_used_up(std::string_view status) { return status == "limited" || status == "expired"; }

Standing inbounds_standing(const UserImage& before, const UserImage& after, const UserImage& now) {
    bool as_before = true;
    bool as_after = true;
    for (const auto& [protocol, tags] : before.inbounds) {
        const Tags was = of(before.inbounds, protocol);
        const Tags left = of(after.inbounds, protocol);
        const Tags is = both(of(now.inbounds, protocol), joined(was, left));
        as_before = as_before && is == was;
        as_after = as_after && is == left;
    }
    return as_before ? Standing::as_before : as_after ? Standing::as_after : Standing::otherwise;
}

bool was_renewed(const UserImage& before, const UserImage& after, const UserImage& now) {
    if (!lets_in(now.status)) {
        return false;
    }
    const bool plan_went = !after.next_plan.is_null() && now.next_plan.is_null();
    const bool usage_went = now.used_traffic < after.used_traffic;
    return is_used_up(before.status) || (now.status == "active" && (usage_went || plan_went));
}

InboundMap restricted_map(
    const InboundMap& of_user,
    const InboundMap& existing,
    const std::vector<std::string>& restricted
) {
    InboundMap result;
    for (const auto& [protocol, tags] : of_user) {
        result[protocol] = both(of(existing, protocol), sorted(restricted));
    }
    return result;
}

InboundReturn plan_return(
    const UserImage& before,
    const UserImage& after,
    const UserImage& now,
    const InboundMap& existing
) {
    InboundReturn plan;
    bool conflict = false;
    bool had_any = false;
    bool has_any = false;
    for (const auto& [protocol, tags] : before.inbounds) {
        if (!now.inbounds.contains(protocol)) {
            continue;  // someone took the protocol itself away
        }
        const Tags there = of(existing, protocol);
        const Tags was = of(before.inbounds, protocol);
        const Tags left = both(of(after.inbounds, protocol), there);
        const Tags is = of(now.inbounds, protocol);
        const Tags gone = without(was, there);
        plan.deleted.insert(plan.deleted.end(), gone.begin(), gone.end());
        const Tags given = without(left, was);
        const Tags wanted = both(without(joined(is, was), given), there);
        had_any = had_any || !was.empty();
        has_any = has_any || !wanted.empty();
        if (wanted == is) {
            continue;
        }
        if (!without(given, is).empty()) {
            conflict = true;
            continue;
        }
        plan.inbounds[protocol] = wanted;
    }
    const std::string now_text = list_text(now.inbounds);
    if (conflict) {
        plan.kind = InboundReturn::Kind::conflict;
        plan.text = "someone took it out of the restricted inbounds; it has now " + now_text +
                    ", it had " + list_text(before.inbounds);
    } else if (plan.inbounds.empty()) {
        plan.text = "it has " + now_text + " already";
    } else if (had_any && !has_any) {
        plan.kind = InboundReturn::Kind::conflict;
        plan.inbounds.clear();
        plan.text = "all its former inbounds were deleted: " + joined_text(plan.deleted);
    } else {
        plan.kind = InboundReturn::Kind::restore;
        plan.text = "inbounds " + list_text(plan.inbounds);
        if (!plan.deleted.empty()) {
            plan.text += "; deleted meanwhile: " + joined_text(plan.deleted);
        }
    }
    return plan;
}

std::string list_text(const InboundMap& inbounds) {
    std::string text;
    for (const auto& [protocol, tags] : inbounds) {
        text += (text.empty() ? "" : "; ") + protocol + ": " +
                (tags.empty() ? "none" : joined_text(tags));
    }
    return text.empty() ? "none" : text;
}

}  // namespace fairgate::backends::marzban
