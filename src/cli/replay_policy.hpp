#pragma once

#include "base/error.hpp"
#include "cli/parse.hpp"
#include "config/settings.hpp"
#include "replay/replay.hpp"

#include <string>
#include <vector>

namespace fairgate::cli {

/// A policy for a replay, and what a reader of its report should know.
struct ChosenPolicy {
    config::Settings settings;
    replay::ReplayPolicy policy;
    std::vector<std::string> notes;  ///< "2 devices for everybody, because no limit was given"
};

/// The policy that a command line asks for: --policy, then --limits, --general and --counting over
/// it. All faults of the files at once.
struct PolicyChoice {
    ChosenPolicy chosen;
    std::vector<Error> faults;
};
PolicyChoice choose_policy(const Invocation& invocation);

/// The policy of --against: that file, and else as the command line says.
PolicyChoice choose_other_policy(const Invocation& invocation, const std::string& file);

/// How the settings count and judge, in the words of tracker and policy. FG-LIM-001 for a pattern
/// that is none.
Result<replay::ReplayPolicy> replay_policy(const config::Settings& settings);

/// How lines are read: tags, names, zone and time range.
Result<replay::LineSettings> line_settings(
    const Invocation& invocation, const config::Settings& settings
);

}  // namespace fairgate::cli
