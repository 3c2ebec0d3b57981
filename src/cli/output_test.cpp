#include "cli/failure.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "model/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace fairgate::cli {
namespace {

Look plain() {
    Look look;
    look.now = parse_rfc3339("2026-11-22T05:00:00Z").value();
    return look;
}

constexpr std::array columns = {
    Column{"account", "ACCOUNT"},
    Column{"devices", "DEVICES", Show::number},
    Column{"seen", "SEEN", Show::time, 1},
    Column{"origins", "NETWORKS", Show::list, 2},
};

boost::json::array rows() {
    return json::parse(R"([
        {"account":"ali","devices":3,"seen":"2026-11-22T04:56:00Z","origins":["198.51.100.0/24","203.0.113.0/24"]},
        {"account":"علی","devices":12,"seen":null,"origins":[]},
        {"account":"中文名","devices":1,"seen":"2026-11-22T07:00:00Z","origins":["a","b","c","d","e"]}])"
    )
        .value()
        .as_array();
}

TEST(text, control_characters_and_marks_of_direction_are_shown_and_not_obeyed) {
    EXPECT_EQ(printable("a\x1b[31mb\n\t\x7f"), "a\\x1b[31mb\\x0a\\x09\\x7f");
    EXPECT_EQ(
        printable("\xe2\x80\xae"
                  "abc"),
        "\\u202eabc"
    );
    EXPECT_EQ(printable("\xff\xc3\x28"), "\\xff\\xc3(");
    EXPECT_EQ(
        printable("\xc2\x9b"
                  "1m"),
        "\\u009b1m"
    );
    EXPECT_EQ(printable("علی 中文 é"), "علی 中文 é");
}

TEST(text, width_counts_columns_of_a_terminal) {
    EXPECT_EQ(display_width("ali"), 3U);
    EXPECT_EQ(display_width("中文"), 4U);
    EXPECT_EQ(display_width("e\xcc\x81"), 1U);
    EXPECT_EQ(display_width("علی"), 3U);
}

RC_GTEST_PROP(text, printable_text_has_no_control_bytes_and_stays_as_it_is, (std::string text)) {
    const std::string once = printable(text);
    for (const char c : once) {
        RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    }
    RC_ASSERT(printable(once) == once);
}

TEST(tables, are_aligned_without_lines_for_people) {
    EXPECT_EQ(
        table_text(columns, rows(), plain()),
        "ACCOUNT  DEVICES  SEEN    NETWORKS\n"
        "ali            3  4m ago  198.51.100.0/24, 203.0.113.0/24\n"
        "علی           12  -       -\n"
        "中文名         1  in 2h   a, b, c +2\n"
    );
}

TEST(tables, leave_out_the_least_needed_column_first_when_narrow) {
    Look look = plain();
    look.columns = 30;
    EXPECT_EQ(
        table_text(columns, rows(), look),
        "ACCOUNT  DEVICES  SEEN\nali            3  4m ago\nعلی           12  -\n中文名         1  "
        "in 2h\n"
    );
    look.truncate = Truncate::nothing;
    EXPECT_NE(table_text(columns, rows(), look).find("d, e"), std::string::npos);
}

TEST(tables, have_tabs_and_exact_times_for_programs) {
    Look look = plain();
    look.format = Format::tabs;
    look.time = TimeStyle::rfc3339;
    EXPECT_EQ(
        table_text(columns, rows(), look),
        "account\tdevices\tseen\torigins\n"
        "ali\t3\t2026-11-22T04:56:00Z\t198.51.100.0/24, 203.0.113.0/24\n"
        "علی\t12\t\t-\n"
        "中文名\t1\t2026-11-22T07:00:00Z\ta, b, c, d, e\n"
    );
}

TEST(tables, csv_quotes_what_needs_it) {
    Look look = plain();
    look.format = Format::csv;
    const boost::json::array tricky =
        json::parse(R"([{"account":"a,\"b\"","devices":1}])").value().as_array();
    EXPECT_EQ(
        table_text(std::span(columns).first(2), tricky, look),
        "account,devices\r\n\"a,\"\"b\"\"\",1\r\n"
    );
}

TEST(tables, hostile_names_cannot_break_the_rows) {
    Look look = plain();
    look.format = Format::tabs;
    const boost::json::array hostile =
        json::parse(R"([{"account":"x\ty\n\u001b[2J","devices":1}])").value().as_array();
    EXPECT_EQ(
        table_text(std::span(columns).first(2), hostile, look),
        "account\tdevices\nx\\x09y\\x0a\\x1b[2J\t1\n"
    );
}

TEST(json_contract, is_the_same_for_every_command) {
    const auto answer =
        json::parse(R"({"data":[],"page":{"next_cursor":"c1"},"warnings":["w"]})").value();
    EXPECT_EQ(
        envelope(schema_name("account list"), value_at(answer, "data"), answer, plain()),
        R"({"schema":"fairgate.account.list/1","generated_at":"2026-11-22T05:00:00Z","data":[],"next_cursor":"c1","warnings":["w"]})"
        "\n"
    );
}

TEST(states, have_a_symbol_or_brackets_never_colour_alone) {
    Look look = plain();
    EXPECT_EQ(state_text("blocked", look), "■ blocked");
    look.symbols = Symbols::ascii;
    EXPECT_EQ(state_text("blocked", look), "[blocked]");
    look.color = Color::on;
    EXPECT_EQ(state_text("blocked", look), "\x1b[31m[blocked]\x1b[0m");
}

TEST(errors, are_printed_as_a_record) {
    const Error error{
        .code = "FG-CFG-004",
        .what = "unknown key \"genral\" in [limits]",
        .where = "/etc/fairgate/fairgate.toml:12:3",
        .cause = " 12 |   genral = 2\n    |   ^^^^^^ did you mean \"general\"?",
        .state = "Nothing was changed.",
        .next = "Fix the line, then: fairgate config check"
    };
    EXPECT_EQ(
        error_text(error, Color::off),
        "error FG-CFG-004: unknown key \"genral\" in [limits]\n"
        "  /etc/fairgate/fairgate.toml:12:3\n"
        "   12 |   genral = 2\n"
        "      |   ^^^^^^ did you mean \"general\"?\n"
        "  Nothing was changed.\n"
        "  Fix the line, then: fairgate config check\n"
    );
}

TEST(errors, hostile_causes_cannot_steer_the_terminal) {
    const Error error{.code = "FG-X-001", .what = "x", .cause = "\x1b]0;owned\x07"};
    EXPECT_EQ(error_text(error, Color::off), "error FG-X-001: x (\\x1b]0;owned\\x07)\n");
}

TEST(errors, have_the_exit_code_of_their_page) {
    EXPECT_EQ(exit_code({.code = "FG-CLI-011"}), 6);
    EXPECT_EQ(exit_code({.code = "FG-AUTH-002"}), 5);
    EXPECT_EQ(exit_code({.code = "FG-STO-010"}), 3);
    EXPECT_EQ(exit_code({.code = "FG-API-412"}), 4);
    EXPECT_EQ(exit_code({.code = "FG-NEW-999"}), 1);
}

TEST(progress, shows_share_rate_and_time_left) {
    const Step step{
        .bytes = 1'900'000'000,
        .total_bytes = 3'100'000'000,
        .lines = 8'120'000,
        .seconds = 10,
        .remark = "violations 14"
    };
    EXPECT_EQ(
        bar_text("replay", step, Symbols::unicode),
        "replay  ██████░░░░  61%  1.90 GB/3.10 GB  812k lines/s  eta 0:06  violations 14"
    );
    const Step unknown{.bytes = 5'000, .lines = 10, .seconds = 2, .remark = ""};
    EXPECT_EQ(bar_text("replay", unknown, Symbols::ascii), "replay  5.00 kB  5 lines/s");
}

}  // namespace
}  // namespace fairgate::cli
