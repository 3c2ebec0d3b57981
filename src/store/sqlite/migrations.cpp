#include "store/sqlite/migrations.hpp"

#include "store/errors.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>

namespace fairgate::store::sqlite {

namespace {

constexpr std::int64_t application = 0x46474154;  // "FGAT", shown by file(1)

// Columns are named as the members of the values (row.hpp). Times are microseconds since 1970, in
// UTC; enums are their names; lists and evidence are JSON.
constexpr std::string_view first_tables = R"(
CREATE TABLE violation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    backend TEXT NOT NULL, name TEXT NOT NULL,
    "limit" INTEGER NOT NULL, devices INTEGER NOT NULL,
    opened INTEGER NOT NULL, closed INTEGER,
    seconds_over INTEGER NOT NULL, origins TEXT NOT NULL, confidence TEXT NOT NULL,
    forgiven INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX violation_account ON violation (name, id);
CREATE INDEX violation_opened ON violation (opened);
CREATE INDEX violation_closed ON violation (closed);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    backend TEXT NOT NULL, name TEXT NOT NULL,
    violation INTEGER REFERENCES violation (id),
    action TEXT NOT NULL, mode TEXT NOT NULL, state TEXT NOT NULL,
    decided INTEGER NOT NULL, until INTEGER, step INTEGER NOT NULL,
    reason TEXT NOT NULL, decided_by TEXT NOT NULL, evidence TEXT NOT NULL
) STRICT;
CREATE INDEX decision_account ON decision (name, id);
CREATE INDEX decision_state ON decision (state, id);
CREATE INDEX decision_decided ON decision (decided);
CREATE INDEX decision_violation ON decision (violation);

CREATE TABLE measure (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision INTEGER REFERENCES decision (id),
    backend TEXT NOT NULL, name TEXT NOT NULL,
    enforcer TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL,
    created INTEGER NOT NULL, due INTEGER, acted INTEGER, orders INTEGER NOT NULL,
    doubt INTEGER, attempts INTEGER NOT NULL, retry_at INTEGER, last_error TEXT NOT NULL, note TEXT NOT NULL,
    changed INTEGER NOT NULL
) STRICT;
CREATE INDEX measure_account ON measure (name, id);
CREATE INDEX measure_state ON measure (state, id);
CREATE INDEX measure_decision ON measure (decision);

CREATE TABLE measure_step (
    id INTEGER PRIMARY KEY,
    measure INTEGER NOT NULL REFERENCES measure (id) ON DELETE CASCADE,
    time INTEGER NOT NULL, state TEXT NOT NULL, what TEXT NOT NULL
) STRICT;
CREATE INDEX measure_step_measure ON measure_step (measure);

CREATE TABLE limit_setting (
    origin TEXT NOT NULL, backend TEXT NOT NULL, match TEXT NOT NULL, devices INTEGER NOT NULL,
    by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (origin, backend, match)
) STRICT, WITHOUT ROWID;
CREATE TABLE exemption (
    backend TEXT NOT NULL, name TEXT NOT NULL, until INTEGER,
    by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (backend, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE trust (
    scope TEXT NOT NULL PRIMARY KEY, effect TEXT NOT NULL, until INTEGER,
    by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE mode_override (
    scope TEXT NOT NULL, backend TEXT NOT NULL, match TEXT NOT NULL, mode TEXT NOT NULL,
    until INTEGER, by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (scope, backend, match)
) STRICT, WITHOUT ROWID;
CREATE TABLE rotating_network (
    scope TEXT NOT NULL PRIMARY KEY, learned INTEGER NOT NULL, accounts INTEGER NOT NULL,
    median_origins REAL NOT NULL, confirmed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE source_position (
    source TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL, last_line INTEGER,
    saved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL, who TEXT NOT NULL, via TEXT NOT NULL, action TEXT NOT NULL,
    object TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE INDEX audit_time ON audit (time);
CREATE INDEX audit_object ON audit (object, id);

CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)";

constexpr std::string_view ladder_table = R"(
CREATE TABLE ladder_setting (
    rule TEXT NOT NULL PRIMARY KEY, steps TEXT NOT NULL, "window" TEXT NOT NULL, warning TEXT NOT NULL,
    instant INTEGER, by TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)";

constexpr std::array known_migrations = {
    Migration{1, "first tables", first_tables},
    Migration{2, "a ladder set by command", ladder_table}
};

/// FNV-1a: it guards against a slip of ours, not against an enemy.
std::string checksum_of(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::array<char, 17> hex{};
    std::snprintf(hex.data(), hex.size(), "%016llx", static_cast<unsigned long long>(hash));
    return hex.data();
}

Error refuse(const Database& database, std::string_view code, std::string what, std::string next) {
    return Error{
        .code = std::string(code),
        .what = std::move(what),
        .where = database.path().string(),
        .state = "it was not changed",
        .next = std::move(next)
    };
}

std::filesystem::path copy_before(const Database& database, std::int64_t version) {
    return database.path().string() + ".before-" + std::to_string(version);
}

Error newer(const Database& database, std::int64_t theirs, int ours) {
    const auto copy = copy_before(database, ours + 1);
    std::string next = "start that version again";
    if (std::filesystem::exists(copy)) {
        next += ", or put back the copy made before the change: mv " + copy.string() + " " +
                database.path().string();
    }
    return refuse(
        database,
        errors::newer_version,
        "the database was written by a newer Fairgate (tables " + std::to_string(theirs) +
            ", this program knows " + std::to_string(ours) + ")",
        std::move(next)
    );
}

/// Which migrations the database has had, with their checksums.
Result<std::map<std::int64_t, std::string>> applied_to(Database& database) {
    auto rows = database.rows("SELECT version, checksum FROM migration");
    if (!rows) {
        return rows.error();
    }
    std::map<std::int64_t, std::string> applied;
    for (const Cells& row : *rows) {
        applied.emplace(std::get<std::int64_t>(row.at(0)), std::get<std::string>(row.at(1)));
    }
    return applied;
}

/// Makes a new file ours, and refuses somebody else's.
Result<void> claim(Database& database) {
    const auto id = database.value("PRAGMA application_id");
    if (!id) {
        return id.error();
    }
    if (*id == Cell(application)) {
        return {};
    }
    const auto tables = database.value("SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        return tables.error();
    }
    if (*id != Cell(std::int64_t{0}) || *tables != Cell(std::int64_t{0})) {
        return refuse(
            database,
            errors::not_ours,
            "this is a database of another program",
            "name another file in store.path"
        );
    }
    return database.execute(
        "PRAGMA application_id = " + std::to_string(application) +
        ";"
        "CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
        "checksum TEXT NOT NULL, applied TEXT NOT NULL) STRICT"
    );
}

Result<void> apply(Database& database, const Migration& migration) {
    if (auto done = database.execute(std::string(migration.sql)); !done) {
        return done;
    }
    const auto noted = database.run(
        "INSERT INTO migration VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ'))",
        {std::int64_t{migration.version}, std::string(migration.name), checksum_of(migration.sql)}
    );
    return noted ? Result<void>() : Result<void>(noted.error());
}

/// How many of `known` the database has; an error if it has others.
Result<std::size_t> compare(Database& database, std::span<const Migration> known) {
    const auto applied = applied_to(database);
    if (!applied) {
        return applied.error();
    }
    if (!applied->empty() && std::cmp_greater(applied->rbegin()->first, known.size())) {
        return newer(database, applied->rbegin()->first, static_cast<int>(known.size()));
    }
    for (const auto& [version, checksum] : *applied) {
        if (version < 1 ||
            checksum != checksum_of(known[static_cast<std::size_t>(version) - 1].sql)) {
            return refuse(
                database,
                errors::altered,
                "the database's tables were not made by a released Fairgate (migration " +
                    std::to_string(version) + " differs)",
                "put back a copy that a released Fairgate wrote"
            );
        }
    }
    return applied->size();
}

Result<void> keep_copy(Database& database, std::size_t applied) {
    const auto copy = copy_before(database, static_cast<std::int64_t>(applied) + 1);
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);  // of an attempt that was interrupted
    const auto made = database.run("VACUUM INTO ?", {copy.string()});
    if (!made) {
        return made.error();
    }
    std::filesystem::permissions(
        copy, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored
    );
    return {};
}

}  // namespace

std::span<const Migration> migrations() { return known_migrations; }

Result<void> migrate(Database& database, std::span<const Migration> known) {
    if (auto claimed = database.atomically(Durability::now, [&] { return claim(database); });
        !claimed) {
        return claimed;
    }
    const auto applied = compare(database, known);
    if (!applied) {
        return applied.error();
    }
    if (*applied > 0 && *applied < known.size()) {
        if (auto kept = keep_copy(database, *applied); !kept) {
            return kept;
        }
    }
    return database.atomically(Durability::now, [&]() -> Result<void> {
        const auto now = compare(database, known);  // another process may have been quicker
        if (!now) {
            return now.error();
        }
        for (const Migration& migration : known.subspan(*now)) {
            if (auto done = apply(database, migration); !done) {
                return done;
            }
        }
        return {};
    });
}

}  // namespace fairgate::store::sqlite
