#include "cli/replay_report.hpp"

#include "cli/lines.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "model/bytes.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace fairgate::cli {

namespace {

using replay::ReplayReport;
using replay::ReplayViolation;

constexpr std::size_t most_bad_lines = 10;

/// All violations of one account.
struct AccountSummary {
    int limit = 0;
    int devices = 0;
    std::int64_t violations = 0;
    std::int64_t seconds_over = 0;
    TimePoint first;
    std::set<std::string> origins;
    std::vector<TimePoint> opened;
};

/// "warn, 10m, 30m": what each violation in turn would have led to.
std::string would_be(std::vector<TimePoint> opened, const policy::Ladder& ladder) {
    constexpr std::size_t most_shown = 4;
    std::ranges::sort(opened);
    std::string text;
    std::vector<TimePoint> before;
    for (const TimePoint time : opened) {
        const policy::LadderStep step = ladder.choose(before, time).step;
        before.push_back(time);
        if (before.size() > most_shown) {
            continue;
        }
        text += text.empty() ? "" : ", ";
        text += step.action == Action::warn ? "warn"
                : step.length               ? to_text(*step.length)
                                            : "forever";
    }
    return before.size() > most_shown ? text + " +" + std::to_string(before.size() - most_shown)
                                      : text;
}

std::map<std::string, AccountSummary> by_account(const std::vector<ReplayViolation>& violations) {
    std::map<std::string, AccountSummary> accounts;
    for (const ReplayViolation& violation : violations) {
        const bool is_new = !accounts.contains(violation.account);
        AccountSummary& account = accounts[violation.account];
        account.limit = violation.limit;
        account.devices = std::max(account.devices, violation.devices);
        ++account.violations;
        account.seconds_over += violation.seconds_over;
        account.first = is_new ? violation.opened : std::min(account.first, violation.opened);
        account.opened.push_back(violation.opened);
        account.origins.insert(violation.origins.begin(), violation.origins.end());
    }
    return accounts;
}

json::Value time_or_null(const std::optional<TimePoint>& time) {
    return time ? json::Value(to_rfc3339(*time)) : json::Value();
}

boost::json::array texts(const auto& values) {
    boost::json::array array;
    for (const std::string& value : values) {
        array.emplace_back(value);
    }
    return array;
}

boost::json::object violation_json(const ReplayViolation& violation) {
    return {
        {"account", violation.account},
        {"limit", violation.limit},
        {"devices", violation.devices},
        {"opened", to_rfc3339(violation.opened)},
        {"closed", time_or_null(violation.closed)},
        {"seconds_over", violation.seconds_over},
        {"origins", texts(violation.origins)},
        {"late", texts(violation.late)}
    };
}

/// Accounts over in one list and not in the other.
std::vector<std::string> only_in(
    const std::vector<ReplayViolation>& here, const std::vector<ReplayViolation>& there
) {
    const auto others = by_account(there);
    std::vector<std::string> names;
    for (const auto& [name, account] : by_account(here)) {
        if (!others.contains(name)) {
            names.push_back(name);
        }
    }
    return names;
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string range_text(const ReplayReport& report, const ReplayFrame& frame) {
    if (!report.from || !report.to) {
        return "no line with a time\n";
    }
    return to_rfc3339(*report.from) + " to " + to_rfc3339(*report.to) + "  (" +
           for_people(*report.to - *report.from) + "; the log's clock was taken as " + frame.zone +
           ", as lines do not say their zone; else use --zone)\n";
}

std::string totals_text(const ReplayReport& report) {
    const Step step{
        .bytes = report.bytes, .lines = report.lines, .seconds = report.seconds, .remark = ""
    };
    std::string speed = bar_text("", step, Symbols::ascii);
    speed.erase(0, speed.find_first_not_of(' '));
    return counted(report.lines, "line") + ", " + counted(report.observations, "observation") +
           " of " + counted(report.accounts, "account") + "  (" + speed + ")\n";
}

std::string accounts_text(const ReplayReport& report, const ReplayFrame& frame, const Look& look) {
    boost::json::array rows;
    for (const auto& [name, account] : by_account(report.violations)) {
        rows.emplace_back(boost::json::object{
            {"account", name},
            {"limit", account.limit},
            {"devices", account.devices},
            {"violations", account.violations},
            {"seconds_over", account.seconds_over},
            {"would_be", would_be(account.opened, frame.ladder)},
            {"first", to_rfc3339(account.first)},
            {"origins", texts(account.origins)}
        });
    }
    constexpr std::array columns = {
        Column{"account", "ACCOUNT"},
        Column{"limit", "LIMIT", Show::number},
        Column{"devices", "DEVICES", Show::number},
        Column{"violations", "VIOLATIONS", Show::number, 2},
        Column{"seconds_over", "OVER FOR", Show::seconds},
        Column{"would_be", "WOULD BE", Show::text, 4},
        Column{"first", "FIRST", Show::time, 1},
        Column{"origins", "NETWORKS", Show::list, 3},
    };
    std::ranges::sort(rows, std::greater<>(), [](const json::Value& row) {
        return row.as_object().at("seconds_over").as_int64();
    });
    Look exact = look;
    exact.time = TimeStyle::rfc3339;  // the past of the log, not of now
    exact.zone = Zone::utc;
    return rows.empty() ? "" : "\n" + table_text(columns, rows, exact);
}

std::string verdict_text(const ReplayReport& report) {
    const std::size_t accounts = accounts_over(report.violations);
    if (accounts == 0) {
        return report.lines > 0 && report.observations == 0
                   ? "\nNo line could be counted, so nothing is known of any account.\n"
                   : "\nNo account was over its limit.\n";
    }
    const std::size_t violations = report.violations.size();
    return "\n" + counted(violations, "violation") + " of " + std::to_string(accounts) + " of " +
           counted(report.accounts, "account") + ".\n";
}

std::string difference_text(
    const ReplayReport& report, const ReplayFrame& frame, const Look& look
) {
    if (frame.against.empty()) {
        return "";
    }
    const auto more = only_in(report.violations, report.other_violations);
    const auto fewer = only_in(report.other_violations, report.violations);
    std::string text = "\n" + heading("Against " + printable(frame.against), look);
    text += "  +" + std::to_string(more.size()) + " accounts only with this policy, -" +
            std::to_string(fewer.size()) + " only with the other\n";
    for (const std::string& name : more) {
        text += "  + " + printable(name) + "\n";
    }
    for (const std::string& name : fewer) {
        text += "  - " + printable(name) + "\n";
    }
    return text;
}

std::string timeline_text(const ReplayReport& report, const ReplayFrame& frame, const Look& look) {
    if (frame.account.empty()) {
        return "";
    }
    std::string text = "\n" + heading("Timeline of " + printable(frame.account), look);
    const replay::TimelineEntry* before = nullptr;
    for (const replay::TimelineEntry& entry : report.timeline) {
        const bool same = before != nullptr && before->devices == entry.devices &&
                          before->origins == entry.origins;
        before = &entry;
        if (same) {
            continue;
        }
        std::string origins;
        for (const std::string& origin : entry.origins) {
            origins += (origins.empty() ? "" : ", ") + origin;
        }
        text += "  " + to_rfc3339(entry.time) + "  " +
                padded_left(std::to_string(entry.devices), 3) +
                (entry.devices == 1 ? " device   " : " devices  ") + origins + "\n";
    }
    return report.timeline.empty() ? text + "  it does not appear\n" : text;
}

std::string left_out_text(const ReplayReport& report, const Look& look) {
    std::string text;
    for (const auto& [reason, count] : report.skipped) {
        text += "  " + padded_left(std::to_string(count), 10) + "  " + printable(reason) + "\n";
    }
    for (const auto& [account, reason] : report.passed_by) {
        text += "  " + padded_left("", 10) + "  " + printable(account) + ": " + printable(reason) +
                "\n";
    }
    return text.empty() ? "" : "\n" + heading("Not counted", look) + text;
}

/// The line numbers of some offsets, by counting newlines; only for one plain file.
std::map<std::uint64_t, std::uint64_t> line_numbers(
    const ReplayReport& report, const ReplayFrame& frame
) {
    std::map<std::uint64_t, std::uint64_t> numbers;
    std::error_code ignored;
    const bool plain = frame.inputs.size() == 1 && !frame.inputs[0].ends_with(".gz") &&
                       !frame.inputs[0].ends_with(".zst") &&
                       std::filesystem::is_regular_file(frame.inputs[0], ignored);
    std::ifstream file(plain ? frame.inputs[0] : "", std::ios::binary);
    std::uint64_t offset = 0;
    std::uint64_t number = 1;
    for (std::size_t i = 0; i < std::min(most_bad_lines, report.bad_lines.size()) && file; ++i) {
        for (char c = 0; offset < report.bad_lines[i].offset && file.get(c); ++offset) {
            number += c == '\n' ? 1U : 0U;
        }
        numbers[report.bad_lines[i].offset] = number;
    }
    return numbers;
}

std::string bad_lines_text(const ReplayReport& report, const ReplayFrame& frame, const Look& look) {
    if (report.bad_lines.empty()) {
        return "";
    }
    const auto numbers = line_numbers(report, frame);
    const std::string input = frame.inputs.size() == 1 ? printable(frame.inputs[0]) : "input";
    std::string text = "\n" + heading("Lines that could not be read (the first of them)", look);
    for (std::size_t i = 0; i < std::min(most_bad_lines, report.bad_lines.size()); ++i) {
        const replay::BadLine& line = report.bad_lines[i];
        const auto number = numbers.find(line.offset);
        text += "  " + input +
                (number == numbers.end() ? " at byte " + std::to_string(line.offset)
                                         : ":" + std::to_string(number->second)) +
                "  " + printable(line.text) + "\n";
    }
    return text;
}

}  // namespace

std::size_t accounts_over(const std::vector<ReplayViolation>& violations) {
    std::set<std::string_view> accounts;
    for (const ReplayViolation& violation : violations) {
        accounts.insert(violation.account);
    }
    return accounts.size();
}

boost::json::array violation_rows(const ReplayReport& report) {
    boost::json::array rows;
    for (const ReplayViolation& violation : report.violations) {
        rows.emplace_back(violation_json(violation));
    }
    return rows;
}

json::Value replay_json(const ReplayReport& report, const ReplayFrame& frame) {
    boost::json::object skipped;
    for (const auto& [reason, count] : report.skipped) {
        skipped[reason] = count;
    }
    boost::json::object object{
        {"schema", "fairgate.replay/1"},
        {"lines", report.lines},
        {"observations", report.observations},
        {"skipped", skipped},
        {"accounts", report.accounts},
        {"from", time_or_null(report.from)},
        {"to", time_or_null(report.to)},
        {"seconds", report.seconds},
        {"violations", violation_rows(report)}
    };
    if (!frame.account.empty()) {
        boost::json::array timeline;
        for (const replay::TimelineEntry& entry : report.timeline) {
            timeline.emplace_back(boost::json::object{
                {"time", to_rfc3339(entry.time)},
                {"devices", entry.devices},
                {"origins", texts(entry.origins)}
            });
        }
        object["timeline"] = timeline;
    }
    if (!frame.against.empty()) {
        object["against"] = boost::json::object{
            {"file", frame.against},
            {"accounts_over", accounts_over(report.other_violations)},
            {"only_here", texts(only_in(report.violations, report.other_violations))},
            {"only_there", texts(only_in(report.other_violations, report.violations))}
        };
    }
    return object;
}

std::string replay_text(const ReplayReport& report, const ReplayFrame& frame, const Look& look) {
    std::string text = range_text(report, frame) + totals_text(report);
    text +=
        frame.asn_file.empty()
            ? "no table of networks: carriers are not known, IPv4 and IPv6 are paired without it\n"
            : "networks: " + printable(frame.asn_file) + "\n";
    for (const std::string& note : frame.notes) {
        text += printable(note) + "\n";
    }
    text += accounts_text(report, frame, look) + verdict_text(report);
    text += difference_text(report, frame, look) + timeline_text(report, frame, look);
    return text + left_out_text(report, look) + bad_lines_text(report, frame, look);
}

}  // namespace fairgate::cli
