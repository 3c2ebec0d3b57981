#include "sim/pasarguard/values.hpp"

#include <array>

namespace fairgate::sim::pasarguard {

std::string_view version_of(Release release) {
    switch (release) {
        case Release::v4_0:
            return "4.0.2";
        case Release::v5_0:
            return "5.0.3";
        case Release::v5_1:
            return "5.1.0";
        case Release::v5_2:
            return "5.2.1";
    }
    return "";
}

namespace {

constexpr std::array statuses{
    UserStatus::active,
    UserStatus::disabled,
    UserStatus::limited,
    UserStatus::expired,
    UserStatus::on_hold,
};

}  // namespace

std::string_view to_text(UserStatus status) {
    switch (status) {
        case UserStatus::active:
            return "active";
        case UserStatus::disabled:
            return "disabled";
        case UserStatus::limited:
            return "limited";
        case UserStatus::expired:
            return "expired";
        case UserStatus::on_hold:
            return "on_hold";
    }
    return "";
}

std::optional<UserStatus> parse_status(std::string_view text) {
    for (const UserStatus status : statuses) {
        if (to_text(status) == text) {
            return status;
        }
    }
    return std::nullopt;
}

std::string_view to_text(ResetStrategy strategy) {
    switch (strategy) {
        case ResetStrategy::no_reset:
            return "no_reset";
        case ResetStrategy::day:
            return "day";
        case ResetStrategy::week:
            return "week";
        case ResetStrategy::month:
            return "month";
        case ResetStrategy::year:
            return "year";
    }
    return "";
}

Role owner_role() {
    Role role;
    role.name = "owner";
    role.is_owner = true;
    return role;
}

Role administrator_role() {
    Role role;
    role.name = "administrator";
    for (const char* permission :
         {"users.read",        "users.read_simple",  "users.create",     "users.update",
          "users.delete",      "users.reset_usage",  "users.revoke_sub", "users.set_owner",
          "groups.read",       "groups.read_simple", "groups.update",    "nodes.read",
          "nodes.read_simple", "nodes.logs",         "nodes.stats",      "nodes.update",
          "cores.read",        "system.read",        "admins.read",      "admins.read_simple"}) {
        role.permissions[permission] = Scope::all;
    }
    return role;
}

Role operator_role() {
    Role role;
    role.name = "operator";
    for (const char* permission :
         {"users.read",
          "users.read_simple",
          "users.create",
          "users.update",
          "users.delete",
          "users.reset_usage",
          "users.revoke_sub"}) {
        role.permissions[permission] = Scope::own;
    }
    for (const char* permission : {"groups.read", "groups.read_simple", "system.read"}) {
        role.permissions[permission] = Scope::all;
    }
    return role;
}

}  // namespace fairgate::sim::pasarguard
