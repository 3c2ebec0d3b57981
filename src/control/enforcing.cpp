#include "control/enforcing.hpp"

#include "control/words.hpp"
#include "model/mode.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <optional>

namespace fairgate::control {

namespace {

std::string mode_reason(const ModeNow& mode) {
    const std::string until = until_text(mode.until);
    if (mode.mode == Mode::shadow) {
        return "the mode is shadow" + until + ": everything is recorded, nobody is blocked";
    }
    return "the mode is warn" + until + ": violations are told, nobody is blocked";
}

void add_sources(const Live& live, std::vector<std::string>& reasons) {
    const auto all = live.sources();
    if (all.empty()) {
        reasons.emplace_back("no source is configured: nothing is seen");
        return;
    }
    const auto trusted = [](const sources::SourceHealth& source) {
        return sources::is_trustworthy(source.state);
    };
    if (std::ranges::any_of(all, trusted)) {
        return;
    }
    std::string names;
    for (const sources::SourceHealth& source : all) {
        names += (names.empty() ? "" : ", ") + source.source + " is " +
                 std::string(sources::to_text(source.state));
    }
    reasons.push_back("no source can be relied on: " + names);
}

std::string next_of(const std::optional<Error>& error) {
    return error && !error->next.empty() ? "; try: " + error->next : "";
}

/// "; 3 measures of it may not be in force"
std::string affected(const EnforcerNow& enforcer) {
    const std::size_t all = enforcer.holds + enforcer.waiting;
    return all == 0 ? "" : "; " + counted(all, "measure") + " of it may not be in force";
}

void add_enforcers(const Live& live, std::vector<std::string>& reasons) {
    const auto all = live.enforcers();
    if (all.empty()) {
        reasons.emplace_back("there is nothing that could block: no backend is configured");
        return;
    }
    if (std::ranges::all_of(all, &EnforcerNow::only_records)) {
        reasons.emplace_back(
            "no panel is connected: blocks are recorded and not carried out (add a [[backend]])"
        );
    }
    for (const EnforcerNow& enforcer : all) {
        if (!enforcer.not_able_because.empty()) {
            reasons.push_back(
                enforcer.name + " cannot act: " + enforcer.not_able_because + affected(enforcer) +
                next_of(enforcer.last_error)
            );
        }
        if (enforcer.drift && enforcer.drift->code == "FG-ENF-025") {
            reasons.push_back(to_line(*enforcer.drift) + next_of(enforcer.drift));
        }
    }
}

}  // namespace

std::vector<std::string> not_enforcing_because(const Live& live) {
    std::vector<std::string> reasons;
    const ModeNow mode = live.mode();
    if (mode.mode != Mode::enforce) {
        reasons.push_back(mode_reason(mode));
    }
    const BreakerNow breaker = live.breaker();
    if (breaker.opened) {
        reasons.push_back(
            "too many accounts were to be blocked at once, so blocking stopped at " +
            at_text(*breaker.opened) + " (at most " + std::to_string(breaker.allowed) +
            " are allowed)"
        );
    }
    add_sources(live, reasons);
    add_enforcers(live, reasons);
    return reasons;
}

std::string advice(const Live& live) {
    if (!live.daemon().config_faults.empty()) {
        return "fairgate config check";
    }
    const auto all_sources = live.sources();
    if (all_sources.empty()) {
        return "name a log to watch: fairgate config schema --example";
    }
    for (const sources::SourceHealth& source : all_sources) {
        if (source.state == sources::SourceState::failed) {
            return "fairgate source test " + as_argument(source.source);
        }
    }
    for (const BackendNow& backend : live.backends()) {
        if (backend.state == BackendState::failed) {
            return "fairgate doctor --only backend";
        }
    }
    for (const EnforcerNow& enforcer : live.enforcers()) {
        if (enforcer.drift) {
            return enforcer.drift->next;
        }
    }
    const auto reasons = not_enforcing_because(live);
    if (reasons.empty()) {
        return "";
    }
    return live.mode().mode == Mode::enforce ? "fairgate doctor"
                                             : "fairgate preview enforce --over 24h";
}

}  // namespace fairgate::control
