// replay: old logs through a policy, with neither daemon nor network.
#include "cli/handlers.hpp"
#include "cli/networks.hpp"
#include "cli/not_a_log.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/replay_decision.hpp"
#include "cli/replay_policy.hpp"
#include "cli/replay_report.hpp"
#include "cli/table.hpp"
#include "rules/rules.hpp"

namespace fairgate::cli {

namespace {

int fail_all(const Context& context, const std::vector<Error>& faults) {
    int code = 0;
    for (const Error& fault : faults) {
        code = std::max(code, fail(context, fault));
    }
    return code;
}

void show_report(
    const Context& context, const replay::ReplayReport& report, const ReplayFrame& frame
) {
    constexpr std::array columns = {
        Column{"account", ""},
        Column{"limit", "", Show::number},
        Column{"devices", "", Show::number},
        Column{"opened", "", Show::time},
        Column{"closed", "", Show::time},
        Column{"seconds_over", "", Show::seconds},
        Column{"origins", "", Show::list},
    };
    std::ostream& out = context.out();
    switch (context.look.format) {
        case Format::json:
            out << json::serialize(replay_json(report, frame)) << "\n";
            break;
        case Format::jsonl:
            for (const json::Value& row : violation_rows(report)) {
                out << json::serialize(row) << "\n";
            }
            break;
        case Format::csv:
            out << table_text(columns, violation_rows(report), context.look);
            break;
        case Format::table:
        case Format::wide:
        case Format::tabs:
            out << replay_text(report, frame, context.look);
            break;
    }
    out << std::flush;
}

Result<replay::ReplaySettings> settings_for(
    const Context& context,
    const Invocation& invocation,
    const PolicyChoice& choice,
    ReplayFrame& frame
) {
    replay::ReplaySettings settings;
    settings.inputs = invocation.all("input");
    auto lines = line_settings(invocation, choice.chosen.settings);
    if (!lines) {
        return lines.error();
    }
    settings.lines = *std::move(lines);
    settings.policies.push_back(choice.chosen.policy);
    settings.account = invocation.flag("account");
    settings.threads = static_cast<unsigned>(std::stoul(invocation.flag("threads").value_or("0")));
    auto tables = network_tables(
        invocation.flag("asn").value_or(choice.chosen.settings.counting.asn_file),
        choice.chosen.settings.counting.country_file,
        context.around.folder
    );
    if (!tables) {
        return tables.error();
    }
    settings.networks = tables->make;
    frame.inputs = settings.inputs;
    frame.ladder = rules::ladder(choice.chosen.settings.ladder);
    frame.notes = choice.chosen.notes;
    frame.zone = invocation.flag("zone").value_or("UTC");
    frame.asn_file = tables->file;
    frame.account = settings.account.value_or("");
    return settings;
}

}  // namespace

int run_replay(Context& context, const Invocation& invocation) {
    const bool reads_logs = !invocation.all("input").empty();
    const auto decision = invocation.flag("decision");
    if (reads_logs == decision.has_value()) {
        const Error error{
            .code = decision ? "FG-CLI-010" : "FG-CLI-006",
            .what = decision
                        ? "logs and --decision do not go together"
                        : "replay what? Name files, folders or -, or a decision: --decision ID",
            .next = "fairgate help replay"
        };
        return fail(context, error);
    }
    if (decision) {
        return replay_decision(context, invocation, *decision);
    }
    const PolicyChoice choice = choose_policy(invocation);
    std::vector<Error> faults = choice.faults;
    ReplayFrame frame;
    auto settings = settings_for(context, invocation, choice, frame);
    if (!settings) {
        faults.push_back(settings.error());
    }
    if (const auto file = invocation.flag("against")) {
        const PolicyChoice other = choose_other_policy(invocation, *file);
        faults.insert(faults.end(), other.faults.begin(), other.faults.end());
        frame.against = *file;
        if (settings) {
            settings->policies.push_back(other.chosen.policy);
        }
    }
    if (!faults.empty()) {
        return fail_all(context, faults);
    }
    ProgressBar bar(context, invocation, "replay");
    settings->progress = [&](const replay::Progress& progress) {
        const Step step{
            .bytes = progress.bytes,
            .total_bytes = progress.total_bytes,
            .lines = progress.lines,
            .seconds = progress.seconds,
            .remark = "violations " + std::to_string(progress.violations)
        };
        bar.show(step);
    };
    const auto report = replay::replay(*settings);
    bar.finish();
    if (!report) {
        return fail(context, report.error());
    }
    if (const auto error = not_a_log(*report, frame.inputs)) {
        return fail(context, *error);
    }
    show_report(context, *report, frame);
    const auto most = invocation.flag("fail-on");
    return most && accounts_over(report->violations) > std::stoull(*most) ? over_threshold : 0;
}

}  // namespace fairgate::cli
