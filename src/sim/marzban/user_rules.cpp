#include "sim/marzban/user_rules.hpp"

#include <algorithm>

namespace fairgate::sim::marzban {

namespace {

bool is_used_up(const User& user) {
    return user.data_limit && user.used_traffic >= *user.data_limit;
}

bool has_expired(const User& user, TimePoint now) {
    return user.expire && *user.expire <= unix_seconds(now);
}

bool serves(const std::vector<Inbound>& inbounds, const Protocol& protocol) {
    return std::any_of(inbounds.begin(), inbounds.end(), [&](const Inbound& inbound) {
        return inbound.protocol == protocol;
    });
}

Answer<> check_hold(const UserPatch& patch) {
    if (patch.status == UserStatus::limited || patch.status == UserStatus::expired) {
        return invalid_field("status", "Input should be 'active', 'disabled' or 'on_hold'");
    }
    if (patch.status == UserStatus::on_hold) {
        if (patch.on_hold_expire_duration.value_or(0) <= 0) {
            return invalid_field(
                "status", "User cannot be on hold without a valid on_hold_expire_duration."
            );
        }
        if (patch.expire.value_or(0) != 0) {
            return invalid_field("status", "User cannot be on hold with specified expire.");
        }
    }
    return {};
}

Answer<> check_inbounds(const UserPatch& patch, const std::vector<Inbound>& inbounds) {
    for (const auto& [protocol, tags] : patch.inbounds) {
        for (const std::string& tag : tags) {
            const bool known =
                std::any_of(inbounds.begin(), inbounds.end(), [&tag](const Inbound& inbound) {
                    return inbound.tag == tag;
                });
            if (!known) {
                return invalid_field("inbounds", "Value error, Inbound " + tag + " doesn't exist");
            }
        }
    }
    for (const auto& [protocol, secret] : patch.proxies) {
        if (!serves(inbounds, protocol)) {
            return Refusal{
                400, boost::json::string("Protocol " + protocol + " is disabled on your server")
            };
        }
    }
    return {};
}

void apply_proxies(User& user, const UserPatch& patch, const std::vector<Inbound>& inbounds) {
    if (!patch.proxies.empty()) {
        std::erase_if(user.proxies, [&patch](const auto& each) {
            return !patch.proxies.contains(each.first);
        });
        for (const auto& [protocol, secret] : patch.proxies) {
            Proxy& proxy = user.proxies[protocol];
            proxy.secret = secret.empty() ? proxy.secret : secret;
        }
    }
    for (const auto& [protocol, tags] : patch.inbounds) {
        const auto proxy = user.proxies.find(protocol);
        if (proxy == user.proxies.end()) {
            continue;
        }
        proxy->second.excluded.clear();
        for (const Inbound& inbound : inbounds) {
            const bool wanted = std::find(tags.begin(), tags.end(), inbound.tag) != tags.end();
            if (inbound.protocol == protocol && !wanted) {
                proxy->second.excluded.insert(inbound.tag);
            }
        }
    }
}

void apply_expire(User& user, std::int64_t expire, TimePoint now) {
    user.expire = expire == 0 ? std::nullopt : std::optional(expire);
    if (user.status == UserStatus::active || user.status == UserStatus::expired) {
        user.status = has_expired(user, now) ? UserStatus::expired : UserStatus::active;
    }
}

void apply_data_limit(User& user, std::int64_t limit) {
    user.data_limit = limit == 0 ? std::nullopt : std::optional(limit);
    if (user.status == UserStatus::expired || user.status == UserStatus::disabled) {
        return;
    }
    if (is_used_up(user)) {
        user.status = UserStatus::limited;
    } else if (user.status != UserStatus::on_hold) {
        user.status = UserStatus::active;
    }
}

void start_after_hold(User& user, TimePoint now) {
    user.status = UserStatus::active;
    user.expire = unix_seconds(now) + user.on_hold_expire_duration.value_or(0);
    user.on_hold_expire_duration.reset();
    user.on_hold_timeout.reset();
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Answer<> apply_patch(
    User& user,
    const UserPatch& patch,
    const std::vector<Inbound>& inbounds,
    Release release,
    TimePoint now
) {
    if (auto checked = check_hold(patch); !checked) {
        return checked;
    }
    if (auto checked = check_inbounds(patch, inbounds); !checked) {
        return checked;
    }
    apply_proxies(user, patch, inbounds);
    if (patch.on_hold_expire_duration) {
        user.on_hold_expire_duration = patch.on_hold_expire_duration;
    }
    if (patch.on_hold_timeout) {
        user.on_hold_timeout = patch.on_hold_timeout;
    }
    if (patch.status) {
        user.status = *patch.status;
    }
    if (patch.expire) {
        apply_expire(user, *patch.expire, now);
    }
    if (patch.data_limit) {
        apply_data_limit(user, *patch.data_limit);
    }
    if (patch.reset_strategy) {
        user.reset_strategy = *patch.reset_strategy;
    }
    if (patch.note) {
        user.note = patch.note;
    }
    if (release >= Release::v0_8) {
        user.next_plan = patch.next_plan;
    }
    user.edit_at = now;
    return {};
}

void reset_usage(User& user, TimePoint now) {
    user.used_traffic = 0;
    user.usage_by_node.clear();
    user.next_plan.reset();
    user.last_reset = now;
    if (user.status != UserStatus::expired) {
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
    user.expire = plan.expire;
    user.status = UserStatus::active;
    reset_usage(user, now);
}

bool review(User& user, TimePoint now) {
    if (user.status == UserStatus::on_hold) {
        const bool used =
            user.online_at && *user.online_at >= user.edit_at.value_or(user.created_at);
        if (!used && !(user.on_hold_timeout && *user.on_hold_timeout <= now)) {
            return false;
        }
        start_after_hold(user, now);
        return true;
    }
    const bool expired = has_expired(user, now);
    const bool limited = is_used_up(user);
    if (user.status != UserStatus::active || (!expired && !limited)) {
        return false;
    }
    if (user.next_plan && (user.next_plan->fire_on_either || (expired && limited))) {
        activate_next_plan(user, now);
    } else {
        user.status = limited ? UserStatus::limited : UserStatus::expired;
    }
    return true;
}

bool periodic_reset(User& user, TimePoint now) {
    const bool counts = user.status == UserStatus::active || user.status == UserStatus::limited;
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
    const auto since = now - user.last_reset.value_or(user.created_at);
    if (!counts || since < std::chrono::days(days)) {
        return false;
    }
    reset_usage(user, now);
    return true;
}

bool may_connect(const User& user) {
    return user.status == UserStatus::active || user.status == UserStatus::on_hold;
}

std::vector<std::string> tags_of(const User& user, const std::vector<Inbound>& inbounds) {
    std::vector<std::string> tags;
    for (const Inbound& inbound : inbounds) {
        const auto proxy = user.proxies.find(inbound.protocol);
        if (proxy != user.proxies.end() && !proxy->second.excluded.contains(inbound.tag)) {
            tags.push_back(inbound.tag);
        }
    }
    return tags;
}

bool is_username(std::string_view name) {
    constexpr std::string_view others = "-@.";
    const auto word = std::find_if_not(name.begin(), name.end(), is_word) - name.begin();
    return word >= 3 && word <= 32 && std::all_of(name.begin(), name.end(), [&](char c) {
               return is_word(c) || others.find(c) != std::string_view::npos;
           });
}

}  // namespace fairgate::sim::marzban
