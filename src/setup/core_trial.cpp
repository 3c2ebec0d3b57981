#include "setup/core_trial.hpp"

#include "backends/xray/running_core.hpp"
#include "base/run.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace fairgate::setup {

namespace xray = backends::xray;

namespace {

TestLine line_of(const xray::ProbeStep& step) {
    const Outcome outcome = step.outcome == xray::ProbeOutcome::good      ? Outcome::good
                            : step.outcome == xray::ProbeOutcome::warning ? Outcome::warning
                                                                          : Outcome::bad;
    return {step.name, outcome, step.text, step.code, step.next};
}

Error error_of(const TestLine& line, const std::string& place) {
    Error error;
    error.code = line.code;
    error.what = line.text;
    error.where = place;
    error.state = "nothing was changed";
    error.next = line.next;
    return error;
}

}  // namespace

CoreTested test_core(
    const CoreAccess& access, const TestSettings&, const Clock& clock, const Tell& tell
) {
    CoreTested tested;
    boost::asio::io_context io(1);
    xray::CoreSettings settings;
    settings.name = "core";
    settings.api = access.api;
    settings.accounts_file = access.config;
    settings.inbounds = access.inbounds;
    const auto core = xray::make_core(io.get_executor(), clock, std::move(settings));
    if (!core) {
        tell(failed_line("address", core.error()));
        tested.failed = core.error();
        return tested;
    }
    const auto steps = run(io, [&] { return (*core)->test(); });
    for (const xray::ProbeStep& step : steps) {
        const TestLine line = line_of(step);
        // Its accounts are read when the daemon runs; here it would always say "0 known".
        if (line.name == "accounts") {
            continue;
        }
        tell(line);
        if (line.name == "core" && line.outcome == Outcome::good) {
            tested.product = line.text;
        } else if (line.name == "block" && line.outcome == Outcome::bad) {
            tested.cannot_block = error_of(line, access.api);
        } else if (line.outcome == Outcome::bad && !tested.failed) {
            tested.failed = error_of(line, access.api);
        }
    }
    return tested;
}

}  // namespace fairgate::setup
