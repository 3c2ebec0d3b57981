#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "enforcement/address_blocker.hpp"
#include "kernel/protected_targets.hpp"
#include "model/denial.hpp"
#include "model/measure.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::enforcement {

/// What one measure wants refused.
struct Hold {
    MeasureId measure;
    std::string account;
    std::vector<Denial> denials;
    std::optional<TimePoint> until;
};

/// The blocks of one firewall, each held by one or more measures: two accounts behind one address,
/// or an operator's order and one of policy. It is refused until the last of them ends. What
/// measures hold is not kept: after a restart each says it again when it is looked at. Used by one
/// thread.
class SharedBlocks {
public:
    /// Asked before each block: an operator may have logged in meanwhile.
    using Never = std::function<Result<kernel::ProtectedTargets>()>;

    SharedBlocks(AddressBlocker& blocker, Never never)
        : blocker_(blocker), never_(std::move(never)) {}

    struct Report {
        std::size_t wanted = 0;
        std::size_t missing = 0;   ///< of those that may be refused, not in force
        std::size_t left_out = 0;  ///< protected, or beyond what the firewall takes
        std::string why;           ///< of the first that was left out
    };

    /// Refuses what may be refused.
    Result<Report> hold(const Hold& hold, TimePoint now);

    /// Whether it is in force. What this process does not know yet, or with another time, is held
    /// before it is looked at.
    Result<Report> look(const Hold& hold, TimePoint now);

    /// Takes out of them what may never be refused, or is beyond what the firewall takes, and calls
    /// `out(hold, denial, why)` for each.
    using LeaveOut = std::function<void(const Hold&, const Denial&, std::string why)>;
    Result<> leave_out(std::vector<Hold>& holds, const LeaveOut& out) const;

    /// Whether a measure that was held by this process, and not released, wants it.
    bool is_held(const Denial& denial) const;

    /// How many of them were still refused and are no longer; those that another measure holds
    /// stay.
    Result<std::size_t> release(const Hold& hold, TimePoint now);

private:
    using Holders = std::map<MeasureId, std::optional<TimePoint>>;
    struct Allowed {
        std::vector<Denial> denials;
        Report report;
        kernel::ProtectedTargets never;
    };
    Result<Allowed> allowed(const Hold& hold) const;
    std::string why_left_out(
        const Denial& denial, const kernel::ProtectedTargets& never, std::size_t others
    ) const;
    Result<> put(const Allowed& allowed, const Hold& hold, TimePoint now);
    bool knows(const Allowed& allowed, const Hold& hold) const;

    AddressBlocker& blocker_;
    Never never_;
    std::map<Denial, Holders> holders_;
};

}  // namespace fairgate::enforcement
