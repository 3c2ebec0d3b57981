#pragma once

#include "base/error.hpp"
#include "model/violation.hpp"
#include "store/page.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::store {

enum class ViolationState { any, open, closed };

/// Empty members select everything.
struct ViolationFilter {
    std::string backend = {};
    std::string account = {};
    ViolationState state = ViolationState::any;
    std::optional<TimePoint> since = {};         ///< opened at or after
    std::optional<TimePoint> closed_since = {};  ///< closed at or after
};

/// Violations, and the ladder's memory of them.
class ViolationStore {
public:
    virtual ~ViolationStore() = default;

    virtual Result<ViolationId> add(const Violation& violation) = 0;
    virtual Result<void> update(const Violation& violation) = 0;
    virtual Result<Violation> get(ViolationId id) = 0;
    virtual Result<Page<Violation>> list(const ViolationFilter& filter, const Cursor& cursor) = 0;

    /// When each account's violations were opened, those at or after `since` that were not
    /// forgiven, oldest first: what the ladder counts.
    virtual Result<std::map<AccountKey, std::vector<TimePoint>>> ladder(TimePoint since) = 0;
    virtual Result<std::vector<TimePoint>> ladder_of(
        const AccountKey& account, TimePoint since
    ) = 0;

    /// The ladder no longer counts the account's violations opened until then. Says how many.
    virtual Result<int> forgive(const AccountKey& account, TimePoint until) = 0;

    /// Removes up to `most` violations closed before then to which no decision refers any more,
    /// oldest first. Says how many; fewer than `most` means that it is done.
    virtual Result<int> purge(TimePoint before, int most) = 0;
};

}  // namespace fairgate::store
