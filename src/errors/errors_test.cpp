#include "errors/catalogue.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

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

/// The codes that a source file uses: whole, or with the area said by a function of that folder.
std::set<std::string> codes_in(const std::string& text) {
    static const std::vector<std::pair<std::regex, std::string>> forms = {
        {std::regex(R"re("(FG-[A-Z]+-[0-9]{3})")re"), ""},
        {std::regex(R"re(net_error\(\s*"([0-9]{3})")re"), "FG-NET-"},
        {std::regex(R"re(panel_error\(\s*"([0-9]{3})")re"), "FG-PG-"},
        {std::regex(R"re(product_error\(\s*product,\s*"([0-9]{3})")re"), "FG-PG-"},
        {std::regex(R"re(marzban_error\(\s*"([0-9]{3})")re"), "FG-MZB-"},
    };
    std::set<std::string> codes;
    for (const auto& [form, area] : forms) {
        for (auto match = std::sregex_iterator(text.begin(), text.end(), form);
             match != std::sregex_iterator();
             ++match) {
            codes.insert(area + (*match)[1].str());
        }
    }
    return codes;
}

TEST(catalogue, explains_every_code_that_the_program_uses) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator("src")) {
        const std::string path = entry.path().string();
        const bool code = path.ends_with(".cpp") || path.ends_with(".hpp");
        const bool test =
            path.find("_test.") != std::string::npos || path.find("contract") != std::string::npos;
        if (!code || test) {
            continue;
        }
        const std::ifstream file(path);
        std::ostringstream text;
        text << file.rdbuf();
        for (const std::string& used : codes_in(text.str())) {
            EXPECT_TRUE(find(used)) << path << " uses " << used << ": explain it in docs/errors.md";
        }
    }
}

TEST(catalogue, a_code_is_found_in_any_case) {
    EXPECT_TRUE(find("fg-cfg-004"));
    EXPECT_FALSE(find("FG-ZZZ-999"));
}

}  // namespace
}  // namespace fairgate::errors
