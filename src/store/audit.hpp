#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/strong.hpp"
#include "store/page.hpp"

#include <boost/describe.hpp>

#include <optional>
#include <string>

namespace fairgate::store {

using AuditId = Strong<std::int64_t, struct AuditIdTag>;

/// Who did what to what. Never holds a secret.
struct AuditEntry {
    AuditId id;
    TimePoint time;
    std::string who;     ///< operator's name, token's name, or "fairgate"
    std::string via;     ///< api, cli, web, bot, policy, enforcement
    std::string action;  ///< "limit.set", "measure.undo"
    std::string object;  ///< "main/ali", "dec_7"
    std::string before;  ///< JSON, or empty
    std::string after;   ///< JSON, or empty
    std::string reason;
    std::string request_id;

    bool operator==(const AuditEntry&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    AuditEntry, (), (id, time, who, via, action, object, before, after, reason, request_id)
)

/// Empty members select everything.
struct AuditFilter {
    std::string who = {};
    std::string action = {};
    std::string object = {};
    std::optional<TimePoint> since = {};
};

class AuditStore {
public:
    virtual ~AuditStore() = default;

    virtual Result<AuditId> add(const AuditEntry& entry) = 0;
    virtual Result<Page<AuditEntry>> list(const AuditFilter& filter, const Cursor& cursor) = 0;
    /// Removes up to `most` entries older than that. Says how many.
    virtual Result<int> purge(TimePoint before, int most) = 0;
};

}  // namespace fairgate::store
