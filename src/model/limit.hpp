#pragma once

#include <boost/describe.hpp>

#include <limits>
#include <string>
#include <vector>

namespace fairgate {

/// Devices of an account that may use as many as it likes.
inline constexpr int unlimited = std::numeric_limits<int>::max();

/// A number of devices as people and programs say it: a whole number, or "unlimited".
struct DeviceNumber {
    int devices = unlimited;

    bool operator==(const DeviceNumber&) const = default;
};

/// Where a limit came from, the strongest first: the first that is set wins.
enum class LimitOrigin { account, pattern, group, owner, panel, general };
BOOST_DESCRIBE_ENUM(LimitOrigin, account, pattern, group, owner, panel, general)

/// One rule that says something about an account's devices.
struct LimitRule {
    LimitOrigin origin = LimitOrigin::general;
    std::string rule;  ///< "vip_*", "gold", "seller"; empty for account and general
    int devices = 0;   ///< devices at once; `unlimited` for no limit

    bool operator==(const LimitRule&) const = default;
};
BOOST_DESCRIBE_STRUCT(LimitRule, (), (origin, rule, devices))

/// The limit in force for an account, and the ones that lost.
struct DeviceLimit {
    LimitRule chosen;
    std::vector<LimitRule> lost;

    bool operator==(const DeviceLimit&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeviceLimit, (), (chosen, lost))

}  // namespace fairgate
