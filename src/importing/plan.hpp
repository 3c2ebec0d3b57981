#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/secret.hpp"
#include "model/setting.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What another tool of this kind has set, as values: what becomes what here, and what does not.
namespace fairgate::importing {

enum class Peer { pg_limiter, v2iplimit, marzban_sentry, luip };

/// "pg-limiter", as on a command line; used in names of files and as who set something.
std::string_view name_of(Peer peer);
std::optional<Peer> peer_named(std::string_view name);

/// A setting of theirs that has a counterpart. Values are as written, a secret as "***".
struct Carried {
    std::string where;   ///< ".env:3: GENERAL_LIMIT", "pg_limiter.db: config.general_limit"
    std::string theirs;  ///< "60"
    std::string unit;    ///< "s", "min", "h"; empty: none
    std::string ours;    ///< "ladder.window", as in docs/configuration.md
    std::string value;   ///< as TOML
    std::string note;    ///< what works otherwise here; may be empty

    bool operator==(const Carried&) const = default;
};
BOOST_DESCRIBE_STRUCT(Carried, (), (where, theirs, unit, ours, value, note))

/// unusable: no value Fairgate takes. unknown: a key that this program has never heard of.
/// no_counterpart: Fairgate has, or needs, nothing of the kind. outdone: a stronger file says
/// otherwise.
enum class LeftOutBecause { unusable, unknown, no_counterpart, outdone };
BOOST_DESCRIBE_ENUM(LeftOutBecause, unusable, unknown, no_counterpart, outdone)

/// Something of theirs that is not carried over.
struct LeftOut {
    LeftOutBecause because = LeftOutBecause::unknown;
    std::string where;
    std::string theirs;
    std::string why;  ///< a sentence; what to do instead, if there is something

    bool operator==(const LeftOut&) const = default;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (because, where, theirs, why))

/// A key of the configuration that is to be written: as TOML, or the path of a file of secrets.
struct Assignment {
    std::string key;
    std::string value;   ///< TOML
    std::string secret;  ///< name of a SecretFile; then `value` is empty
};

/// A table of the configuration that is to be written.
struct Table {
    std::string heading;  ///< "[limits]", "[[backend]]"
    std::vector<Assignment> values;
};

/// A secret that goes into a file of its own, mode 0600.
struct SecretFile {
    std::string name;  ///< "imported-pg-limiter-panel-password"
    config::Secret secret;
};

/// An account that their tool has disabled and would give back.
struct Punishment {
    std::string where;
    std::string account;
    std::optional<TimePoint> since;  ///< none: not known
    std::optional<TimePoint> until;  ///< none: until an operator releases it
    /// Whether its end was written, or follows from how long all are usually held.
    enum class End { written, usual } end = End::written;
    std::string reason;
    std::vector<std::int64_t> groups;              ///< that it was taken out of; empty: not moved
    std::optional<std::int64_t> restricted_group;  ///< that it was moved to

    bool operator==(const Punishment&) const = default;
};

/// A violation that the ladder has to remember.
struct PastViolation {
    std::string where;
    std::string account;
    TimePoint at;
    int devices = 0;  ///< addresses, as their tool counted; 0: not known
    std::vector<std::string> addresses;

    bool operator==(const PastViolation&) const = default;
};

/// Everything that was found. With faults nothing of it is to be used.
struct Plan {
    Peer peer = Peer::pg_limiter;
    std::string backend;             ///< the panel's name here; empty: no panel was found
    std::string backend_type;        ///< "pasarguard"; empty: this program cannot act on it
    std::vector<std::string> files;  ///< that were read
    std::vector<Carried> carried;
    std::vector<LeftOut> left_out;
    std::vector<Table> tables;
    std::vector<SecretFile> secrets;
    std::vector<LimitSetting> limits;
    std::vector<Exemption> exemptions;
    std::vector<Punishment> punishments;
    std::vector<PastViolation> history;
    std::vector<std::string> advice;  ///< what an operator has to do by hand
    std::vector<Error> faults;
};

}  // namespace fairgate::importing
