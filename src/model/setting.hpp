#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"
#include "model/address.hpp"
#include "model/limit.hpp"
#include "model/mode.hpp"
#include "model/origin.hpp"

#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What operators set by hand while the program runs, as opposed to the configuration file. Each
/// entry says who set it, when and why. An entry whose time is over is kept and no longer applies.
namespace fairgate {

/// A limit for an account, or for the accounts that a pattern, a group or an owner selects.
struct LimitSetting {
    LimitOrigin origin = LimitOrigin::account;  ///< never panel: that one is read from the panel
    std::string backend;                        ///< only there; empty: anywhere
    std::string match;  ///< name, pattern, group or owner; empty for the general limit
    int devices = 0;
    std::string by;
    TimePoint at;
    std::string reason;

    bool operator==(const LimitSetting&) const = default;
};
BOOST_DESCRIBE_STRUCT(LimitSetting, (), (origin, backend, match, devices, by, at, reason))

/// An account that is never limited.
struct Exemption {
    AccountKey account;
    std::optional<TimePoint> until;  ///< none: for good
    std::string by;
    TimePoint at;
    std::string reason;

    bool operator==(const Exemption&) const = default;
};
BOOST_DESCRIBE_STRUCT(Exemption, (), (account, until, by, at, reason))

/// What follows a violation, in place of what the file says.
struct LadderSetting {
    std::string rule = "devices";    ///< there is no other yet
    std::vector<std::string> steps;  ///< as in the file: "warn", "10m", "forever", "revoke"
    Duration window{0};
    Duration warning{0};
    std::optional<int> instant;
    std::string by;
    TimePoint at;
    std::string reason;

    bool operator==(const LadderSetting&) const = default;
};
BOOST_DESCRIBE_STRUCT(LadderSetting, (), (rule, steps, window, warning, instant, by, at, reason))

/// A part of the internet: a network (a lone address is one of full length) or a whole AS.
using NetworkScope = std::variant<Network, Asn>;

std::string to_text(const NetworkScope& scope);                          ///< "AS64500"
std::optional<NetworkScope> parse_network_scope(std::string_view text);  ///< also "as64500"

/// never_counted is stronger: what is not counted is not blocked either.
enum class TrustEffect { never_counted, never_blocked };
BOOST_DESCRIBE_ENUM(TrustEffect, never_counted, never_blocked)

struct TrustEntry {
    NetworkScope scope;
    TrustEffect effect = TrustEffect::never_counted;
    std::optional<TimePoint> until;
    std::string by;
    TimePoint at;
    std::string reason;

    bool operator==(const TrustEntry&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrustEntry, (), (scope, effect, until, by, at, reason))

enum class ModeScope { global, rule, group, account };
BOOST_DESCRIBE_ENUM(ModeScope, global, rule, group, account)

/// A mode for everything or for a part; of several that apply the most lenient wins.
struct ModeOverride {
    ModeScope scope = ModeScope::global;
    std::string backend;  ///< of an account or a group; empty: anywhere
    std::string match;    ///< the rule's, group's or account's name; empty for global
    Mode mode = Mode::shadow;
    std::optional<TimePoint> until;
    std::string by;
    TimePoint at;
    std::string reason;

    bool operator==(const ModeOverride&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModeOverride, (), (scope, backend, match, mode, until, by, at, reason))

/// A network in which accounts show many origins at once: a carrier's pool.
struct RotatingNetwork {
    NetworkScope scope;
    TimePoint learned;
    int accounts = 0;           ///< judged
    double median_origins = 0;  ///< at once, over these accounts
    std::string confirmed_by;   ///< the operator, or empty: learned only

    bool operator==(const RotatingNetwork&) const = default;
};
BOOST_DESCRIBE_STRUCT(RotatingNetwork, (), (scope, learned, accounts, median_origins, confirmed_by))

}  // namespace fairgate
