#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/command.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::cli {

/// A command line that was read: what was asked, with every value checked.
struct Invocation {
    const Command* command = nullptr;
    bool wants_help = false;
    std::map<std::string, std::vector<std::string>, std::less<>> arguments;  ///< by name
    std::map<std::string, std::vector<std::string>, std::less<>> flags;      ///< by long name
    /// Flags of a time that was said as a time away ("2h"), as it was said: their value goes by
    /// the clock of this machine, which may not be the daemon's.
    std::map<std::string, std::string, std::less<>> times_away;

    bool has(std::string_view flag) const { return flags.contains(flag); }
    /// The last value of a flag.
    std::optional<std::string> flag(std::string_view name) const;
    std::optional<std::string> argument(std::string_view name) const;
    std::vector<std::string> all(std::string_view argument) const;
};

/// Reads the words behind the program's name. `now` turns "1h" into a time ago. Errors are
/// FG-CLI-*, with a suggestion where a word is near.
Result<Invocation> parse(const std::vector<std::string>& words, TimePoint now);

/// The same with the times away taken from another clock.
Invocation by_clock(Invocation invocation, TimePoint now);

/// The command that these words begin with, aliases included, and how many words name it.
struct Named {
    const Command* command = nullptr;
    std::size_t words = 0;
};
Named command_named(const std::vector<std::string>& words);

/// The flag of that name for a command (or for every command, with none).
const Flag* flag_of(const Command* command, std::string_view name);

}  // namespace fairgate::cli
