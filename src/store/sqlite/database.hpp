#pragma once

#include "base/error.hpp"
#include "store/store.hpp"

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace fairgate::store::sqlite {

/// What SQLite can hold; NULL is the first.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;
using Cells = std::vector<Cell>;

/// One connection with its prepared statements. Knows no table.
class Database {
public:
    /// Opens or makes the file, with a write-ahead log, foreign keys and full synchronisation.
    static Result<Database> open(
        const std::filesystem::path& path, std::chrono::milliseconds patience
    );

    /// Several statements without arguments.
    Result<void> execute(const std::string& script);

    /// One statement, each `?` of it one cell. Says how many rows it changed.
    Result<int> run(const std::string& sql, const Cells& arguments = {});
    /// The rows that a query answers.
    Result<std::vector<Cells>> rows(const std::string& sql, const Cells& arguments = {});
    /// The first cell of the first row; NULL if there is none.
    Result<Cell> value(const std::string& sql, const Cells& arguments = {});

    std::int64_t last_id() const { return sqlite3_last_insert_rowid(connection_.get()); }

    Result<void> atomically(Durability durability, const std::function<Result<void>()>& work);

    const std::filesystem::path& path() const { return path_; }

private:
    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

    explicit Database(std::filesystem::path path) : path_(std::move(path)) {}
    Result<sqlite3_stmt*> prepare(const std::string& sql, const Cells& arguments);
    Result<void> begin(Durability durability);
    Result<void> end();
    void roll_back();
    Error failure() const;
    /// Whether SQLite has undone the whole transaction by itself (a full disk): then nothing more
    /// may be written as if it were a part of it.
    bool lost() const { return depth_ > 0 && sqlite3_get_autocommit(connection_.get()) != 0; }
    Error lost_error() const;
    /// Whether another file, or none, has its name now.
    bool moved() const;
    Error moved_error() const;

    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> connection_;
    std::unordered_map<std::string, Statement> statements_;
    Durability durability_ = Durability::now;
    int depth_ = 0;  ///< of transactions inside each other
};

}  // namespace fairgate::store::sqlite
