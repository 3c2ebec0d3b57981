#pragma once

#include "base/clock.hpp"
#include "setup/finding.hpp"
#include "setup/root.hpp"

#include <string>
#include <string_view>

namespace fairgate::setup {

/// What is on a machine, by where its programs keep their files and by what runs there. Reads a few
/// dozen files, at most 256 KiB of each, runs nothing and connects to nothing.
Findings detect(const Root& root, TimePoint now);

/// The parts of it.
void find_panels(const Root& root, Findings& into);
void find_cores(const Root& root, Findings& into);
void find_logs(const Root& root, TimePoint now, Findings& into);
void find_limiters(const Root& root, Findings& into);
void find_others(const Root& root, Findings& into);

/// "14 MB, last line 3 s ago"
std::string log_age(const Root::Facts& facts, TimePoint now);

/// A value of KEY=value lines, without its quotes; empty when there is none.
std::string value_in(std::string_view text, std::string_view key);

/// What a core's configuration (JSON, comments allowed) says about its API and its access log.
struct CoreFile {
    bool understood = false;
    std::string api;         ///< "127.0.0.1:10085"; empty: no API
    std::string access_log;  ///< empty: none
    std::string problem;     ///< why nothing can be counted from its log; empty: nothing
};
CoreFile read_core_file(std::string_view text);

}  // namespace fairgate::setup
