#include "sources/file/file_tail.hpp"
#include "sources/file/test_folder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fairgate::sources::file {
namespace {

using namespace std::chrono_literals;

class StretchTest : public testing::Test {
public:
    TailRead read() {
        now += 1s;
        EXPECT_TRUE(tail.scan(now));
        return tail.read(4096, now).value();
    }
    static TailSettings settings(const TestFolder& folder) {
        TailSettings settings{.pattern = LogPattern::parse(folder.path("access*.log")).value()};
        settings.start = StartAt::beginning;
        return settings;
    }

    TestFolder folder;
    TimePoint now{1'800'000'000s};
    FileTail tail{settings(folder), now};
};

TEST_F(StretchTest, lines_know_where_they_stand_also_when_they_came_in_pieces) {
    folder.append("access.log", "one\ntw");
    EXPECT_EQ(read().stretches.at(0).offset, 0U);
    folder.append("access.log", "o\nthree\n");
    const TailRead rest = read();
    EXPECT_EQ(rest.lines, "two\nthree\n");
    ASSERT_EQ(rest.stretches.size(), 1U);
    EXPECT_EQ(rest.stretches[0].file, "access.log");
    EXPECT_EQ(rest.stretches[0].offset, 4U);
}

TEST_F(StretchTest, each_file_of_a_batch_has_its_own) {
    folder.append("access1.log", "one\n");
    folder.append("access2.log", "eins\nzwei\n");
    const TailRead both = read();
    ASSERT_EQ(both.stretches.size(), 2U);
    EXPECT_EQ(both.stretches[0].at, 0U);
    EXPECT_EQ(both.stretches[1].at, both.stretches[0].file == "access1.log" ? 4U : 10U);
    EXPECT_EQ(both.stretches[1].offset, 0U);
}

}  // namespace
}  // namespace fairgate::sources::file
