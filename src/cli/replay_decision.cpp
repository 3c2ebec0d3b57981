#include "cli/replay_decision.hpp"

#include "cli/failure.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/replay_policy.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "model/evidence.hpp"
#include "model/json.hpp"
#include "rules/presence.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace fairgate::cli {

namespace {

/// A verdict on what was seen then.
struct Verdict {
    std::string rules;  ///< "as decided", "as it is now", "as on the command line"
    int devices = 0;
    int limit = 0;
    bool over() const { return devices > limit; }
};

constexpr std::array verdict_columns = {
    Column{"rules", "RULES"},
    Column{"devices", "DEVICES", Show::number},
    Column{"limit", "LIMIT"},
    Column{"verdict", "VERDICT"},
};

/// What `why` answers about a decision, or about the account as it is now.
Result<json::Value> ask_why(Context& context, const Invocation& invocation, std::string subject) {
    Invocation why = invocation;
    why.command = find_command("why");
    why.flags.erase("policy");
    if (!subject.starts_with("dec_")) {
        why.flags["not-blocked"] = {""};
    }
    why.arguments["subject"] = {std::move(subject)};
    auto answer = ask(context, why);
    return answer ? Result<json::Value>(data_of(*answer)) : answer.error();
}

Result<Evidence> evidence_in(const json::Value& data) {
    return json::from_json<Evidence>(value_at(data, "evidence"), json::Unknown::ignore);
}

Verdict judged(
    std::string rules, const EvidencePresence& seen, const tracker::CountRule& rule, int limit
) {
    return {std::move(rules), rules::count_again(seen, rule).devices, limit};
}

/// By what is in force for the account today; nothing when that is not known.
std::optional<Verdict> judged_now(
    Context& context,
    const Invocation& invocation,
    const std::string& account,
    const EvidencePresence& seen
) {
    const auto data = ask_why(context, invocation, account);
    const auto now = data ? evidence_in(*data) : Result<Evidence>(data.error());
    if (!now) {
        return std::nullopt;
    }
    const bool counted = !now->presence.counting.empty();
    const tracker::CountRule rule = rules::count_rule(counted ? now->presence : seen);
    return judged("in force now", seen, rule, now->limit.chosen.devices);
}

bool names_a_policy(const Invocation& invocation) {
    return std::ranges::any_of(
        std::array{"policy", "limits", "general", "counting"},
        [&](const char* flag) { return invocation.has(flag); }
    );
}

json::Value row_of(const Verdict& verdict) {
    const bool limited = verdict.limit != unlimited;
    return boost::json::object{
        {"rules", verdict.rules},
        {"devices", verdict.devices},
        {"limit", limited ? json::Value(verdict.limit) : json::Value("unlimited")},
        {"verdict", verdict.over() ? "over" : "within"}
    };
}

std::string sentence(const Verdict& then, const Evidence& stored, const std::vector<Verdict>& all) {
    const bool same = then.devices == stored.devices;
    std::string text = same ? "What was seen then leads to the same verdict by the rules of then."
                            : "By the rules of then it would be " + std::to_string(then.devices) +
                                  " devices, and " + std::to_string(stored.devices) +
                                  " were decided about: the counting of this version is another.";
    const Verdict& last = all.back();
    if (all.size() > 1 && last.over() != then.over()) {
        text += " By the rules " + last.rules + (last.over() ? " it is" : " it would not be") +
                " a violation.";
    }
    return text + "\n";
}

Error nothing_to_count(const std::string& decision) {
    return {
        .code = "FG-RPL-004",
        .what = "the evidence of " + decision + " does not hold what was counted",
        .cause = "it was written by an older version, made by hand, or names too many networks",
        .next = "look at what it does hold: fairgate why " + decision
    };
}

}  // namespace

int replay_decision(Context& context, const Invocation& invocation, const std::string& decision) {
    const auto data = ask_why(context, invocation, decision);
    if (!data) {
        return fail(context, data.error());
    }
    const auto stored = evidence_in(*data);
    if (!stored || stored->presence.origins.empty() || stored->presence.left_out > 0) {
        return fail(context, stored ? nothing_to_count(decision) : stored.error());
    }
    const EvidencePresence& seen = stored->presence;
    const std::string account = text_at(*data, "decision.account");
    std::vector<Verdict> verdicts{
        judged("of then", seen, rules::count_rule(seen), stored->limit.chosen.devices)
    };
    if (auto now = judged_now(context, invocation, account, seen)) {
        verdicts.push_back(*std::move(now));
    }
    if (names_a_policy(invocation)) {
        const PolicyChoice choice = choose_policy(invocation);
        if (!choice.faults.empty()) {
            return fail(context, choice.faults.front());
        }
        AccountFacts facts;
        facts.key.name = account;
        const int limit = choice.chosen.policy.limits.resolve(facts).chosen.devices;
        verdicts.push_back(judged("of the command line", seen, choice.chosen.policy.count, limit));
    }
    boost::json::array rows;
    for (const Verdict& verdict : verdicts) {
        rows.push_back(row_of(verdict));
    }
    const bool same = verdicts.front().devices == stored->devices;
    const boost::json::object result{
        {"decision", decision},
        {"account", account},
        {"seen_until", value_at(*data, "evidence.presence.until")},
        {"decided_devices", stored->devices},
        {"same", same},
        {"verdicts", rows}
    };
    const json::Value answer = boost::json::object{{"data", result}};
    print(context, *invocation.command, answer, [&](const json::Value&) {
        return table_text(verdict_columns, rows, context.look) +
               (context.look.for_people() ? "\n" + sentence(verdicts.front(), *stored, verdicts)
                                          : "");
    });
    return same ? 0 : found_faults;
}

}  // namespace fairgate::cli
