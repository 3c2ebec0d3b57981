#pragma once

#include "sim/marzban/panel.hpp"
#include "sim/pasarguard/panel.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

/// What an operator does differs by panel; the rest of lab_panel does not.
namespace fairgate::lab {

namespace marzban = fairgate::sim::marzban;
namespace pasarguard = fairgate::sim::pasarguard;

/// The panel's server-sent events leave it one by one.
inline void as_it_is_sent(pasarguard::PanelSettings& settings) { settings.most_events = 1; }
inline void as_it_is_sent(marzban::PanelSettings&) {}

inline void prepare(pasarguard::PanelState& state) {
    state.add_admin("fairgate", "lab-password", pasarguard::owner_role());
    state.add_group("main");
    state.add_group("restricted");
}

inline void prepare(marzban::PanelState& state) {
    state.add_environment_admin("fairgate", "lab-password");
}

inline void add_admin(
    pasarguard::PanelState& state, const std::string& name, const std::string& password
) {
    state.add_admin(name, password, pasarguard::operator_role());
}

inline void add_admin(
    marzban::PanelState& state, const std::string& name, const std::string& password
) {
    state.add_admin(name, password);
}

inline pasarguard::User new_user(const pasarguard::PanelState&, const std::string& name) {
    pasarguard::User user;
    user.username = name;
    user.group_ids = {1};
    return user;
}

inline marzban::User new_user(const marzban::PanelState&, const std::string& name) {
    marzban::User user;
    user.username = name;
    user.used_traffic = 1'000'000;
    return user;
}

inline void enable(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.set_enabled(user, now);
}

inline void disable(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.set_disabled(user, now);
}

inline void set_status(
    marzban::PanelState& state, marzban::User& user, marzban::UserStatus status, TimePoint now
) {
    marzban::UserPatch patch;
    patch.status = status;
    patch.next_plan = user.next_plan;
    state.modify(user, patch, now).value();
}

inline void enable(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    set_status(state, user, marzban::UserStatus::active, now);
}

inline void disable(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    set_status(state, user, marzban::UserStatus::disabled, now);
}

template <class Cores>
auto* named(Cores& cores, const std::string& name) {
    const auto found = std::find_if(cores.begin(), cores.end(), [&](const auto& each) {
        return each.second.name == name;
    });
    return found == cores.end() ? nullptr : &found->second;
}

inline void move(pasarguard::User& user) { user.group_ids = {2}; }
inline void move(marzban::User&) {}

inline std::string groups_of(const pasarguard::User& user) {
    std::string text;
    for (const std::int64_t group : user.group_ids) {
        text += (text.empty() ? "" : ",") + std::to_string(group);
    }
    return text;
}

inline std::string groups_of(const marzban::User&) { return "-"; }

inline pasarguard::Node* core_named(pasarguard::PanelState& state, const std::string& name) {
    return named(state.nodes(), name);
}

inline marzban::Core* core_named(marzban::PanelState& state, const std::string& name) {
    return name == "Master" ? &state.core() : named(state.nodes(), name);
}

inline void renew(pasarguard::PanelState& state, pasarguard::User& user, TimePoint now) {
    state.reset(user, now);
    state.set_enabled(user, now);
}

inline void renew(marzban::PanelState& state, marzban::User& user, TimePoint now) {
    state.reset(user, now);
}

constexpr auto oldest(const pasarguard::PanelSettings&) { return pasarguard::Release::v4_0; }
constexpr auto oldest(const marzban::PanelSettings&) { return marzban::Release::v0_6; }
inline pasarguard::UserStatus status_of(const pasarguard::PanelState&, const std::string& text) {
    return pasarguard::parse_status(text).value();
}

inline marzban::UserStatus status_of(const marzban::PanelState&, const std::string& text) {
    return marzban::parse_status(text).value();
}

constexpr auto newest(const pasarguard::PanelState&) { return pasarguard::Release::v5_2; }
constexpr auto newest(const marzban::PanelState&) { return marzban::Release::v0_8; }

}  // namespace fairgate::lab
