#include "importing/running.hpp"

#include "importing/folder_for_tests.hpp"

#include <gtest/gtest.h>

namespace fairgate::importing {
namespace {

using namespace std::string_view_literals;

TEST(running, a_tool_that_still_runs_is_seen) {
    const Folder proc;
    proc.write("17/cmdline", "/usr/bin/python3\0limiter.py\0"sv);
    proc.write("18/cmdline", "./v2iplimit_linux_amd64\0"sv);
    proc.write("19/cmdline", "python3\0main.py\0"sv);
    proc.write("20/cmdline", "node\0app.js\0"sv);
    for (const auto& [process, folder] :
         {std::pair("19", "Marzban-Sentry"), std::pair("20", "luIP-marzban")}) {
        std::filesystem::create_directory_symlink(
            std::string("/opt/") + folder, proc.path() + "/" + process + "/cwd"
        );
    }
    EXPECT_EQ(running_process(Peer::pg_limiter, proc.path()), 17);
    EXPECT_EQ(running_process(Peer::v2iplimit, proc.path()), 18);
    EXPECT_EQ(running_process(Peer::marzban_sentry, proc.path()), 19);
    EXPECT_EQ(running_process(Peer::luip, proc.path()), 20);
}

TEST(running, a_process_that_cannot_be_read_any_more_is_passed_over) {
    const Folder proc;
    std::filesystem::create_directories(proc.path() + "/16/cmdline");  // reading it fails
    proc.write("17/cmdline", "/usr/bin/python3\0limiter.py\0"sv);
    EXPECT_EQ(running_process(Peer::pg_limiter, proc.path()), 17);
}

TEST(running, who_only_names_a_tool_is_not_it) {
    const Folder proc;
    proc.write("17/cmdline", "vim\0limiter.py\0"sv);
    proc.write("18/cmdline", "fairgate\0import\0v2iplimit\0"sv);
    proc.write("19/cmdline", "python3\0main.py\0"sv);
    proc.write("20/cmdline", ""sv);
    proc.write("self/cmdline", "python3\0limiter.py\0"sv);
    for (const Peer peer : {Peer::pg_limiter, Peer::v2iplimit, Peer::marzban_sentry, Peer::luip}) {
        EXPECT_EQ(running_process(peer, proc.path()), std::nullopt);
        EXPECT_EQ(running_process(peer, proc.path() + "/none"), std::nullopt);
    }
}

}  // namespace
}  // namespace fairgate::importing
