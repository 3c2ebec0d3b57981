#pragma once

#include "base/json.hpp"
#include "cli/look.hpp"
#include "policy/ladder.hpp"
#include "replay/replay.hpp"

#include <string>
#include <vector>

namespace fairgate::cli {

/// What a report is about, besides what was found.
struct ReplayFrame {
    std::vector<std::string> inputs;
    std::vector<std::string> notes;
    std::string zone;       ///< "UTC", "+03:30": how the log's clock was taken
    std::string asn_file;   ///< empty: none
    std::string account;    ///< whose timeline; empty: nobody's
    policy::Ladder ladder;  ///< what would have been decided
    std::string against;    ///< the other policy; empty: none
};

/// The one object of `replay --json`: fairgate.replay/1.
json::Value replay_json(const replay::ReplayReport& report, const ReplayFrame& frame);

/// The report for people: range and assumptions, accounts, totals, what was left out.
std::string replay_text(
    const replay::ReplayReport& report, const ReplayFrame& frame, const Look& look
);

/// Rows for tabs, csv and jsonl: a violation each.
boost::json::array violation_rows(const replay::ReplayReport& report);

/// How many accounts are in violation.
std::size_t accounts_over(const std::vector<replay::ReplayViolation>& violations);

}  // namespace fairgate::cli
