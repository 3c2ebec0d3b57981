#include "sim/marzban/panel_state.hpp"

#include "http/message.hpp"
#include "sim/marzban/user_rules.hpp"
#include "sim/panel/jobs.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::sim::marzban {

namespace {

constexpr std::chrono::seconds usage_period{10};
constexpr std::chrono::seconds review_period{10};
constexpr std::chrono::hours reset_period{1};

}  // namespace

PanelState::PanelState(Release release, std::uint64_t seed, TimePoint now)
    : release_(release),
      random_(seed),
      inbounds_{{"VLESS TCP", "vless", "tcp", 443}, {"VMess WS", "vmess", "ws", 8443}},
      core_(0, "Master", now),
      usage_due_(now + usage_period),
      review_due_(now + review_period),
      reset_due_(now + reset_period) {}

void PanelState::upgrade(Release release, TimePoint now) {
    release_ = release;
    restart_all_cores(now);
}

Admin& PanelState::add_admin(std::string username, std::string password) {
    const auto id = static_cast<std::int64_t>(admins_.size()) + 1;
    Admin& admin = admins_[id];
    admin.id = id;
    admin.username = std::move(username);
    admin.password = std::move(password);
    return admin;
}

Admin& PanelState::add_sudo(std::string username, std::string password) {
    Admin& admin = add_admin(std::move(username), std::move(password));
    admin.is_sudo = true;
    return admin;
}

Admin& PanelState::add_environment_admin(std::string username, std::string password) {
    Admin& admin = add_sudo(std::move(username), std::move(password));
    admin.from_environment = true;
    return admin;
}

Core& PanelState::add_node(std::string name, TimePoint now) {
    const std::int64_t id = ++last_node_id_;
    Core& node = nodes_.try_emplace(id, id, std::move(name), now).first->second;
    restart_core(node, now);
    return node;
}

std::string PanelState::new_secret() {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 32; ++i) {
        text += hex[random_() % hex.size()];
    }
    return text;
}

User& PanelState::add_user(User user, TimePoint now) {
    user.id = ++last_user_id_;
    user.created_at = user.created_at == TimePoint{} ? now : user.created_at;
    for (auto& [protocol, proxy] : user.proxies) {
        proxy.secret = proxy.secret.empty() ? new_secret() : proxy.secret;
    }
    User& stored = users_[user.id] = std::move(user);
    tell(core_, stored, now);
    for (auto& [id, node] : nodes_) {
        tell(node, stored, now);
    }
    run_jobs(now);
    return stored;
}

User* PanelState::find_user(std::string_view username) {
    for (auto& [id, user] : users_) {
        if (http::same_name(user.username, username)) {
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
    if (auto applied = apply_patch(user, patch, inbounds_, release_, now); !applied) {
        return applied;
    }
    for (auto& [protocol, proxy] : user.proxies) {
        proxy.secret = proxy.secret.empty() ? new_secret() : proxy.secret;
    }
    tell_cores(user, now);
    return {};
}

void PanelState::reset(User& user, TimePoint now) {
    reset_usage(user, now);
    tell_cores(user, now);
}

void PanelState::start_next_plan(User& user, TimePoint now) {
    activate_next_plan(user, now);
    tell_cores(user, now);
}

void PanelState::revoke_subscription(User& user, TimePoint now) {
    ++user.subscription;
    for (auto& [protocol, proxy] : user.proxies) {
        proxy.secret = new_secret();
    }
    tell_cores(user, now);
}

void PanelState::delete_user(std::int64_t id, TimePoint now) {
    const auto user = users_.find(id);
    if (user != users_.end()) {
        forget(user->second, now);
        users_.erase(user);
    }
}

void PanelState::reset_all(TimePoint now) {
    for (auto& [id, user] : users_) {
        reset_usage(user, now);
    }
    restart_all_cores(now);
}

void PanelState::disable_all_of(std::int64_t admin_id, TimePoint now) {
    for (auto& [id, user] : users_) {
        if (user.admin_id == admin_id && may_connect(user)) {
            user.status = UserStatus::disabled;
        }
    }
    restart_all_cores(now);
}

void PanelState::activate_all_of(std::int64_t admin_id, TimePoint now) {
    for (auto& [id, user] : users_) {
        if (user.admin_id == admin_id && user.status == UserStatus::disabled) {
            user.status = UserStatus::active;
        }
    }
    restart_all_cores(now);
}

void PanelState::restart_core(Core& core, TimePoint now) {
    core.restart();
    for (const auto& [id, user] : users_) {
        tell(core, user, now);
    }
    core.settle(now);
    core.write("Xray " + std::string(panel::version_of(core.xray)) + " started");
}

void PanelState::restart_all_cores(TimePoint now) {
    restart_core(core_, now);
    for (auto& [id, node] : nodes_) {
        restart_core(node, now);
    }
}

void PanelState::reconnect_node(Core& node, TimePoint now) {
    node.replace();
    node.status = NodeStatus::connected;
    restart_core(node, now);
}

void PanelState::run_jobs(TimePoint now) {
    panel::run_due(usage_due_, usage_period, now, [this](TimePoint at) { count_traffic(at); });
    panel::run_due(review_due_, review_period, now, [this](TimePoint at) { review_all(at); });
    panel::run_due(reset_due_, reset_period, now, [this](TimePoint at) { reset_all_due(at); });
    core_.settle(now);
    for (auto& [id, node] : nodes_) {
        node.settle(now);
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

std::string PanelState::email_of(const User& user) const {
    return std::to_string(user.id) + "." + user.username;
}

void PanelState::tell(Core& core, const User& user, TimePoint arrives) const {
    std::optional<Known> known;
    if (may_connect(user)) {
        known = Known{email_of(user), tags_of(user, inbounds_)};
    }
    core.tell(user.id, std::move(known), arrives);
}

void PanelState::tell_cores(const User& user, TimePoint now) {
    if (updates_to_lose_ > 0) {
        --updates_to_lose_;
        return;
    }
    tell(core_, user, now + update_delay);
    for (auto& [id, node] : nodes_) {
        if (node.status == NodeStatus::connected) {
            tell(node, user, now + update_delay);
        }
    }
}

void PanelState::forget(const User& user, TimePoint now) {
    User gone = user;
    gone.status = UserStatus::disabled;
    tell_cores(gone, now);
}

void PanelState::count_traffic(TimePoint now) {
    for (const auto& [key, bytes] : std::exchange(pending_traffic_, {})) {
        const auto user = users_.find(key.first);
        if (user != users_.end() && bytes > 0) {
            user->second.used_traffic += bytes;
            user->second.lifetime_used_traffic += bytes;
            user->second.usage_by_node[key.second] += bytes;
            user->second.online_at = now;
        }
    }
}

void PanelState::review_all(TimePoint now) {
    for (auto& [id, user] : users_) {
        if (review(user, now)) {
            tell_cores(user, now);
        }
    }
}

void PanelState::reset_all_due(TimePoint now) {
    for (auto& [id, user] : users_) {
        if (periodic_reset(user, now)) {
            tell_cores(user, now);
        }
    }
}

}  // namespace fairgate::sim::marzban
