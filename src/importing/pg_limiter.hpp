#pragma once

#include "importing/draft.hpp"
#include "importing/keys.hpp"
#include "importing/peer_database.hpp"

#include <chrono>
#include <optional>

/// PG-Limiter (for PasarGuard): what its files mean. Weaker to stronger: .env, backup.json,
/// config.json and the other JSON files, the database.
namespace fairgate::importing::pg_limiter {

/// What is needed to understand its list of disabled accounts.
struct Punishing {
    Duration usual = std::chrono::minutes(30);     ///< time_to_active_users
    std::optional<std::int64_t> restricted_group;  ///< only when it moves accounts
    Duration window = std::chrono::hours(168);     ///< of its ladder
};

/// All settings. Takes what it knows out of the keys; the rest is told as unknown.
Punishing take_settings(Draft& draft, Keys& keys);
/// The members of config.json under the names they have in the database; its lists of accounts are
/// read at once.
void take_config(Draft& draft, Keys& keys, const PeerFile& file);

void take_users(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
);
void take_violations(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
);
/// limit_patterns; owners' patterns have no counterpart.
void take_patterns(Draft& draft, const PeerTable& table, const std::string& where);
/// user_limits, except_users and disabled_users, of older versions.
void take_legacy(
    Draft& draft, const PeerTable& table, const std::string& where, const Punishing& how
);

/// .disable_users.json with .user_groups_backup.json.
void take_disabled(Draft& draft, const PeerFiles& files, const Punishing& how);
void take_backup(Draft& draft, const PeerFile& file);
void take_history(Draft& draft, const PeerFile& file, const Punishing& how);

// Lists that JSON files and tables share.
void take_limits(Draft& draft, const Said& said);
void take_exempt(Draft& draft, const Said& said);

}  // namespace fairgate::importing::pg_limiter
