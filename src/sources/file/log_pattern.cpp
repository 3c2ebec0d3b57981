#include "sources/file/log_pattern.hpp"

#include <algorithm>
#include <array>
#include <fnmatch.h>

namespace fairgate::sources::file {

namespace {

constexpr std::string_view wildcards = "*?[";
constexpr std::array<std::string_view, 7> compressed = {
    ".gz", ".xz", ".zst", ".bz2", ".lz4", ".zip", ".7z"
};

bool is_compressed(std::string_view name) {
    return std::any_of(compressed.begin(), compressed.end(), [&](std::string_view ending) {
        return name.ends_with(ending);
    });
}

Error bad_path(std::string_view path, std::string cause) {
    return Error{
        .code = "FG-SRC-016",
        .what = "\"" + std::string(path) + "\" names no log file",
        .cause = std::move(cause),
        .next = "give an absolute path such as /var/log/xray/access.log or /var/log/xray/*.log",
    };
}

}  // namespace

Result<LogPattern> LogPattern::parse(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (path.empty() || path.front() != '/') {
        return bad_path(path, "the path is not absolute");
    }
    LogPattern pattern;
    pattern.text_ = path;
    pattern.directory_ = path.substr(0, std::max<std::size_t>(slash, 1));
    pattern.glob_ = path.substr(slash + 1);
    if (pattern.glob_.empty()) {
        pattern.glob_ = "*";
    }
    if (pattern.directory_.find_first_of(wildcards) != std::string::npos) {
        return bad_path(path, "only the last part may hold wildcards");
    }
    if (pattern.glob_ == "." || pattern.glob_ == "..") {
        return bad_path(path, "a directory is written with / at its end");
    }
    return pattern;
}

bool LogPattern::matches(const std::string& name) const {
    return fnmatch(glob_.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

bool LogPattern::is_log(const std::string& name) const {
    return !is_compressed(name) && matches(name);
}

bool LogPattern::is_rotated(const std::string& name) const {
    if (is_compressed(name)) {
        return false;
    }
    for (std::size_t at = name.find_first_of(".-", 1); at != std::string::npos;
         at = name.find_first_of(".-", at + 1)) {
        if (matches(name.substr(0, at))) {
            return true;
        }
    }
    return false;
}

}  // namespace fairgate::sources::file
