#include "importing/peer_database.hpp"

#include "importing/errors.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <unistd.h>

namespace fairgate::importing {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_rows = 1'000'000;

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// A folder that only this user may look into, and that goes with everything in it.
class PrivateFolder {
public:
    PrivateFolder() {
        std::string pattern = (fs::temp_directory_path() / "fairgate-import-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr) {
            path_ = pattern;
        }
    }
    ~PrivateFolder() {
        std::error_code ignored;
        if (!path_.empty()) {
            fs::remove_all(path_, ignored);
        }
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;

    bool is_there() const { return !path_.empty(); }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

bool write(const std::string& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    return !file.fail();
}

std::string text_at(sqlite3_stmt* row, int column) {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
}

json::Value value_at(sqlite3_stmt* row, int column) {
    switch (sqlite3_column_type(row, column)) {
        case SQLITE_INTEGER:
            return static_cast<std::int64_t>(sqlite3_column_int64(row, column));
        case SQLITE_FLOAT:
            return sqlite3_column_double(row, column);
        case SQLITE_NULL:
            return nullptr;
        default:
            return json::Value(text_at(row, column));
    }
}

/// All rows of a query, or what SQLite says.
Result<std::vector<boost::json::object>> rows_of(
    const std::string& name, sqlite3* connection, const std::string& sql
) {
    sqlite3_stmt* made = nullptr;
    const int prepared = sqlite3_prepare_v2(connection, sql.c_str(), -1, &made, nullptr);
    const Statement statement(made);
    if (prepared != SQLITE_OK) {
        return errors::bad_database(name, sqlite3_errmsg(connection));
    }
    std::vector<boost::json::object> rows;
    int step = 0;
    while ((step = sqlite3_step(made)) == SQLITE_ROW) {
        boost::json::object row;
        const int columns = sqlite3_column_count(made);
        row.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            row[sqlite3_column_name(made, column)] = value_at(made, column);
        }
        rows.push_back(std::move(row));
        if (rows.size() > most_rows) {
            return errors::bad_database(name, "a table of it has more than a million rows");
        }
    }
    if (step != SQLITE_DONE) {
        return errors::bad_database(name, sqlite3_errmsg(connection));
    }
    return rows;
}

std::string as_identifier(std::string_view table) {
    std::string text = "\"";
    for (const char c : table) {
        text += c;
        if (c == '"') {
            text += c;
        }
    }
    return text + "\"";
}

Result<std::vector<PeerTable>> read_tables(const std::string& name, sqlite3* connection) {
    const auto sound = rows_of(name, connection, "PRAGMA quick_check(1)");
    if (!sound) {
        return sound.error();
    }
    if (sound->empty() || sound->front().begin()->value() != "ok") {
        return errors::bad_database(name, "its pages contradict each other");
    }
    const auto named = rows_of(
        name,
        connection,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
        "'\\' ORDER BY name"
    );
    if (!named) {
        return named.error();
    }
    std::vector<PeerTable> tables;
    for (const boost::json::object& row : *named) {
        PeerTable table;
        table.name = std::string(row.at("name").as_string());
        auto rows = rows_of(name, connection, "SELECT * FROM " + as_identifier(table.name));
        if (!rows) {
            return rows.error();
        }
        table.rows = *std::move(rows);
        tables.push_back(std::move(table));
    }
    return tables;
}

}  // namespace

Result<std::vector<PeerTable>> read_database(
    const std::string& name, std::string_view bytes, std::string_view log
) {
    const PrivateFolder folder;
    const std::string copy = folder.file("peer.db");
    const bool copied =
        folder.is_there() && write(copy, bytes) && (log.empty() || write(copy + "-wal", log));
    if (!copied) {
        return errors::bad_database(name, "no copy could be made in the folder for passing files");
    }
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(copy.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const Connection connection(opened);
    if (result != SQLITE_OK) {
        return errors::bad_database(name, sqlite3_errstr(result));
    }
    sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, 16 << 20);
    sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    return read_tables(name, opened);
}

}  // namespace fairgate::importing
