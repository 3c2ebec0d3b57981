#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "model/account.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fairgate {

using ViolationId = Strong<std::int64_t, struct ViolationIdTag>;  ///< 0: not stored yet

/// How sure the counting is. Low never goes beyond a warning.
enum class Confidence { low, medium, high };
BOOST_DESCRIBE_ENUM(Confidence, low, medium, high)

/// An account over its limit, open until it is over.
struct Violation {
    ViolationId id;
    AccountKey account;
    int limit = 0;
    int devices = 0;                  ///< the most at once so far
    TimePoint opened;                 ///< end of the slot that completed it
    std::optional<TimePoint> closed;  ///< end of the slot in which it was over
    std::int64_t seconds_over = 0;
    std::vector<std::string> origins;  ///< networks as text: "203.0.113.0/24"
    Confidence confidence = Confidence::high;

    bool operator==(const Violation&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Violation, (), (id, account, limit, devices, opened, closed, seconds_over, origins, confidence)
)

}  // namespace fairgate
