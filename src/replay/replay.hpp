#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/origin.hpp"
#include "model/violation.hpp"
#include "policy/countries.hpp"
#include "policy/limits.hpp"
#include "policy/violation_watch.hpp"
#include "replay/line_batch.hpp"
#include "tracker/count.hpp"
#include "tracker/networks.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Runs old logs through the same counting and the same limits as the daemon, without a daemon,
// a network, a store or an act. The same input and policy give the same report, however many
// threads read it.

namespace fairgate::replay {

/// What decides whether an account is over its limit.
struct ReplayPolicy {
    tracker::CountRule count;
    OriginRule origins;
    policy::LimitBook limits;
    policy::ViolationRule violation;
    /// Accounts for which it says so are not judged, with the reason: exempt, filtered.
    std::function<std::optional<std::string>(std::string_view account, TimePoint at)> passes_by;
    /// Addresses that are never counted.
    std::vector<Network> never_counted;
    policy::Countries countries;
};

struct Progress {
    std::uint64_t bytes = 0;
    std::uint64_t total_bytes = 0;  ///< 0: not known
    std::uint64_t lines = 0;
    std::uint64_t violations = 0;
    double seconds = 0;
};

struct ReplaySettings {
    std::vector<std::string> inputs;  ///< files, folders, "-"
    LineSettings lines;
    std::vector<ReplayPolicy> policies;  ///< the first is reported; a second is compared with it
    std::optional<std::string> account;  ///< its timeline is wanted
    unsigned threads = 0;                ///< 0: one per core
    /// Makes a network table for one thread.
    std::function<std::shared_ptr<const NetworkTable>()> networks;
    std::function<void(const Progress&)> progress;  ///< called about ten times a second
};

struct ReplayViolation {
    std::string account;
    int limit = 0;
    int devices = 0;
    TimePoint opened;
    std::optional<TimePoint> closed;
    std::int64_t seconds_over = 0;
    std::vector<std::string> origins;
    std::vector<std::string> late;  ///< of first_come: those who came later than the limit allows

    bool operator==(const ReplayViolation&) const = default;
};

/// What one account did in one slot.
struct TimelineEntry {
    TimePoint time;
    int devices = 0;                   ///< in the window that ends with the slot
    std::vector<std::string> origins;  ///< active in the slot
};

struct ReplayReport {
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    std::uint64_t observations = 0;
    std::uint64_t foreign = 0;  ///< lines that are none of an access log's
    std::optional<BadLine> first_foreign;
    std::map<std::string, std::uint64_t> skipped;
    std::uint64_t accounts = 0;
    std::optional<TimePoint> from;
    std::optional<TimePoint> to;
    double seconds = 0;                             ///< it took
    std::vector<ReplayViolation> violations;        ///< in order of time, then account
    std::vector<ReplayViolation> other_violations;  ///< of the second policy
    std::vector<TimelineEntry> timeline;
    std::vector<BadLine> bad_lines;
    std::vector<std::string> forgers;  ///< sources whose lines carried forged text
    std::vector<tracker::Networks::Judged> rotating;
    std::map<std::string, std::string> passed_by;  ///< account → why it was not judged
    std::uint64_t pairs = 0;                       ///< (account, origin) tracked at the end
    std::uint64_t tracked_bytes = 0;               ///< memory of the tables at the end
};

Result<ReplayReport> replay(const ReplaySettings& settings);

}  // namespace fairgate::replay
