#include "daemon/panel_checks.hpp"

namespace fairgate::daemon {

namespace {

using backends::panel::ProbeOutcome;
using backends::panel::ProbeStep;

control::Check as_check(const std::string& backend, const ProbeStep& step) {
    control::Check check;
    check.stage = step.name == "log" || step.name == "nodes" ? "source" : "backend";
    check.name = backend + ": " + step.name;
    check.code = step.code;
    check.what = step.text;
    check.next = step.next;
    switch (step.outcome) {
        case ProbeOutcome::good:
            check.state = control::CheckState::ok;
            break;
        case ProbeOutcome::warning:
        case ProbeOutcome::skipped:
            check.state = control::CheckState::warning;
            break;
        case ProbeOutcome::bad:
            check.state = control::CheckState::error;
            break;
    }
    return check;
}

}  // namespace

std::vector<control::Check> checks_of(
    const std::string& backend, const std::vector<backends::panel::ProbeStep>& steps
) {
    std::vector<control::Check> checks;
    checks.reserve(steps.size());
    for (const ProbeStep& step : steps) {
        checks.push_back(as_check(backend, step));
    }
    return checks;
}

}  // namespace fairgate::daemon
