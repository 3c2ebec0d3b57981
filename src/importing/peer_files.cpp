#include "importing/peer_files.hpp"

#include "config/file.hpp"
#include "importing/archive.hpp"
#include "importing/errors.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace fairgate::importing {

namespace {

namespace fs = std::filesystem;

void add(PeerFiles& gathered, PeerFile file) {
    if (const PeerFile* earlier = gathered.find(file.name)) {
        if (earlier->shown != file.shown) {
            gathered.left_out.push_back(
                {LeftOutBecause::outdone, file.shown, "", "not read: " + earlier->shown + " is"}
            );
        }
        return;
    }
    gathered.files.push_back(std::move(file));
}

void add_file(PeerFiles& gathered, const fs::path& path) {
    auto bytes = config::read_whole(path.string());
    if (!bytes) {
        gathered.faults.push_back(errors::cannot_read(path.string(), bytes.error().cause));
        return;
    }
    add(gathered, {path.filename().string(), path.string(), *std::move(bytes)});
}

void add_archive(PeerFiles& gathered, const fs::path& path) {
    auto members = read_archive(path.string());
    if (!members) {
        gathered.faults.push_back(members.error());
        return;
    }
    for (ArchiveMember& member : *members) {
        const std::string name = fs::path(member.path).filename().string();
        add(gathered, {name, path.string() + ": " + member.path, std::move(member.bytes)});
    }
}

void add_folder(PeerFiles& gathered, Peer peer, const fs::path& folder) {
    static constexpr std::array below = {"", "data", "config", "legacy"};
    std::error_code error;
    for (const char* part : below) {
        for (const std::string_view name : known_files(peer)) {
            const fs::path path = *part == '\0' ? folder / name : folder / part / name;
            if (fs::is_regular_file(path, error)) {
                add_file(gathered, path);
            }
        }
    }
}

bool is_archive(const fs::path& path) { return path.extension() == ".zip"; }

/// The write-ahead log beside a database that was named alone.
void add_log(PeerFiles& gathered, const fs::path& path) {
    std::error_code error;
    const fs::path log = path.string() + "-wal";
    if (is_database(path.string()) && fs::is_regular_file(log, error)) {
        add_file(gathered, log);
    }
}

}  // namespace

const PeerFile* PeerFiles::find(std::string_view name) const {
    const auto found =
        std::ranges::find_if(files, [&](const PeerFile& file) { return file.name == name; });
    return found == files.end() ? nullptr : &*found;
}

const std::vector<std::string_view>& known_files(Peer peer) {
    static const std::vector<std::string_view> pg_limiter = {
        ".env",
        "pg_limiter.db",
        "pg_limiter.db-wal",
        "config.json",
        "backup.json",
        ".disable_users.json",
        "disable_users.json",
        ".user_groups_backup.json",
        ".violation_history.json",
        ".user_warnings.json",
        ".warning_history.json",
        ".ip_history.json",
        "topics.json",
        "disable_messages.json",
        "auto_backup_config.json",
        "backup_info.txt"
    };
    static const std::vector<std::string_view> v2iplimit = {
        "config.json", "v2iplimit_config.json", ".disable_users.json"
    };
    static const std::vector<std::string_view> marzban_sentry = {
        ".env", "users.json", "storage.json"
    };
    static const std::vector<std::string_view> luip = {
        ".env", "users.json", "users.csv", "blocked_ips.csv", "db.sqlite"
    };
    switch (peer) {
        case Peer::pg_limiter:
            return pg_limiter;
        case Peer::v2iplimit:
            return v2iplimit;
        case Peer::marzban_sentry:
            return marzban_sentry;
        case Peer::luip:
            break;
    }
    return luip;
}

bool is_database(std::string_view name) {
    return name.ends_with(".db") || name.ends_with(".sqlite") || name.ends_with(".sqlite3") ||
           name.ends_with(".db-wal") || name.ends_with(".sqlite-wal");
}

PeerFiles gather(Peer peer, const std::vector<std::string>& paths) {
    PeerFiles gathered;
    std::string looked;
    std::error_code error;
    for (const std::string& path : paths) {
        looked += (looked.empty() ? "" : ", ") + path;
        if (fs::is_directory(path, error)) {
            add_folder(gathered, peer, path);
        } else if (is_archive(path) && fs::is_regular_file(path, error)) {
            add_archive(gathered, path);
        } else {
            add_file(gathered, path);
            add_log(gathered, path);
        }
    }
    if (gathered.files.empty() && gathered.faults.empty()) {
        gathered.faults.push_back(errors::nothing_found(name_of(peer), looked));
    }
    return gathered;
}

}  // namespace fairgate::importing
