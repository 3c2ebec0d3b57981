#include "store/sqlite/store.hpp"

#include "store/contract.hpp"
#include "store/errors.hpp"
#include "store/sqlite/database.hpp"
#include "store/sqlite/migrations.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace fairgate::store {
namespace {

namespace fs = std::filesystem;

/// A directory of its own for each test, gone with it.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "fairgate-store-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path operator/(const char* name) const { return path_ / name; }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::unique_ptr<Store> make_store() {
    static std::vector<std::unique_ptr<Folder>> folders;  // removed when all tests are over
    folders.push_back(std::make_unique<Folder>());
    return sqlite::open({.path = *folders.back() / "fairgate.db"}).value();
}

std::string open_error(const fs::path& path) {
    using namespace std::chrono_literals;
    const auto opened =
        sqlite::open({.path = path, .ownership = sqlite::Ownership::shared, .patience = 20ms});
    return opened ? "" : opened.error().code;
}

TEST(sqlite_store, what_was_written_is_there_after_a_restart) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    ASSERT_TRUE(sqlite::open({.path = path}).value()->meta().set("a", "1"));
    EXPECT_EQ(sqlite::open({.path = path}).value()->meta().get("a").value(), "1");
    struct stat status{};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(sqlite_store, a_second_daemon_is_refused_and_told_who_holds_it) {
    const Folder folder;
    const auto first = sqlite::open({.path = folder / "fairgate.db"}).value();
    const auto second = sqlite::open({.path = folder / "fairgate.db"});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errors::in_use);
    EXPECT_NE(second.error().cause.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_EQ(open_error(folder / "fairgate.db"), "");
}

TEST(sqlite_store, a_file_that_is_no_database_is_refused_and_kept) {
    const Folder folder;
    std::ofstream(folder / "a.db") << "this is not a database, but somebody's letter, long enough";
    EXPECT_EQ(open_error(folder / "a.db"), errors::corrupt);
    std::ifstream file(folder / "a.db");
    EXPECT_EQ(std::string(std::istreambuf_iterator(file), {}).substr(0, 7), "this is");
    EXPECT_EQ(open_error(folder / "none/a.db"), errors::cannot_open);
    EXPECT_EQ(open_error(folder.path()), errors::cannot_open);
}

TEST(sqlite_store, a_database_of_another_program_is_refused) {
    const Folder folder;
    sqlite::Database::open(folder / "a.db", {}).value().execute("CREATE TABLE t (x)").value();
    EXPECT_EQ(open_error(folder / "a.db"), errors::not_ours);
}

TEST(sqlite_store, damage_is_found_and_is_no_crash) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    {
        const auto store = sqlite::open({.path = path}).value();
        for (int i = 0; i < 200; ++i) {
            ASSERT_TRUE(store->meta().set("key" + std::to_string(i), std::string(500, 'x')));
        }
    }
    const auto size = fs::file_size(path);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file << std::string(size / 2, '\xa5');
    file.close();
    const auto store = sqlite::open({.path = path}).value();
    EXPECT_EQ(store->check().error().code, errors::corrupt);
    std::string code;
    for (int i = 0; i < 200 && code.empty(); ++i) {
        const auto got = store->meta().get("key" + std::to_string(i));
        code = got ? "" : got.error().code;
    }
    EXPECT_EQ(code, errors::corrupt);
}

TEST(sqlite_store, a_database_of_a_newer_fairgate_is_refused_with_the_way_back) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    ASSERT_TRUE(sqlite::open({.path = path}).value()->meta().set("a", "old"));
    std::vector<sqlite::Migration> newer(sqlite::migrations().begin(), sqlite::migrations().end());
    const int version = newer.back().version + 1;
    newer.push_back({version, "later", "DELETE FROM meta; CREATE TABLE later (x)"});
    {
        auto database = sqlite::Database::open(path, {}).value();
        ASSERT_TRUE(sqlite::migrate(database, newer));
        ASSERT_TRUE(sqlite::migrate(database, newer)) << "a second time changes nothing";
    }
    const auto opened = sqlite::open({.path = path});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, errors::newer_version);
    const fs::path copy = path.string() + ".before-" + std::to_string(version);
    EXPECT_NE(opened.error().next.find(copy.string()), std::string::npos);
    fs::rename(copy, path);
    fs::remove(path.string() + "-wal");
    EXPECT_EQ(sqlite::open({.path = path}).value()->meta().get("a").value(), "old");
}

TEST(sqlite_store, tables_with_another_history_are_refused) {
    const Folder folder;
    auto database = sqlite::Database::open(folder / "a.db", {}).value();
    const std::array<sqlite::Migration, 1> ours = {{{1, "a", "CREATE TABLE a (x)"}}};
    const std::array<sqlite::Migration, 1> other = {{{1, "a", "CREATE TABLE a (y)"}}};
    ASSERT_TRUE(sqlite::migrate(database, ours));
    EXPECT_EQ(sqlite::migrate(database, other).error().code, errors::altered);
}

TEST(sqlite_store, a_migration_that_fails_leaves_nothing) {
    const Folder folder;
    auto database = sqlite::Database::open(folder / "a.db", {}).value();
    const std::array<sqlite::Migration, 2> bad = {
        {{1, "a", "CREATE TABLE a (x)"}, {2, "b", "CREATE TABLE b (x); CREATE TABLE a (x)"}}
    };
    EXPECT_FALSE(sqlite::migrate(database, bad));
    EXPECT_EQ(
        database.value("SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')").value(),
        sqlite::Cell(std::int64_t{0})
    );
}

TEST(sqlite_store, a_full_disk_is_told_and_nothing_is_half_written) {
    const Folder folder;
    auto database = sqlite::Database::open(folder / "a.db", {}).value();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x TEXT); PRAGMA max_page_count = 20"));
    const auto fill = [&]() -> Result<void> {
        for (int i = 0; i < 100; ++i) {
            const auto done = database.run("INSERT INTO t VALUES (?)", {std::string(4000, 'x')});
            if (!done) {
                return done.error();
            }
        }
        return {};
    };
    const auto filled = database.atomically(Durability::now, fill);
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().code, errors::disk_full);
    EXPECT_EQ(database.value("SELECT count(*) FROM t").value(), sqlite::Cell(std::int64_t{0}));
    EXPECT_TRUE(database.atomically(Durability::now, [&]() -> Result<void> {
        return database.execute("INSERT INTO t VALUES ('fits')");
    }));
}

TEST(sqlite_store, a_transaction_that_was_taken_back_as_a_whole_is_not_gone_on_with) {
    const Folder folder;
    auto database = sqlite::Database::open(folder / "a.db", {}).value();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x TEXT)"));
    const auto insert = [&]() -> Result<void> {
        const auto done = database.run("INSERT INTO t VALUES ('x')");
        return done ? Result<void>() : Result<void>(done.error());
    };
    const auto taken_back = [&]() -> Result<void> {
        database.execute("ROLLBACK").value();  // as SQLite itself does when the disk is full
        return Error{.code = "FG-TST-001"};
    };
    const auto both = [&]() -> Result<void> {
        insert().value();
        EXPECT_FALSE(database.atomically(Durability::now, taken_back));
        EXPECT_FALSE(database.atomically(Durability::now, insert));
        EXPECT_FALSE(insert());
        return {};
    };
    EXPECT_EQ(database.atomically(Durability::now, both).error().code, errors::disk_full);
    EXPECT_EQ(database.value("SELECT count(*) FROM t").value(), sqlite::Cell(std::int64_t{0}));
    EXPECT_TRUE(database.atomically(Durability::now, insert));
}

TEST(sqlite_store, a_locked_database_is_told_after_a_while) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    const auto store =
        sqlite::open({.path = path, .patience = std::chrono::milliseconds(10)}).value();
    auto other = sqlite::Database::open(path, {}).value();
    ASSERT_TRUE(other.execute("BEGIN IMMEDIATE"));
    EXPECT_EQ(store->meta().set("a", "1").error().code, errors::busy);
    EXPECT_EQ(store->meta().get("a").value(), std::nullopt) << "reading goes on";
    ASSERT_TRUE(other.execute("ROLLBACK"));
    EXPECT_TRUE(store->meta().set("a", "1"));
}

TEST(sqlite_store, a_file_that_is_deleted_or_moved_while_it_is_open_is_told_and_may_come_back) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    const auto store = sqlite::open({.path = path}).value();
    ASSERT_TRUE(store->meta().set("a", "1"));
    fs::rename(path, folder / "elsewhere");
    EXPECT_EQ(store->meta().set("a", "2").error().code, errors::moved);
    const auto write = [&] { return store->meta().set("a", "3"); };
    EXPECT_EQ(store->atomically(Durability::now, write).error().code, errors::moved);
    fs::rename(folder / "elsewhere", path);
    EXPECT_TRUE(store->meta().set("a", "4"));
}

TEST(sqlite_store, a_row_that_no_program_of_ours_wrote_is_told) {
    const Folder folder;
    const auto path = folder / "fairgate.db";
    const auto store = sqlite::open({.path = path}).value();
    auto other = sqlite::Database::open(path, {}).value();
    ASSERT_TRUE(other.execute("INSERT INTO trust VALUES ('AS1', 'sometimes', NULL, '', 0, '')"));
    const auto read = store->trust().all();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, errors::unreadable_row);
    EXPECT_EQ(read.error().cause, "\"sometimes\" is not known");
}

TEST(sqlite_store, a_file_that_cannot_be_written_is_told) {
    const Folder folder;
    auto database = sqlite::Database::open(folder / "a.db", {}).value();
    ASSERT_TRUE(database.execute("CREATE TABLE t (x); PRAGMA query_only = ON"));
    EXPECT_EQ(database.execute("INSERT INTO t VALUES (1)").error().code, errors::read_only);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(sqlite, StoreContract, testing::Values(&make_store));

}  // namespace fairgate::store
