#include "daemon/source_checks.hpp"

#include "model/bytes.hpp"
#include "model/time.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace fairgate::daemon {

control::Check check_file(const std::string& name, const std::string& path) {
    control::Check check;
    check.stage = "file";
    check.name = name;
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    check.what = path + (failed ? "" : ", " + for_people(Bytes{size}));
    if (failed) {
        check.state = control::CheckState::error;
        check.code = "FG-DMN-005";
        check.cause = failed.message();
        check.next = "ls -l " + path + "; or correct the path, then: fairgate config check";
    } else if (::access(path.c_str(), R_OK) != 0) {
        check.state = control::CheckState::error;
        check.code = "FG-DMN-005";
        check.cause = std::generic_category().message(errno);
        check.next = "setfacl -m u:fairgate:r " + path;
    }
    return check;
}

std::vector<control::Check> checks_of(const sources::SourceHealth& health, TimePoint now) {
    std::vector<control::Check> checks(2);
    control::Check& state = checks[0];
    state.stage = "source";
    state.name = health.source;
    state.what =
        std::string(sources::to_text(health.state)) + ", " + std::to_string(health.lines) +
        " lines" +
        (health.last_line ? ", the newest " + for_people(now - *health.last_line) + " old" : "");
    state.state = sources::is_trustworthy(health.state) ? control::CheckState::ok
                                                        : control::CheckState::warning;
    if (health.error) {
        state.state = control::CheckState::error;
        state.code = health.error->code;
        state.cause = health.error->cause;
        state.next = health.error->next;
    }
    control::Check& lines = checks[1];
    lines.stage = "lines";
    lines.name = health.source;
    lines.what = std::to_string(health.observations) + " counted, " +
                 std::to_string(health.parse_errors) + " unreadable";
    if (health.parse_errors > 0) {
        lines.state = control::CheckState::warning;
        lines.cause = health.error_samples.empty() ? "" : health.error_samples.front();
        lines.next = "fairgate source tail " + health.source;
    }
    for (const sources::SkipCount& skip : health.skipped) {
        lines.what += ", " + std::to_string(skip.lines) + " " + skip.reason;
    }
    return checks;
}

}  // namespace fairgate::daemon
