#include "sim/pasarguard/user_rules.hpp"

namespace fairgate::sim::pasarguard {

namespace {

bool is_used_up(const User& user) {
    return user.data_limit && user.used_traffic >= *user.data_limit;
}

bool has_expired(const User& user, TimePoint now) { return user.expire && *user.expire <= now; }

bool waits_for_first_use(const User& user) {
    return user.on_hold_expire_duration && *user.on_hold_expire_duration > 0;
}

Answer<> check(const UserPatch& patch) {
    if (patch.status == UserStatus::limited || patch.status == UserStatus::expired) {
        return invalid_field("status", "Input should be 'active', 'disabled' or 'on_hold'");
    }
    if (patch.status == UserStatus::on_hold) {
        if (patch.on_hold_expire_duration.value_or(0) <= 0) {
            return invalid_field("status", "User cannot be on hold without a valid duration.");
        }
        if (patch.expire) {
            return invalid_field("status", "User cannot be on hold with specified expire.");
        }
    }
    if (patch.data_limit.value_or(0) < 0) {
        return invalid_field("data_limit", "Input should be greater than or equal to 0");
    }
    return {};
}

void apply_status(User& user, UserStatus wanted, Release release, TimePoint now) {
    const bool resolves = release >= Release::v5_1;
    if (wanted == UserStatus::active && user.status == UserStatus::disabled && resolves) {
        user.status = resolved_status(user, now);
        return;
    }
    user.status = wanted;
    if (wanted == UserStatus::on_hold) {
        user.expire.reset();
    }
}

void apply_expire(User& user, const UserPatch& patch, TimePoint now) {
    if (patch.unlimited_expire) {
        user.expire.reset();
    } else if (patch.expire) {
        user.expire = patch.expire;
    } else {
        return;
    }
    if (user.status == UserStatus::active || user.status == UserStatus::expired) {
        user.status = has_expired(user, now) ? UserStatus::expired : UserStatus::active;
    }
}

void apply_data_limit(User& user, std::int64_t limit) {
    user.data_limit = limit == 0 ? std::nullopt : std::optional(limit);
    if (user.status == UserStatus::active || user.status == UserStatus::limited) {
        user.status = is_used_up(user) ? UserStatus::limited : UserStatus::active;
    }
}

}  // namespace

UserStatus resolved_status(const User& user, TimePoint now) {
    if (has_expired(user, now)) {
        return UserStatus::expired;
    }
    if (is_used_up(user)) {
        return UserStatus::limited;
    }
    return waits_for_first_use(user) ? UserStatus::on_hold : UserStatus::active;
}

Answer<> apply_patch(User& user, const UserPatch& patch, Release release, TimePoint now) {
    if (auto checked = check(patch); !checked) {
        return checked;
    }
    if (patch.on_hold_expire_duration) {
        user.on_hold_expire_duration = patch.on_hold_expire_duration;
    }
    if (patch.on_hold_timeout) {
        user.on_hold_timeout = patch.on_hold_timeout;
    }
    if (patch.status) {
        apply_status(user, *patch.status, release, now);
    }
    apply_expire(user, patch, now);
    if (patch.data_limit) {
        apply_data_limit(user, *patch.data_limit);
    }
    if (patch.group_ids && (!patch.group_ids->empty() || release >= Release::v5_2)) {
        user.group_ids = *patch.group_ids;
    }
    if (patch.note) {
        user.note = patch.note;
    }
    if (patch.hwid_limit || patch.clear_hwid_limit) {
        user.hwid_limit = patch.hwid_limit;
    }
    user.next_plan = patch.next_plan;
    user.edit_at = now;
    return {};
}

bool switch_disabled(User& user) {
    const bool changes = user.status != UserStatus::disabled;
    user.status = UserStatus::disabled;
    return changes;
}

bool switch_enabled(User& user, TimePoint now) {
    if (user.status != UserStatus::disabled) {
        return false;
    }
    user.status = resolved_status(user, now);
    return true;
}

void reset_usage(User& user, TimePoint now) {
    user.used_traffic = 0;
    user.next_plan.reset();
    user.last_reset = now;
    if (user.status == UserStatus::limited) {
        user.status = UserStatus::active;
    }
}

void activate_next_plan(User& user, TimePoint now) {
    if (!user.next_plan) {
        return;
    }
    const NextPlan plan = *user.next_plan;
    const std::int64_t remaining =
        user.data_limit ? std::max<std::int64_t>(0, *user.data_limit - user.used_traffic) : 0;
    user.data_limit = plan.data_limit;
    if (user.data_limit && plan.add_remaining_traffic) {
        *user.data_limit += remaining;
    }
    user.expire.reset();
    if (plan.expire) {
        user.expire = now + std::chrono::seconds(*plan.expire);
    }
    user.used_traffic = 0;
    user.last_reset = now;
    user.status = UserStatus::active;
    user.next_plan.reset();
}

bool review(User& user, TimePoint now) {
    if (user.status == UserStatus::on_hold) {
        const TimePoint since = user.edit_at.value_or(user.created_at);
        const bool used = user.online_at && *user.online_at >= since;
        const bool overdue = user.on_hold_timeout && *user.on_hold_timeout <= now;
        if (!used && !overdue) {
            return false;
        }
        user.status = UserStatus::active;
        user.expire = now + std::chrono::seconds(user.on_hold_expire_duration.value_or(0));
        user.on_hold_expire_duration.reset();
        user.on_hold_timeout.reset();
        return true;
    }
    if (user.status != UserStatus::active) {
        return false;
    }
    const UserStatus before = user.status;
    if (has_expired(user, now)) {
        user.status = UserStatus::expired;
    } else if (is_used_up(user)) {
        user.status = UserStatus::limited;
    }
    if (user.status == before) {
        return false;
    }
    activate_next_plan(user, now);
    return true;
}

bool periodic_reset(User& user, TimePoint now) {
    if (user.status != UserStatus::active && user.status != UserStatus::limited) {
        return false;
    }
    int days = 0;
    switch (user.reset_strategy) {
        case ResetStrategy::no_reset:
            return false;
        case ResetStrategy::day:
            days = 1;
            break;
        case ResetStrategy::week:
            days = 7;
            break;
        case ResetStrategy::month:
            days = 30;
            break;
        case ResetStrategy::year:
            days = 365;
            break;
    }
    if (now - user.last_reset.value_or(user.created_at) < std::chrono::days(days)) {
        return false;
    }
    user.used_traffic = 0;
    user.last_reset = now;
    if (user.status == UserStatus::limited) {
        user.status = UserStatus::active;
    }
    return true;
}

bool may_connect(const User& user) {
    return user.status == UserStatus::active || user.status == UserStatus::on_hold;
}

}  // namespace fairgate::sim::pasarguard
