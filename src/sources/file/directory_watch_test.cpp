#include "sources/file/directory_watch.hpp"

#include "base/spawn.hpp"
#include "sources/file/test_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <filesystem>

namespace fairgate::sources::file {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> wait_into(
    DirectoryWatch& watch, std::chrono::milliseconds patience, DirectoryChange& change
) {
    change = co_await watch.wait(patience);
}

class DirectoryWatchTest : public testing::Test {
public:
    DirectoryChange wait(DirectoryWatch& watch, std::chrono::milliseconds patience) {
        DirectoryChange change;
        const Task task = spawn(
            context.get_executor(),
            "wait",
            [&] { return wait_into(watch, patience, change); },
            nullptr
        );
        context.restart();
        context.run();
        return change;
    }

    TestFolder folder;
    asio::io_context context;
};

TEST_F(DirectoryWatchTest, tells_writes_from_changes_of_names) {
    DirectoryWatch watch(context.get_executor(), folder.path(""));
    folder.append("a", "1");
    EXPECT_TRUE(wait(watch, 60s).names_changed);
    folder.append("a", "2");
    const DirectoryChange change = wait(watch, 60s);
    EXPECT_FALSE(change.names_changed);
    EXPECT_EQ(change.written, std::vector<std::string>{"a"});
    folder.rename("a", "b");
    EXPECT_TRUE(wait(watch, 60s).names_changed);
}

TEST_F(DirectoryWatchTest, nothing_within_its_patience_is_nothing) {
    DirectoryWatch watch(context.get_executor(), folder.path(""));
    const DirectoryChange change = wait(watch, 1ms);
    EXPECT_FALSE(change.names_changed);
    EXPECT_TRUE(change.written.empty());
}

TEST_F(DirectoryWatchTest, where_it_cannot_watch_it_sends_its_caller_to_look) {
    DirectoryWatch watch(context.get_executor(), folder.path("later"));
    EXPECT_FALSE(watch.is_watching());
    EXPECT_TRUE(wait(watch, 1ms).names_changed);
    std::filesystem::create_directory(folder.path("later"));
    EXPECT_TRUE(wait(watch, 1ms).names_changed);
    EXPECT_TRUE(watch.is_watching()) << "and watches once it can";
}

TEST_F(DirectoryWatchTest, a_directory_made_anew_is_watched_again) {
    std::filesystem::create_directory(folder.path("logs"));
    DirectoryWatch watch(context.get_executor(), folder.path("logs"));
    std::filesystem::remove(folder.path("logs"));
    EXPECT_TRUE(wait(watch, 60s).names_changed);
    EXPECT_FALSE(watch.is_watching());
    std::filesystem::create_directory(folder.path("logs"));
    EXPECT_TRUE(wait(watch, 1ms).names_changed);
    EXPECT_TRUE(watch.is_watching());
}

}  // namespace
}  // namespace fairgate::sources::file
