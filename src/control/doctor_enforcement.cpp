// Doctor's look at what goes out: configuration, backends, policy, enforcers, measures.
#include "control/doctor_checks.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/mode.hpp"
#include "model/time.hpp"

#include <chrono>

namespace fairgate::control {

namespace {

// A panel that is restarted is back by then.
constexpr std::chrono::minutes patience{5};
// Lists come every five minutes by default; after so long limits rest on what was.
constexpr std::chrono::minutes most_list_age{30};

Error made(std::string code, std::string what, std::string cause, std::string next) {
    return {
        .code = std::move(code),
        .what = std::move(what),
        .cause = std::move(cause),
        .next = std::move(next)
    };
}

void check_backend(const BackendNow& backend, TimePoint now, std::vector<Check>& into) {
    const std::string look = "fairgate doctor --only backend";
    if (backend.state == BackendState::failed) {
        const Error unknown = made("FG-DOC-014", "it does not answer", "", look);
        into.push_back(
            finding("backend", backend.name, CheckState::error, backend.error.value_or(unknown))
        );
    } else if (backend.state == BackendState::starting) {
        into.push_back(finding(
            "backend",
            backend.name,
            CheckState::warning,
            made("FG-DOC-015", "its accounts are not known yet", "", "wait a moment")
        ));
    } else {
        const std::string accounts =
            backend.accounts ? ", " + counted(*backend.accounts, "account") : "";
        into.push_back(well("backend", backend.name, backend.version + accounts));
    }
    if (backend.synced && now - *backend.synced > most_list_age) {
        into.push_back(finding(
            "backend",
            backend.name,
            CheckState::warning,
            made(
                "FG-DOC-011",
                "its list of accounts is " + for_people(now - *backend.synced) + " old",
                "",
                look
            )
        ));
    }
    into.insert(into.end(), backend.rights.begin(), backend.rights.end());
}

bool limits_anybody(const config::LimitSettings& limits) {
    return limits.general || !limits.accounts.empty() || !limits.patterns.empty() ||
           !limits.groups.empty() || !limits.owners.empty();
}

void check_mode(const Live& live, std::vector<Check>& into) {
    const ModeNow mode = live.mode();
    const std::string name(fairgate::to_text(mode.mode));
    if (mode.mode == Mode::enforce) {
        into.push_back(well("policy", "mode", name + until_text(mode.until)));
        return;
    }
    into.push_back(finding(
        "policy",
        "mode",
        CheckState::warning,
        made(
            "FG-DOC-020",
            "it is " + name + until_text(mode.until) + ": nobody is blocked",
            "",
            "fairgate preview enforce, then: fairgate mode set enforce"
        )
    ));
}

}  // namespace

Check well(std::string stage, std::string name, std::string what) {
    Check check;
    check.stage = std::move(stage);
    check.name = std::move(name);
    check.what = std::move(what);
    return check;
}

Check finding(std::string stage, std::string name, CheckState state, const Error& error) {
    Check check;
    check.stage = std::move(stage);
    check.name = std::move(name);
    check.state = state;
    check.code = error.code;
    check.what = error.what;
    check.cause = error.cause;
    check.next = error.next;
    return check;
}

void check_config(const Live& live, std::vector<Check>& into) {
    const DaemonNow daemon = live.daemon();
    for (const Error& fault : daemon.config_faults) {
        Check check = finding("config", "newest file", CheckState::error, fault);
        check.cause = fault.where + (fault.cause.empty() ? "" : ": " + fault.cause);
        into.push_back(std::move(check));
    }
    into.push_back(well(
        "config",
        "in force",
        "revision " + std::to_string(daemon.config_revision) + " since " +
            at_text(daemon.configured)
    ));
}

void check_backends(const Live& live, std::vector<Check>& into) {
    const auto all = live.backends();
    if (all.empty()) {
        into.push_back(finding(
            "backend",
            "backends",
            CheckState::warning,
            made(
                "FG-DOC-012",
                "no backend is configured",
                "accounts are seen and cannot be blocked",
                "add one: fairgate config schema --example"
            )
        ));
    }
    for (const BackendNow& backend : all) {
        check_backend(backend, live.now(), into);
    }
}

void check_mapping(const Live& live, std::vector<Check>& into) {
    for (const BackendNow& backend : live.backends()) {
        if (backend.unmapped == 0) {
            into.push_back(well("mapping", backend.name, "every name in its logs is known"));
            continue;
        }
        const std::string sample =
            backend.unmapped_samples.empty() ? "" : "such as " + backend.unmapped_samples.front();
        into.push_back(finding(
            "mapping",
            backend.name,
            CheckState::warning,
            made(
                "FG-DOC-010",
                counted(backend.unmapped, "name") + " in its logs belong to no account of it",
                sample,
                "see how names are mapped: names in the source's settings"
            )
        ));
    }
}

void check_policy(const Live& live, std::vector<Check>& into) {
    check_mode(live, into);
    const BreakerNow breaker = live.breaker();
    if (breaker.opened) {
        into.push_back(finding(
            "policy",
            "breaker",
            CheckState::error,
            made(
                "FG-DOC-021",
                "blocking stopped at " + at_text(*breaker.opened),
                "more accounts were to be blocked at once than the " +
                    std::to_string(breaker.allowed) + " that are allowed",
                "see who: fairgate decision list --since 1h; then: fairgate breaker close"
            )
        ));
    }
    if (!limits_anybody(live.settings()->limits) && !live.settings()->limits.use_panel_field) {
        into.push_back(finding(
            "policy",
            "limits",
            CheckState::warning,
            made(
                "FG-DOC-022", "the configuration limits nobody", "", "fairgate limit set general 2"
            )
        ));
    }
}

void check_enforcers(const Live& live, std::vector<Check>& into) {
    for (const nodes::NodeNow& node : live.nodes()) {
        if (node.lacks) {
            into.push_back(finding("enforcer", node.name, CheckState::warning, *node.lacks));
        }
    }
    for (const EnforcerNow& enforcer : live.enforcers()) {
        if (enforcer.not_able_because.empty() && enforcer.drift) {
            const bool lost = enforcer.drift->code == "FG-ENF-025";
            const auto state = lost ? CheckState::error : CheckState::warning;
            into.push_back(finding("enforcer", enforcer.name, state, *enforcer.drift));
            continue;
        }
        if (enforcer.not_able_because.empty()) {
            into.push_back(well("enforcer", enforcer.name, "able to act"));
            continue;
        }
        const Error unable = made(
            "FG-DOC-030",
            "it cannot act: " + enforcer.not_able_because,
            enforcer.last_error ? to_line(*enforcer.last_error) : "",
            enforcer.last_error ? enforcer.last_error->next : "fairgate doctor --only backend"
        );
        into.push_back(finding("enforcer", enforcer.name, CheckState::error, unable));
    }
}

void check_measures(const Live& live, std::vector<Check>& into) {
    const auto open = live.open_measures();
    for (const Measure& measure : open) {
        const bool unsettled = measure.state != MeasureState::active;
        const bool late = unsettled && live.now() - measure.changed > patience;
        if (measure.attempts == 0 && !late && measure.note.empty()) {
            continue;
        }
        const std::string what = measure.state == MeasureState::lifting
                                     ? measure.account.name + " is still not released"
                                     : measure.account.name + " is still not blocked for sure";
        const std::string cause = measure.last_error.empty() ? measure.note : measure.last_error;
        into.push_back(finding(
            "measure",
            fairgate::to_text(measure.id),
            late ? CheckState::error : CheckState::warning,
            made("FG-DOC-040", what, cause, "fairgate why " + fairgate::to_text(measure.decision))
        ));
    }
    into.push_back(well("measure", "open", counted(open.size(), "measure") + " not finished"));
}

}  // namespace fairgate::control
