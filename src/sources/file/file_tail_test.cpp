#include "sources/file/file_tail.hpp"

#include "sources/file/test_folder.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <sys/fsuid.h>
#include <unistd.h>
#include <vector>

namespace fairgate::sources::file {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

// Lines as long as those of access logs: below 32 bytes no copy is known for one.
const std::string a = "2026/08/05 12:00:00.000001 from 198.51.100.7:40001 accepted a";
const std::string b = "2026/08/05 12:00:00.000002 from 198.51.100.7:40002 accepted b";
const std::string c = "2026/08/05 12:00:00.000003 from 198.51.100.7:40003 accepted c";

class FileTailTest : public testing::Test {
public:
    void start(const std::string& path = "access.log", StartAt where = StartAt::end) {
        TailSettings settings{.pattern = LogPattern::parse(folder.path(path)).value()};
        settings.start = where;
        settings.position = position;
        tail.emplace(std::move(settings), now);
    }

    /// We go down and come back with the last position.
    void stop() {
        position = tail->position();
        tail.reset();
    }

    /// Everything there is to read now.
    Lines drain(std::size_t limit = 4096) {
        now += 1s;
        Lines lines;
        if (auto scanned = tail->scan(now); !scanned) {
            error = scanned.error();
        }
        for (;;) {
            auto read = tail->read(limit, now);
            if (!read) {
                error = read.error();
                return lines;
            }
            if (read->gap) {
                gap = read->gap;
            }
            if (read->lines.empty()) {
                return lines;
            }
            for (std::string& line : split_lines(read->lines)) {
                lines.push_back(std::move(line));
            }
        }
    }

    TestFolder folder;
    TimePoint now{1'800'000'000s};
    std::optional<FileTail> tail;
    std::string position;
    std::optional<Gap> gap;
    std::optional<Error> error;
};

TEST_F(FileTailTest, an_unknown_log_is_read_from_its_end) {
    folder.append("access.log", "old\n");
    start();
    EXPECT_EQ(drain(), Lines{});
    folder.append("access.log", "new\n");
    EXPECT_EQ(drain(), Lines{"new"});
}

TEST_F(FileTailTest, a_line_half_written_at_the_start_is_left_out) {
    folder.append("access.log", "old\nhal");
    start();
    drain();
    folder.append("access.log", "f\nnew\n");
    EXPECT_EQ(drain(), Lines{"new"});
}

TEST_F(FileTailTest, a_log_that_comes_later_is_read_from_its_first_line) {
    start();
    EXPECT_EQ(drain(), Lines{});
    EXPECT_EQ(error->code, "FG-SRC-010");
    folder.append("access.log", "first\n");
    EXPECT_EQ(drain(), Lines{"first"});
}

TEST_F(FileTailTest, a_directory_that_comes_later_is_read_from_the_first_line) {
    start("logs/access.log");
    drain();
    EXPECT_EQ(error->code, "FG-SRC-010");
    std::filesystem::create_directory(folder.path("logs"));
    folder.append("logs/access.log", "first\n");
    EXPECT_EQ(drain(), Lines{"first"});
}

TEST_F(FileTailTest, half_a_line_waits_for_its_end) {
    folder.append("access.log", "");
    start();
    drain();
    folder.append("access.log", "one\ntw");
    EXPECT_EQ(drain(), Lines{"one"});
    folder.append("access.log", "o\n");
    EXPECT_EQ(drain(), Lines{"two"});
}

TEST_F(FileTailTest, half_a_line_survives_our_restart) {
    folder.append("access.log", "");
    start();
    drain();
    folder.append("access.log", "one\ntw");
    drain();
    stop();
    folder.append("access.log", "o\nthree\n");
    start();
    EXPECT_EQ(drain(), (Lines{"two", "three"}));
}

TEST_F(FileTailTest, a_writer_may_keep_the_renamed_file) {
    folder.append("access.log", "");
    start();
    drain();
    folder.append("access.log", "a\n");
    drain();
    folder.rename("access.log", "access.log.1");
    folder.append("access.log", "c\n");
    folder.append("access.log.1", "b\n");
    EXPECT_EQ(drain(), (Lines{"b", "c"}));
    folder.append("access.log.1", "d\n");
    EXPECT_EQ(drain(), Lines{"d"});
    now += 6min;
    EXPECT_EQ(drain(), Lines{}) << "left by its writer, and let go";
    folder.append("access.log.1", "late\n");
    EXPECT_EQ(drain(), Lines{"late"}) << "it grew after all";
    EXPECT_FALSE(gap);
}

TEST_F(FileTailTest, what_was_rotated_while_we_were_down_is_read_first) {
    folder.append("access.log", "a\n");
    start("access.log", StartAt::beginning);
    EXPECT_EQ(drain(), Lines{"a"});
    stop();
    folder.append("access.log", "b\n");
    folder.rename("access.log", "access.log.1");
    folder.append("access.log", "c\n");
    folder.make_room("access.log");
    folder.rename("access.log", "access.log.1");
    folder.append("access.log", "d\n");
    start();
    EXPECT_EQ(drain(), (Lines{"b", "c", "d"}));
    EXPECT_FALSE(gap);
}

TEST_F(FileTailTest, copytruncate_loses_nothing_that_was_copied) {
    folder.append("access.log", a + "\n");
    start("access.log", StartAt::beginning);
    EXPECT_EQ(drain(), Lines{a});
    folder.append("access.log", b + "\n");
    folder.copy("access.log", "access.log.1");
    folder.truncate("access.log");
    folder.append("access.log", c + "\n");
    Lines lines = drain();
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (Lines{b, c}));
    EXPECT_FALSE(gap);
}

TEST_F(FileTailTest, a_copy_seen_before_the_truncation_is_not_read_twice) {
    folder.append("access.log", a + "\n");
    start("access.log", StartAt::beginning);
    drain();
    folder.append("access.log", b + "\n");
    folder.copy("access.log", "access.log.1");
    EXPECT_EQ(drain(), Lines{b});
    folder.append("access.log", "lost between copy and truncation\n");
    folder.truncate("access.log");
    folder.append("access.log", c + "\n");
    EXPECT_EQ(drain(), Lines{c});
}

TEST_F(FileTailTest, copytruncate_while_we_were_down_loses_nothing) {
    folder.append("access.log", a + "\n");
    start("access.log", StartAt::beginning);
    drain();
    stop();
    folder.append("access.log", b + "\n");
    folder.copy("access.log", "access.log.1");
    folder.truncate("access.log");
    folder.append("access.log", c + ", longer than what was read before\n");
    start();
    EXPECT_EQ(drain(), (Lines{b, c + ", longer than what was read before"}));
    EXPECT_FALSE(gap);
}

TEST_F(FileTailTest, an_emptied_log_goes_on_and_tells_the_gap) {
    folder.append("access.log", "a\nb\n");
    start("access.log", StartAt::beginning);
    drain();
    const TimePoint complete = now;
    folder.truncate("access.log");
    folder.append("access.log", "c\nd\ne\n");
    EXPECT_EQ(drain(), (Lines{"c", "d", "e"})) << "longer than before, with another first line";
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->reason, GapReason::lost);
    EXPECT_EQ(gap->since, complete);
    EXPECT_EQ(gap->until, now);
}

TEST_F(FileTailTest, a_log_deleted_and_made_again_loses_nothing_while_we_run) {
    folder.append("access.log", "a\n");
    start("access.log", StartAt::beginning);
    drain();
    folder.append("access.log", "b\n");
    folder.remove("access.log");
    EXPECT_EQ(drain(), Lines{"b"});
    folder.append("access.log", "c\n");
    EXPECT_EQ(drain(), Lines{"c"});
    EXPECT_FALSE(gap);
}

TEST_F(FileTailTest, a_log_that_went_away_while_we_were_down_is_told_as_a_gap) {
    folder.append("access.log", "a\n");
    start("access.log", StartAt::beginning);
    drain();
    stop();
    folder.remove("access.log");
    folder.append("access.log", "c\n");
    start();
    EXPECT_EQ(drain(), Lines{"c"}) << "even if the new file has the old inode";
    EXPECT_TRUE(gap);
}

TEST_F(FileTailTest, a_copy_that_gets_the_inode_of_an_empty_log_is_not_read_again) {
    folder.append("access.log", "");
    start("access.log", StartAt::beginning);
    drain();
    folder.remove("access.log");  // its inode is free again once we are down
    folder.append("access.log", a + "\n");
    EXPECT_EQ(drain(), Lines{a});
    stop();
    folder.copy("access.log", "access.log.1");
    folder.truncate("access.log");
    start();
    EXPECT_EQ(drain(), Lines{});
}

TEST_F(FileTailTest, a_line_of_many_kilobytes_becomes_one_that_is_too_long) {
    folder.append("access.log", "");
    start();
    drain();
    folder.append("access.log", std::string(300'000, 'x') + "\nnext\n");
    const Lines lines = drain(256U << 10U);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].size(), (64U << 10U) + 1);
    EXPECT_EQ(lines[1], "next");
}

TEST_F(FileTailTest, a_restart_within_a_line_given_up_skips_its_rest) {
    folder.append("access.log", "");
    start();
    drain();
    folder.append("access.log", std::string(70'000, 'x'));
    EXPECT_EQ(drain(256U << 10U).size(), 1U);
    stop();
    folder.append("access.log", "xxx\nnext\n");
    start();
    EXPECT_EQ(drain(), Lines{"next"});
}

TEST_F(FileTailTest, a_pattern_takes_in_new_files_and_leaves_rotated_ones_alone) {
    folder.append("a.log", "old\n");
    folder.append("a.log.1", "older\n");
    folder.append("a.log.2.gz", "oldest\n");
    start("*.log");
    EXPECT_EQ(drain(), Lines{});
    folder.append("b.log", "b1\n");
    folder.append("a.log", "a1\n");
    folder.append("other.txt", "x\n");
    Lines lines = drain();
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (Lines{"a1", "b1"}));
}

TEST_F(FileTailTest, a_whole_directory_survives_copytruncate_too) {
    folder.append("a.log", a + "\n");
    start("", StartAt::beginning);
    drain();
    folder.append("a.log", b + "\n");
    folder.copy("a.log", "a.log.1");
    folder.truncate("a.log");
    folder.append("a.log", c + "\n");
    Lines lines = drain();
    std::sort(lines.begin(), lines.end());
    EXPECT_EQ(lines, (Lines{b, c}));
}

TEST_F(FileTailTest, a_busy_log_does_not_keep_another_from_being_read) {
    start("*.log");
    drain();
    folder.append("a.log", std::string(200, 'a') + "\n");
    folder.append("b.log", "b\n");
    tail->scan(now).value();
    bool seen = false;
    for (int turn = 0; turn < 4 && !seen; ++turn) {
        folder.append("a.log", std::string(200, 'a') + "\n");
        seen = tail->read(100, now)->lines.find('b') != std::string::npos;
    }
    EXPECT_TRUE(seen);
}

TEST_F(FileTailTest, a_missing_permission_is_told_with_the_command_that_gives_it) {
    folder.append("access.log", "old\n");
    ::chmod(folder.path("access.log").c_str(), 0);
    ::chmod(folder.path("").c_str(), 0755);
    const auto root = ::setfsuid(65534);
    start();
    drain();
    ::setfsuid(static_cast<uid_t>(root));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, "FG-SRC-012");
    EXPECT_NE(error->next.find("setfacl -m u:"), std::string::npos);
    EXPECT_NE(error->next.find(folder.path("access.log")), std::string::npos);
    ::chmod(folder.path("access.log").c_str(), 0600);
    folder.append("access.log", "new\n");
    EXPECT_EQ(drain(), Lines{"new"}) << "goes on from where it was when we began";
}

TEST_F(FileTailTest, a_pipe_is_no_log) {
    ASSERT_EQ(::mkfifo(folder.path("access.log").c_str(), 0600), 0);
    start();
    drain();
    EXPECT_EQ(error->code, "FG-SRC-014");
}

TEST_F(FileTailTest, a_directory_of_hundreds_of_logs_is_refused) {
    for (int i = 0; i < 300; ++i) {
        folder.append("a" + std::to_string(i) + ".log", "");
    }
    start("*.log");
    EXPECT_EQ(tail->scan(now).error().code, "FG-SRC-015");
}

TEST_F(FileTailTest, a_broken_position_is_a_first_start) {
    position = "{\"files\":7}";
    folder.append("access.log", "old\n");
    start();
    EXPECT_EQ(drain(), Lines{});
    EXPECT_FALSE(gap);
}

TEST(log_pattern, says_which_files_belong_to_a_source) {
    const auto one = LogPattern::parse("/var/log/xray/access.log").value();
    EXPECT_TRUE(one.is_log("access.log"));
    EXPECT_FALSE(one.is_log("error.log"));
    EXPECT_TRUE(one.is_rotated("access.log.1"));
    EXPECT_TRUE(one.is_rotated("access.log-20260805"));
    EXPECT_FALSE(one.is_rotated("access.log.2.gz"));
    EXPECT_FALSE(one.is_rotated("access.logs"));
    const auto many = LogPattern::parse("/var/log/xray/*.log").value();
    EXPECT_EQ(many.directory(), "/var/log/xray");
    EXPECT_TRUE(many.is_log("node-1.log"));
    EXPECT_TRUE(many.is_rotated("node-1.log.3"));
    EXPECT_FALSE(many.is_log(".hidden.log"));
    EXPECT_TRUE(LogPattern::parse("/var/log/xray/").value().is_log("anything"));
    for (const char* path : {"", "access.log", "/var/log/*/access.log", "/var/log/.."}) {
        EXPECT_EQ(LogPattern::parse(path).error().code, "FG-SRC-016") << path;
    }
}

TEST(tail_position, survives_as_text) {
    const TailPosition position{
        .at = TimePoint{1'800'000'000s},
        .files = {{.name = "a", .device = 1, .inode = 2, .head = 3, .hash = "4", .offset = 5}}
    };
    EXPECT_EQ(parse_position(to_text(position)), position);
    EXPECT_EQ(parse_position(""), std::nullopt);
}

}  // namespace
}  // namespace fairgate::sources::file
