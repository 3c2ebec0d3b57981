#include "sim/pasarguard/panel_state.hpp"

#include "sim/panel/jobs.hpp"
#include "sim/pasarguard/user_rules.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sim::pasarguard {

namespace {

constexpr std::chrono::seconds usage_period{10};
constexpr std::chrono::seconds review_period{30};
constexpr std::chrono::seconds reset_period{600};

bool contains(std::span<const std::int64_t> ids, std::int64_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

PanelState::PanelState(Release release, std::uint64_t seed, TimePoint now)
    : release_(release),
      random_(seed),
      usage_due_(now + usage_period),
      review_due_(now + review_period),
      reset_due_(now + reset_period) {}

void PanelState::upgrade(Release release, TimePoint now) {
    release_ = release;
    restart_all_cores(now);
}

Admin& PanelState::add_admin(std::string username, std::string password, Role role) {
    const auto id = static_cast<std::int64_t>(admins_.size()) + 1;
    Admin& admin = admins_[id];
    admin.id = id;
    admin.username = std::move(username);
    admin.password = std::move(password);
    admin.role = std::move(role);
    return admin;
}

Group& PanelState::add_group(std::string name) {
    Group& group = groups_[++last_group_id_];
    group.id = last_group_id_;
    group.inbound_tags = {"VLESS TCP"};
    group.name = std::move(name);
    return group;
}

Node& PanelState::add_node(std::string name, TimePoint now) {
    const auto id = static_cast<std::int64_t>(nodes_.size()) + 1;
    Node& node = nodes_.try_emplace(id, id, std::move(name), random_(), now).first->second;
    restart_core(node, now);
    return node;
}

User& PanelState::add_user(User user, TimePoint now) {
    if (user.id == 0) {
        user.id = last_user_id_ + 1;
    }
    last_user_id_ = std::max(last_user_id_, user.id);
    if (user.created_at == TimePoint{}) {
        user.created_at = now;
    }
    User& stored = users_[user.id] = std::move(user);
    tell_nodes(stored);
    return stored;
}

User* PanelState::find_user(std::string_view username) {
    for (auto& [id, user] : users_) {
        if (user.username == username) {
            return &user;
        }
    }
    return nullptr;
}

Admin* PanelState::find_admin(std::string_view username) {
    for (auto& [id, admin] : admins_) {
        if (admin.username == username) {
            return &admin;
        }
    }
    return nullptr;
}

Answer<> PanelState::modify(User& user, const UserPatch& patch, TimePoint now) {
    if (patch.group_ids) {
        if (auto known = check_groups(*patch.group_ids); !known) {
            return known;
        }
    }
    if (auto applied = apply_patch(user, patch, release_, now); !applied) {
        return applied;
    }
    tell_nodes(user);
    return {};
}

void PanelState::set_disabled(User& user, TimePoint) {
    switch_disabled(user);
    tell_nodes(user);
}

void PanelState::set_enabled(User& user, TimePoint now) {
    switch_enabled(user, now);
    tell_nodes(user);
}

Answer<std::vector<std::string>> PanelState::bulk_disable(
    std::span<const std::int64_t> ids, TimePoint now
) {
    for (const std::int64_t id : ids) {
        if (!users_.contains(id)) {
            return Refusal{404, "User not found"};
        }
    }
    std::vector<std::string> changed;
    for (const std::int64_t id : ids) {
        User& user = users_[id];
        if (!switch_disabled(user)) {
            continue;
        }
        if (release_ < Release::v5_0) {  // went through PUT, with all that PUT does
            user.next_plan.reset();
            user.edit_at = now;
        }
        tell_nodes(user);
        changed.push_back(user.username);
    }
    return changed;
}

Answer<std::vector<std::string>> PanelState::bulk_enable(
    std::span<const std::int64_t> ids, TimePoint now
) {
    for (const std::int64_t id : ids) {
        if (!users_.contains(id)) {
            return Refusal{404, "User not found"};
        }
    }
    std::vector<std::string> changed;
    for (const std::int64_t id : ids) {
        User& user = users_[id];
        if (user.status != UserStatus::disabled) {
            continue;
        }
        if (release_ < Release::v5_0) {
            user.status = UserStatus::active;
            user.next_plan.reset();
            user.edit_at = now;
        } else {
            switch_enabled(user, now);
        }
        tell_nodes(user);
        changed.push_back(user.username);
    }
    return changed;
}

Answer<std::size_t> PanelState::add_to_groups(
    std::span<const std::int64_t> group_ids, const GroupSelector& selector, TimePoint
) {
    if (auto known = check_groups(group_ids); !known) {
        return known.error();
    }
    const auto users = chosen(selector);
    for (User* user : users) {
        for (const std::int64_t id : group_ids) {
            if (!contains(user->group_ids, id)) {
                user->group_ids.push_back(id);
            }
        }
        tell_nodes(*user);
    }
    return users.size();
}

Answer<std::size_t> PanelState::remove_from_groups(
    std::span<const std::int64_t> group_ids, const GroupSelector& selector, TimePoint
) {
    if (auto known = check_groups(group_ids); !known) {
        return known.error();
    }
    const auto users = chosen(selector);
    for (User* user : users) {
        std::erase_if(user->group_ids, [group_ids](std::int64_t id) {
            return contains(group_ids, id);
        });
        tell_nodes(*user);
    }
    return users.size();
}

void PanelState::reset(User& user, TimePoint now) {
    reset_usage(user, now);
    tell_nodes(user);
}

void PanelState::start_next_plan(User& user, TimePoint now) {
    activate_next_plan(user, now);
    tell_nodes(user);
}

void PanelState::delete_user(std::int64_t id, TimePoint) {
    users_.erase(id);
    pending_traffic_.erase(id);
    for (auto& [node_id, node] : nodes_) {
        node.forget(id);
    }
}

void PanelState::delete_group(std::int64_t id, TimePoint) {
    groups_.erase(id);
    for (auto& [user_id, user] : users_) {
        if (std::erase(user.group_ids, id) > 0) {
            tell_nodes(user);
        }
    }
}

void PanelState::disable_all_of(std::int64_t admin_id, TimePoint now) {
    for (auto& [id, user] : users_) {
        if (user.admin_id == admin_id && may_connect(user)) {
            set_disabled(user, now);
        }
    }
}

void PanelState::activate_all_of(std::int64_t admin_id, TimePoint now) {
    for (auto& [id, user] : users_) {
        if (user.admin_id == admin_id && user.status == UserStatus::disabled) {
            set_enabled(user, now);
        }
    }
}

void PanelState::run_jobs(TimePoint now) {
    panel::run_due(usage_due_, usage_period, now, [this](TimePoint at) { count_traffic(at); });
    panel::run_due(review_due_, review_period, now, [this](TimePoint at) { review_all(at); });
    panel::run_due(reset_due_, reset_period, now, [this](TimePoint at) { reset_all_due(at); });
}

void PanelState::restart_core(Node& node, TimePoint now) {
    node.restart_core(now);
    for (const auto& [id, user] : users_) {
        tell_node(node, user);
    }
    node.write("Xray 26.4.1 (Xray, Penetrates Everything.) started");
}

void PanelState::restart_all_cores(TimePoint now) {
    for (auto& [id, node] : nodes_) {
        restart_core(node, now);
    }
}

std::vector<const User*> PanelState::shuffled_users() {
    std::vector<const User*> result;
    result.reserve(users_.size());
    for (const auto& [id, user] : users_) {
        result.push_back(&user);
    }
    std::shuffle(result.begin(), result.end(), random_);
    return result;
}

bool PanelState::has_inbounds(const User& user) const {
    return std::any_of(user.group_ids.begin(), user.group_ids.end(), [this](std::int64_t id) {
        const auto group = groups_.find(id);
        return group != groups_.end() && !group->second.is_disabled &&
               !group->second.inbound_tags.empty();
    });
}

std::string PanelState::email_of(const User& user) const {
    const std::string id = std::to_string(user.id);
    return release_ >= Release::v5_0 ? id : id + "." + user.username;
}

Answer<> PanelState::check_groups(std::span<const std::int64_t> ids) const {
    for (const std::int64_t id : ids) {
        if (!groups_.contains(id)) {
            return Refusal{404, "Group not found"};
        }
    }
    return {};
}

std::vector<User*> PanelState::chosen(const GroupSelector& selector) {
    const bool everybody =
        selector.users.empty() && selector.admins.empty() && selector.has_group_ids.empty();
    std::vector<User*> result;
    for (auto& [id, user] : users_) {
        const bool by_admin =
            selector.admins.empty() || contains(selector.admins, user.admin_id.value_or(0));
        const bool by_group =
            selector.has_group_ids.empty() ||
            std::any_of(user.group_ids.begin(), user.group_ids.end(), [&](std::int64_t group) {
                return contains(selector.has_group_ids, group);
            });
        const bool filtered = !selector.admins.empty() || !selector.has_group_ids.empty();
        if (everybody || contains(selector.users, id) || (filtered && by_admin && by_group)) {
            result.push_back(&user);
        }
    }
    return result;
}

void PanelState::tell_nodes(const User& user) {
    if (nodes_.empty()) {
        return;
    }
    if (updates_to_lose_ > 0) {
        --updates_to_lose_;
        return;
    }
    for (auto& [id, node] : nodes_) {
        if (node.reachable) {
            tell_node(node, user);
        }
    }
}

void PanelState::tell_node(Node& node, const User& user) const {
    if (may_connect(user) && has_inbounds(user)) {
        node.learn(user.id, email_of(user));
    } else {
        node.forget(user.id);
    }
}

void PanelState::count_traffic(TimePoint now) {
    for (const auto& [id, bytes] : std::exchange(pending_traffic_, {})) {
        const auto user = users_.find(id);
        if (user != users_.end() && bytes > 0) {
            user->second.used_traffic += bytes;
            user->second.lifetime_used_traffic += bytes;
            user->second.online_at = now;
        }
    }
}

void PanelState::review_all(TimePoint now) {
    for (auto& [id, user] : users_) {
        if (review(user, now)) {
            tell_nodes(user);
        }
    }
}

void PanelState::reset_all_due(TimePoint now) {
    for (auto& [id, user] : users_) {
        if (periodic_reset(user, now)) {
            tell_nodes(user);
        }
    }
}

}  // namespace fairgate::sim::pasarguard
