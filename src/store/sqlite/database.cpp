#include "store/sqlite/database.hpp"

#include "store/errors.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace fairgate::store::sqlite {

namespace {

// Queries are made of few parts, so there are some dozens; more would be a mistake of ours.
constexpr std::size_t most_statements = 300;

struct Kind {
    std::string_view code;
    const char* what;
    const char* next;
};

/// What an extended result code means to an operator.
Kind kind_of(int code, int system_error) {
    const int primary = code & 0xff;
    if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && system_error == ENOSPC)) {
        return {errors::disk_full, "the disk is full", "free some space on the disk that holds it"};
    }
    switch (primary) {
        case SQLITE_CANTOPEN:
            return {
                errors::cannot_open,
                "the database cannot be opened",
                "see that the directory exists and that fairgate may write to it"
            };
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {
                errors::corrupt,
                "the database is damaged",
                "keep a copy of it, then restore a backup or mend it: fairgate help FG-STO-003"
            };
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {
                errors::busy,
                "another process keeps the database locked",
                "end the program that holds it open"
            };
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {
                errors::read_only,
                "the database cannot be written",
                "make the file and its directory writable for fairgate, or the disk writable again"
            };
        case SQLITE_IOERR:
            return {errors::io_failed, "the disk does not answer as it should", "check the disk"};
        case SQLITE_CONSTRAINT:
            return {errors::refused, "the database refused an entry that does not fit", ""};
        default:
            return {errors::failed, "the database does not do what it was asked", ""};
    }
}

void bind(sqlite3_stmt* statement, int at, const Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        sqlite3_bind_int64(statement, at, *whole);
    } else if (const auto* number = std::get_if<double>(&cell)) {
        sqlite3_bind_double(statement, at, *number);
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
        // The arguments outlive the statement's run.
        sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else {
        sqlite3_bind_null(statement, at);
    }
}

Cell cell_of(sqlite3_stmt* statement, int at) {
    switch (sqlite3_column_type(statement, at)) {
        case SQLITE_INTEGER:
            return sqlite3_column_int64(statement, at);
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement, at);
        case SQLITE_NULL:
            return {};
        default: {
            const void* text = sqlite3_column_blob(statement, at);
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, at));
            return text != nullptr ? std::string(static_cast<const char*>(text), size)
                                   : std::string();
        }
    }
}

}  // namespace

Result<Database> Database::open(
    const std::filesystem::path& path, std::chrono::milliseconds patience
) {
    Database database(path);
    sqlite3* connection = nullptr;
    const int opened = sqlite3_open_v2(
        path.c_str(),
        &connection,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        nullptr
    );
    database.connection_.reset(connection);
    if (opened != SQLITE_OK) {
        return database.failure();
    }
    sqlite3_busy_timeout(connection, static_cast<int>(patience.count()));
    // The log is cut back after a checkpoint, or a burst would leave a large file for ever.
    auto set = database.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA journal_size_limit = 16777216; PRAGMA trusted_schema = OFF;"
    );
    if (!set) {
        return set.error();
    }
    return database;
}

Result<void> Database::execute(const std::string& script) {
    if (sqlite3_exec(connection_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure();
    }
    return {};
}

Result<sqlite3_stmt*> Database::prepare(const std::string& sql, const Cells& arguments) {
    if (lost()) {
        return lost_error();
    }
    if (moved()) {
        return moved_error();
    }
    if (statements_.size() > most_statements) {
        statements_.clear();
    }
    Statement& statement = statements_[sql];
    if (!statement) {
        sqlite3_stmt* made = nullptr;
        const int prepared = sqlite3_prepare_v3(
            connection_.get(),
            sql.data(),
            static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT,
            &made,
            nullptr
        );
        if (prepared != SQLITE_OK) {
            statements_.erase(sql);
            return failure();
        }
        statement.reset(made);
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        bind(statement.get(), static_cast<int>(i) + 1, arguments[i]);
    }
    return statement.get();
}

Result<std::vector<Cells>> Database::rows(const std::string& sql, const Cells& arguments) {
    const auto statement = prepare(sql, arguments);
    if (!statement) {
        return statement.error();
    }
    std::vector<Cells> rows;
    int stepped = sqlite3_step(*statement);
    for (; stepped == SQLITE_ROW; stepped = sqlite3_step(*statement)) {
        Cells& row = rows.emplace_back();
        const int columns = sqlite3_column_count(*statement);
        for (int i = 0; i < columns; ++i) {
            row.push_back(cell_of(*statement, i));
        }
    }
    if (stepped != SQLITE_DONE) {
        Error error = failure();
        sqlite3_reset(*statement);
        return error;
    }
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
    return rows;
}

Result<int> Database::run(const std::string& sql, const Cells& arguments) {
    const auto done = rows(sql, arguments);
    return done ? Result<int>(sqlite3_changes(connection_.get())) : Result<int>(done.error());
}

Result<Cell> Database::value(const std::string& sql, const Cells& arguments) {
    auto found = rows(sql, arguments);
    if (!found) {
        return found.error();
    }
    return found->empty() || found->front().empty() ? Cell() : found->front().front();
}

Result<void> Database::atomically(
    Durability durability, const std::function<Result<void>()>& work
) {
    if (auto begun = begin(durability); !begun) {
        return begun;
    }
    try {
        if (auto done = work(); !done) {
            roll_back();
            return done;
        }
    } catch (...) {
        roll_back();
        throw;
    }
    auto ended = end();
    if (!ended) {
        roll_back();
    }
    return ended;
}

Result<void> Database::begin(Durability durability) {
    if (lost()) {
        return lost_error();
    }
    if (depth_ > 0) {
        auto begun = execute("SAVEPOINT inner");
        depth_ += begun ? 1 : 0;
        return begun;
    }
    if (durability != durability_) {  // it cannot change inside a transaction
        auto changed = execute(
            durability == Durability::now ? "PRAGMA synchronous = FULL"
                                          : "PRAGMA synchronous = NORMAL"
        );
        if (!changed) {
            return changed;
        }
        durability_ = durability;
    }
    if (moved()) {
        return moved_error();
    }
    auto begun = execute("BEGIN IMMEDIATE");
    if (begun) {
        depth_ = 1;
    }
    return begun;
}

Result<void> Database::end() {
    if (lost()) {
        return lost_error();
    }
    auto ended = execute(depth_ > 1 ? "RELEASE inner" : "COMMIT");
    depth_ -= ended ? 1 : 0;
    return ended;
}

void Database::roll_back() {
    // After some failures (a full disk) SQLite has already rolled back everything by itself.
    if (sqlite3_get_autocommit(connection_.get()) == 0) {
        (void)execute(depth_ > 1 ? "ROLLBACK TO inner; RELEASE inner" : "ROLLBACK");
    }
    --depth_;
}

bool Database::moved() const {
    int moved = 0;
    const int asked =
        sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return asked == SQLITE_OK && moved != 0;
}

Error Database::moved_error() const {
    return Error{
        .code = std::string(errors::moved),
        .what = "the database was moved or deleted while it was in use",
        .where = path_.string(),
        .cause = "another file, or none, has its name now",
        .state = "nothing of this was stored",
        .next =
            "put it back, or stop fairgate before anything else is done: fairgate help FG-STO-015"
    };
}

Error Database::lost_error() const {
    return Error{
        .code = std::string(errors::disk_full),
        .what = "the database took back a transaction as a whole",
        .where = path_.string(),
        .cause = "a part of it could not be written",
        .state = "nothing of this was stored",
        .next = "free some space on the disk that holds it"
    };
}

Error Database::failure() const {
    sqlite3* connection = connection_.get();
    if (connection == nullptr) {
        return Error{.code = std::string(errors::failed), .what = "out of memory"};
    }
    const int system_error = sqlite3_system_errno(connection);
    const Kind kind = kind_of(sqlite3_extended_errcode(connection), system_error);
    std::string cause = sqlite3_errmsg(connection);
    if (system_error != 0 && (kind.code == errors::io_failed || kind.code == errors::cannot_open)) {
        cause += " (" + std::generic_category().message(system_error) + ")";
    }
    return Error{
        .code = std::string(kind.code),
        .what = kind.what,
        .where = path_.string(),
        .cause = std::move(cause),
        .state = "nothing of this was stored",
        .next = kind.next
    };
}

}  // namespace fairgate::store::sqlite
