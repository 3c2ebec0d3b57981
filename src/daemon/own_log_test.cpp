#include "daemon/own_log.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace fairgate::daemon {
namespace {

using control::Happening;
using control::Topic;
using namespace std::chrono_literals;

class OwnLogTest : public testing::Test {
public:
    void take(Topic topic, std::string message, boost::json::object details = {}) {
        Happening happened;
        happened.topic = topic;
        happened.account = "ali";
        happened.message = std::move(message);
        happened.details = std::move(details);
        log.take(happened, now);
    }
    void measure(const std::string& state, const std::string& what) {
        take(
            Topic::measure,
            what,
            {{"id", "mea_3"},
             {"decision", "dec_7"},
             {"enforcer", "pasarguard:main"},
             {"state", state},
             {"due", "2026-02-06T12:30:00Z"},
             {"last_error", state == "failed" ? "the account is gone" : ""}}
        );
    }

    std::vector<std::string> lines;
    OwnLog log{[this](const std::string& line) { lines.push_back(line); }, OwnLog::Stamp::none};
    OwnLog::Steady now;
};

TEST_F(OwnLogTest, a_decision_is_one_line_that_says_who_what_until_why) {
    take(
        Topic::decision,
        "3 devices at once, limit 2",
        {{"id", "dec_7"},
         {"action", "block"},
         {"state", "in_force"},
         {"until", "2026-02-06T12:30:00.301Z"}}
    );
    EXPECT_EQ(
        lines.at(0),
        "decision dec_7 in_force: block \"ali\" until 2026-02-06T12:30:00Z: 3 devices at once, "
        "limit 2; fairgate why dec_7"
    );
}

TEST_F(OwnLogTest, a_measure_is_told_when_it_comes_into_force_and_when_it_ends) {
    measure("pending", "read the state before");
    measure("active", "disabled in the panel");
    measure("active", "looked again");
    measure("lifting", "is due");
    measure("lifted", "enabled in the panel");
    measure("failed", "given up");
    const std::vector<std::string> expected = {
        "measure mea_3 active: \"ali\" is blocked until 2026-02-06T12:30:00Z, by pasarguard:main; "
        "fairgate why dec_7",
        "measure mea_3 lifted: \"ali\" is given back (enabled in the panel), by pasarguard:main; "
        "fairgate why dec_7",
        "measure mea_3 failed: \"ali\": the account is gone, by pasarguard:main; fairgate why dec_7"
    };
    EXPECT_EQ(lines, expected);
}

TEST_F(OwnLogTest, what_others_chose_cannot_make_lines_of_its_own) {
    Happening happened;
    happened.topic = Topic::alarm;
    happened.account = "ali\"\ndecision dec_1";
    happened.message = "refused:\n\x1b[2J";
    log.take(happened, now);
    EXPECT_EQ(lines.at(0), "alarm \"ali\\\"\\x0adecision dec_1\": refused:\\x0a\\x1b[2J");
}

TEST_F(OwnLogTest, a_log_that_knows_no_times_is_told_them) {
    OwnLog stamped([this](const std::string& line) { lines.push_back(line); }, OwnLog::Stamp::time);
    Happening happened;
    happened.topic = Topic::source;
    happened.time = TimePoint(std::chrono::seconds(1'770'379'800)) + 250ms;
    happened.message = "source main is silent";
    stamped.take(happened, now);
    EXPECT_EQ(lines.at(0), "2026-02-06T12:10:00Z source main is silent");
}

TEST_F(OwnLogTest, a_storm_is_counted_and_not_written) {
    for (int i = 0; i < 1000; ++i) {
        take(Topic::source, "source main is silent");
    }
    EXPECT_EQ(lines.size(), OwnLog::most_lines);
    now += 61s;
    take(Topic::source, "source main is live");
    ASSERT_EQ(lines.size(), OwnLog::most_lines + 2);
    EXPECT_EQ(
        lines.at(OwnLog::most_lines),
        "880 more lines in a minute were left out; fairgate decision list"
    );
}

}  // namespace
}  // namespace fairgate::daemon
