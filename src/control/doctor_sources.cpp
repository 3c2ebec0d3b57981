// Doctor's look at what comes in: sources, their clocks, what is counted of their lines.
#include "control/doctor_checks.hpp"
#include "control/words.hpp"
#include "model/bytes.hpp"
#include "model/time.hpp"

#include <chrono>

namespace fairgate::control {

namespace {

// Beyond this a decision's times mean nothing; the policy only warns then.
constexpr std::chrono::seconds most_clock_offset{30};
// A tail that is this far behind shows what was, not what is.
constexpr std::uint64_t most_bytes_behind = 16U << 20U;
// A log of another kind has nothing but such lines; a healthy one has none.
constexpr std::uint64_t most_unreadable_percent = 5;

Error source_error(std::string code, std::string what, std::string cause, std::string next) {
    return {
        .code = std::move(code),
        .what = std::move(what),
        .cause = std::move(cause),
        .next = std::move(next)
    };
}

/// A panel's logs are one source and told apart by their nodes.
std::string called(const sources::SourceHealth& health) {
    return health.source + (health.node.empty() ? "" : " (" + health.node + ")");
}

std::string rate_text(const sources::SourceHealth& health) {
    const std::string text = std::string(sources::to_text(health.state)) + ", " +
                             std::to_string(health.lines) + " lines, " +
                             std::to_string(health.observations) + " observations";
    return health.lag ? text + ", lag " + for_people(*health.lag) : text;
}

/// What the state alone says.
Check state_check(const sources::SourceHealth& health, TimePoint now) {
    const std::string test = "fairgate source test " + as_argument(health.source);
    const std::string since = for_people(now - health.since);
    switch (health.state) {
        case sources::SourceState::live:
        case sources::SourceState::silent:
            return well("source", called(health), rate_text(health));
        case sources::SourceState::starting:
            return finding(
                "source",
                called(health),
                CheckState::warning,
                source_error(
                    "FG-DOC-002",
                    "no line has come for " + since,
                    "nothing rests on a source before its first line",
                    test
                )
            );
        case sources::SourceState::stale:
            return finding(
                "source",
                called(health),
                CheckState::error,
                source_error(
                    "FG-DOC-001",
                    "no line for " + since,
                    "nobody can tell silence from a fault",
                    test
                )
            );
        case sources::SourceState::paused:
            return finding(
                "source",
                called(health),
                CheckState::warning,
                source_error(
                    "FG-DOC-003",
                    "paused for " + since,
                    "",
                    "fairgate source resume " + as_argument(health.source)
                )
            );
        case sources::SourceState::failed:
            break;
    }
    const Error unknown = source_error("FG-DOC-001", "it cannot be read", "", test);
    return finding("source", called(health), CheckState::error, health.error.value_or(unknown));
}

void add_lines(const sources::SourceHealth& health, std::vector<Check>& into) {
    if (health.parse_errors * 100 > health.lines * most_unreadable_percent) {
        const std::string sample = health.error_samples.empty() ? "" : health.error_samples.front();
        into.push_back(finding(
            "source",
            called(health),
            CheckState::warning,
            source_error(
                "FG-DOC-004",
                std::to_string(health.parse_errors) + " of " + std::to_string(health.lines) +
                    " lines cannot be read",
                sample,
                "fairgate source tail " + as_argument(health.source)
            )
        ));
    }
    if (health.bytes_behind > most_bytes_behind) {
        into.push_back(finding(
            "source",
            called(health),
            CheckState::warning,
            source_error(
                "FG-DOC-006",
                for_people(Bytes{health.bytes_behind}) + " behind",
                "",
                "wait; if it stays so, this machine is too busy"
            )
        ));
    }
    if (health.forgeries > 0) {
        into.push_back(finding(
            "source",
            called(health),
            CheckState::warning,
            source_error(
                "FG-DOC-008",
                std::to_string(health.forgeries) + " lines held text that a client put there",
                "none of it was counted",
                "fairgate source tail " + as_argument(health.source)
            )
        ));
    }
}

}  // namespace

namespace {

/// An agent renews its certificate long before; one that does not is too old, or cannot write.
constexpr std::chrono::days soon{60};

void add_certificates(const Live& live, std::vector<Check>& into) {
    for (const nodes::NodeNow& node : live.nodes()) {
        const bool joined =
            node.state == nodes::NodeState::connected || node.state == nodes::NodeState::away;
        if (!joined || !node.until || *node.until - live.now() > soon) {
            continue;
        }
        const bool over = *node.until <= live.now();
        const std::string when =
            for_people(over ? live.now() - *node.until : *node.until - live.now());
        into.push_back(finding(
            "source",
            "node " + node.name,
            over ? CheckState::error : CheckState::warning,
            source_error(
                "FG-NOD-009",
                over ? "its certificate ended " + when + " ago" : "its certificate ends in " + when,
                node.state == nodes::NodeState::away ? "its agent is away"
                                                     : "its agent did not renew it",
                "fairgate node join " + as_argument(node.name)
            )
        ));
    }
}

}  // namespace

void check_sources(const Live& live, std::vector<Check>& into) {
    const auto all = live.sources();
    if (all.empty()) {
        into.push_back(finding(
            "source",
            "sources",
            CheckState::error,
            source_error(
                "FG-DOC-013",
                "no source is configured",
                "nothing is seen",
                "add one: fairgate config schema --example"
            )
        ));
    }
    for (const sources::SourceHealth& health : all) {
        into.push_back(state_check(health, live.now()));
        add_lines(health, into);
    }
    add_certificates(live, into);
}

namespace {

struct Place {
    std::string stage;
    std::string name;
};

/// Which stage a notice concerns.
Place place_of(const Error& notice) {
    if (notice.code == "FG-DOC-009") {
        return {.stage = "clock", .name = "this machine"};
    }
    if (notice.code == "FG-NOD-011") {
        return {.stage = "source", .name = "node " + notice.where};
    }
    if (notice.code.starts_with("FG-KRN-")) {
        return {.stage = "enforcer", .name = "live connections"};
    }
    return {.stage = "tracker", .name = "networks"};
}

}  // namespace

void check_clocks(const Live& live, std::vector<Check>& into) {
    for (const Error& notice : live.daemon().notices) {
        const auto [stage, name] = place_of(notice);
        into.push_back(finding(stage, name, CheckState::warning, notice));
    }
    for (const sources::SourceHealth& health : live.sources()) {
        if (!health.clock_offset) {
            continue;
        }
        const Duration offset = *health.clock_offset;
        const Duration off = offset < Duration(0) ? -offset : offset;
        const std::string text = off < std::chrono::seconds(1)
                                     ? "in step"
                                     : for_people(off) + (offset < Duration(0) ? " slow" : " fast");
        if (off <= most_clock_offset) {
            into.push_back(well("clock", called(health), text));
            continue;
        }
        into.push_back(finding(
            "clock",
            called(health),
            CheckState::warning,
            source_error(
                "FG-DOC-005",
                "its clock is " + text,
                "times are corrected, blocks are held back",
                "set the clock of that machine: timedatectl set-ntp true"
            )
        ));
    }
}

namespace {

void add_rotating(const Live& live, std::vector<Check>& into) {
    std::string names;
    for (const RotatingNetwork& network : live.rotating_networks()) {
        names += (names.empty() ? "" : ", ") + fairgate::to_text(network.scope);
    }
    if (!names.empty()) {
        into.push_back(
            well("tracker", "rotating networks", names + ": an account counts once in each of them")
        );
    }
}

}  // namespace

void check_tracker(const Live& live, std::vector<Check>& into) {
    add_rotating(live, into);
    std::uint64_t lines = 0;
    std::uint64_t observations = 0;
    for (const sources::SourceHealth& health : live.sources()) {
        lines += health.lines;
        observations += health.observations;
    }
    const DaemonNow daemon = live.daemon();
    if (lines > 1000 && observations == 0) {
        into.push_back(finding(
            "tracker",
            "observations",
            CheckState::error,
            source_error(
                "FG-DOC-007",
                "lines are read and none of them says who connected",
                "the log has no e-mails, hides addresses, or comes from behind a proxy",
                "fairgate explain with one of its lines"
            )
        ));
        return;
    }
    into.push_back(well(
        "tracker",
        "accounts",
        std::to_string(daemon.accounts_online) + " online of " +
            std::to_string(daemon.accounts_known)
    ));
}

}  // namespace fairgate::control
