#include "errors/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace fairgate::errors {
namespace {

TEST(catalogue, an_entry_has_its_title_page_and_exit_code) {
    const auto entries = parse(
        "# Errors\n\n## FG-AAA-001: one\n\nText.\n\nExit code 6.\n\n## FG-AAA-002: two\nMore.\n"
    );
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].code, "FG-AAA-001");
    EXPECT_EQ(entries[0].title, "one");
    EXPECT_EQ(entries[0].exit_code, 6);
    EXPECT_EQ(entries[0].page, "## FG-AAA-001: one\n\nText.\n\nExit code 6.\n\n");
    EXPECT_EQ(entries[1].exit_code, 1);
}

TEST(catalogue, codes_are_unique_and_every_page_says_something) {
    std::set<std::string_view> codes;
    for (const Entry& entry : catalogue()) {
        EXPECT_TRUE(codes.insert(entry.code).second) << entry.code;
        EXPECT_FALSE(entry.title.empty()) << entry.code;
        EXPECT_GT(entry.page.size(), entry.title.size() + entry.code.size() + 20) << entry.code;
    }
    EXPECT_GT(codes.size(), 20U);
}

TEST(catalogue, a_code_is_found_in_any_case) {
    EXPECT_TRUE(find("fg-cfg-004"));
    EXPECT_FALSE(find("FG-ZZZ-999"));
}

}  // namespace
}  // namespace fairgate::errors
