#include "sources/file/directory_list.hpp"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <system_error>
#include <tuple>

namespace fairgate::sources::file {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Error no_directory(const LogPattern& pattern, int number) {
    if (number == EACCES || number == EPERM) {
        return no_permission(pattern.directory(), "rx");
    }
    return Error{
        .code = "FG-SRC-011",
        .what = "cannot look into " + pattern.directory(),
        .cause = std::generic_category().message(number),
        .state = "its logs are read as soon as it is there",
        .next = "check the path, and log.access in the core's configuration",
    };
}

Error too_many(const LogPattern& pattern) {
    return Error{
        .code = "FG-SRC-015",
        .what = "more than " + std::to_string(most_files) + " files match " + pattern.text(),
        .state = "none of them is read",
        .next = "name the log itself, or remove old logs",
    };
}

std::optional<DirectoryEntry> look_at(DIR* directory, std::string name, const LogPattern& pattern) {
    const bool is_log = pattern.is_log(name);
    struct stat status{};
    if ((!is_log && !pattern.is_rotated(name)) ||
        fstatat(dirfd(directory), name.c_str(), &status, 0) != 0 || S_ISDIR(status.st_mode)) {
        return std::nullopt;
    }
    const FileFacts facts = facts_of(status);
    return DirectoryEntry{.name = std::move(name), .facts = facts, .is_log = is_log};
}

}  // namespace

namespace {

/// "access.log.1" beside "access.log" is a rotated one, also where the pattern takes every file.
bool is_rotation_of_another(const std::string& name, const std::set<std::string>& logs) {
    for (std::size_t at = name.find_first_of(".-", 1); at != std::string::npos;
         at = name.find_first_of(".-", at + 1)) {
        if (logs.contains(name.substr(0, at))) {
            return true;
        }
    }
    return false;
}

void find_rotated(std::vector<DirectoryEntry>& entries) {
    std::set<std::string> logs;
    for (const DirectoryEntry& entry : entries) {
        if (entry.is_log) {
            logs.insert(entry.name);
        }
    }
    for (DirectoryEntry& entry : entries) {
        entry.is_log = entry.is_log && !is_rotation_of_another(entry.name, logs);
    }
}

}  // namespace

Result<std::vector<DirectoryEntry>> list_logs(const LogPattern& pattern) {
    const Directory directory(opendir(pattern.directory().c_str()));
    if (!directory) {
        return no_directory(pattern, errno);
    }
    std::vector<DirectoryEntry> entries;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own
    while (const dirent* each = readdir(directory.get())) {
        if (auto entry = look_at(directory.get(), each->d_name, pattern)) {
            entries.push_back(*std::move(entry));
        }
        if (entries.size() > most_files) {
            return too_many(pattern);
        }
    }
    find_rotated(entries);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return std::tie(a.is_log, a.facts.changed_ns, b.name) <
               std::tie(b.is_log, b.facts.changed_ns, a.name);
    });
    return entries;
}

}  // namespace fairgate::sources::file
