#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/secret.hpp"
#include "setup/answers.hpp"
#include "setup/toml_edit.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::setup {

/// What the answers make of the configuration.
struct Plan {
    /// extends: the text that is there, with lines changed. rewrites: the same settings and ours in
    /// plain form, without comments, because the text cannot be extended safely.
    enum class Way : std::uint8_t { nothing, creates, extends, rewrites };
    Way way = Way::nothing;
    std::string file;
    std::string before;
    std::string after;
    std::string secret_file;  ///< empty: no login was answered
    std::vector<Edit> edits;
};

/// "/etc/fairgate/main-password"
std::string secret_file_of(const std::string& configuration, const PanelAnswer& panel);

std::vector<Edit> edits_for(
    const Answers& answers, const config::Loaded& there, const std::string& file
);

/// Pure: `before` is the file's text, `there` all that is read with it.
Plan make_plan(
    const std::string& file,
    const std::string& before,
    const config::Loaded& there,
    const Answers& answers
);

/// Whether the login that was answered is not the one in its file.
bool is_new_secret(const Plan& plan, const config::Secret& secret);

struct Written {
    std::string file;    ///< empty: as it was
    std::string backup;  ///< empty: there was no file before
    std::string secret_file;
    std::string secret_backup;
};

/// Checks the new configuration together with conf.d, secrets.toml and the environment, then puts
/// it into its place and keeps what was there. FG-SET-007, FG-SET-008, FG-SET-015: nothing was
/// changed then.
Result<Written> write_plan(
    const Plan& plan, const config::Secret& secret, const config::Sources& sources, TimePoint now
);

/// Writes the new text beside the file, for a person to compare. FG-SET-007.
Result<std::string> write_beside(const Plan& plan);

/// A name that no other has: the wish, or with a number behind it.
std::string free_name(const std::vector<std::string>& taken, const std::string& wish);

}  // namespace fairgate::setup
