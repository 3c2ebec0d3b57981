#include "daemon/blocked_log.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace fairgate::daemon {
namespace {

class BlockedLogTest : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove(file); }

    void changed(int id, MeasureState state, Action action = Action::block) {
        enforcement::MeasureEvent event;
        event.measure.id.value = id;
        event.measure.account = {"main", "ali|ce"};
        event.measure.action = action;
        event.measure.reason = "3 devices at once, limit 2";
        event.measure.state = state;
        log.measure_changed(event);
        io.restart();
        io.run();
    }
    std::vector<std::string> lines() const {
        std::ifstream in(file);
        std::vector<std::string> all;
        for (std::string line; std::getline(in, line);) {
            all.push_back(line);
        }
        return all;
    }

    std::string file = std::filesystem::temp_directory_path() /
                       ("fairgate-blocked-" + std::to_string(::getpid()) + ".log");
    boost::asio::io_context io;
    std::vector<std::string> faults;
    BlockedLog log{BlockedLog::Parts{
        file,
        io.get_executor(),
        io.get_executor(),
        [this](const Error& error) { faults.push_back(error.code); }
    }};
};

TEST_F(BlockedLogTest, a_line_is_added_once_a_block_is_in_force) {
    changed(1, MeasureState::pending);
    EXPECT_TRUE(lines().empty());
    changed(1, MeasureState::active);
    changed(1, MeasureState::active);  // ordered again
    changed(1, MeasureState::lifting);
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_NE(lines()[0].find(" | main | ali_ce | 3 devices at once, limit 2"), std::string::npos);
}

TEST_F(BlockedLogTest, what_was_in_force_before_or_never_came_into_force_is_not_told) {
    changed(1, MeasureState::active);
    changed(2, MeasureState::pending);
    changed(2, MeasureState::lifting);
    changed(3, MeasureState::pending, Action::warn);
    changed(3, MeasureState::active, Action::warn);
    EXPECT_TRUE(lines().empty());
}

TEST_F(BlockedLogTest, a_file_that_cannot_be_written_is_told_once) {
    std::filesystem::create_directory(file);
    for (int id = 1; id <= 2; ++id) {
        changed(id, MeasureState::pending);
        changed(id, MeasureState::active);
    }
    EXPECT_EQ(faults, std::vector<std::string>{"FG-ENF-023"});
}

}  // namespace
}  // namespace fairgate::daemon
