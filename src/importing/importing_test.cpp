#include "importing/env_file.hpp"
#include "importing/folder_for_tests.hpp"
#include "importing/render.hpp"
#include "importing/said.hpp"
#include "model/time.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fairgate::importing {
namespace {

std::string value_of(const Plan& plan, std::string_view ours) {
    const auto found = std::ranges::find(plan.carried, ours, &Carried::ours);
    return found == plan.carried.end() ? "" : found->value;
}

bool is_left_out(const Plan& plan, std::string_view key, LeftOutBecause because) {
    return std::ranges::any_of(plan.left_out, [&](const LeftOut& left) {
        return left.where.ends_with(key) && left.because == because;
    });
}

int limit_of(const Plan& plan, std::string_view account) {
    const auto found = std::ranges::find(plan.limits, account, &LimitSetting::match);
    return found == plan.limits.end() ? 0 : found->devices;
}

TEST(env_file, reads_quotes_comments_and_exports_as_dotenv_does) {
    const EnvFile file = read_env(
        ".env",
        "\xef\xbb\xbf# comment\r\nexport A=1 # one\r\nB='it\\'s # no "
        "comment'\nC=\"x\\ny\"\nD=a#b\nE=\n"
    );
    ASSERT_TRUE(file.faults.empty());
    ASSERT_EQ(file.entries.size(), 5U);
    EXPECT_EQ(file.entries[0].value, "1");
    EXPECT_EQ(file.entries[1].value, "it's # no comment");
    EXPECT_EQ(file.entries[2].value, "x\ny");
    EXPECT_EQ(file.entries[3].value, "a#b");
    EXPECT_EQ(file.entries[4].value, "");
    EXPECT_EQ(file.entries[2].line, 4);
}

TEST(env_file, a_line_that_is_none_is_refused_with_its_number_and_not_shown) {
    const EnvFile file = read_env(".env", "A=1\nhalf a secret\nB=\"open\n");
    ASSERT_EQ(file.faults.size(), 2U);
    EXPECT_EQ(file.faults[0].where, ".env:2");
    EXPECT_EQ(file.faults[0].code, "FG-IMP-003");
    EXPECT_EQ(file.faults[1].where, ".env:3");
    EXPECT_EQ(to_line(file.faults[0]).find("secret"), std::string::npos);
}

TEST(said, numbers_times_and_names_are_taken_as_these_tools_write_them) {
    EXPECT_EQ(whole_of({"", json::Value(" 60 ")}).value(), 60);
    EXPECT_EQ(whole_of({"", json::Value(2.0)}).value(), 2);
    EXPECT_FALSE(whole_of({"", json::Value("2 devices")}));
    EXPECT_FALSE(whole_of({"", json::Value(1e300)}));
    EXPECT_TRUE(truth_of({"", json::Value("True")}).value());
    EXPECT_EQ(to_rfc3339(*moment_of({"", json::Value(1772366400)})), "2026-03-01T12:00:00Z");
    EXPECT_EQ(
        to_rfc3339(*moment_of({"", json::Value("2026-03-01 12:00:00")})), "2026-03-01T12:00:00Z"
    );
    EXPECT_FALSE(moment_of({"", json::Value(-5)}));
    EXPECT_EQ(trouble_with_name("a.b c\"d'"), "");
    EXPECT_EQ(trouble_with_name("\u0639\u0644\u06cc"), "");
    EXPECT_NE(trouble_with_name(""), "");
    EXPECT_NE(trouble_with_name("a\nb"), "");
    EXPECT_NE(trouble_with_name("\xff"), "");
    EXPECT_NE(trouble_with_name("\xed\xa0\x80"), "");
}

TEST(marzban_sentry, seconds_stay_seconds_and_minus_one_is_unlimited) {
    const Folder folder;
    folder.write(
        ".env",
        "HOST=localhost\nPORT=443\nUSE_SSL=true\nUSERNAME=admin\nPASSWORD=hush\nALLOWED_"
        "CONNECTIONS=2\n"
        "BAN_TIME=60\nFIREWALL=UFW\nWEBSOCKET_INTERVAL_UPDATE=1\nUSER_CONNECTION_LIFETIME=90\nNEW="
        "1\n"
    );
    folder.write("users.json", R"({"admin": 6, "a.b c": -1, "nobody": 0})");
    folder.write("storage.json", R"({"203.0.113.5": 1700000000})");
    const Plan plan = folder.read(Peer::marzban_sentry);
    ASSERT_TRUE(plan.faults.empty()) << to_line(plan.faults.front());
    EXPECT_EQ(value_of(plan, "first_come.ban_time"), "\"1m\"");
    EXPECT_EQ(value_of(plan, "first_come.lifetime"), "\"1m30s\"");
    EXPECT_EQ(value_of(plan, "counting.method"), "\"first_come\"");
    EXPECT_EQ(value_of(plan, "firewall.driver"), "\"ufw\"");
    EXPECT_EQ(value_of(plan, "limits.general"), "2");
    EXPECT_EQ(limit_of(plan, "admin"), 6);
    EXPECT_EQ(limit_of(plan, "a.b c"), unlimited);
    EXPECT_EQ(limit_of(plan, "nobody"), 0);
    EXPECT_TRUE(is_left_out(plan, "nobody", LeftOutBecause::unusable));
    EXPECT_TRUE(is_left_out(plan, "NEW", LeftOutBecause::unknown));
    EXPECT_TRUE(is_left_out(plan, "203.0.113.5", LeftOutBecause::no_counterpart));
}

TEST(luip, minutes_become_minutes_and_broken_lines_are_named) {
    const Folder folder;
    folder.write(
        ".env",
        "ADDRESS=panel.example.com\nP_USER=a\nP_PASS=b\nMAX_ALLOW_USERS=3\nBAN_TIME=5\n"
        "CHECK_INACTIVE_USERS_DURATION=5\n"
    );
    folder.write("users.csv", "ali,2\r\n\"x, y\",4\r\nbroken\r\nbob,many\r\n");
    folder.write("blocked_ips.csv", "203.0.113.5,1772366400\nnonsense,1\n");
    const Plan plan = folder.read(Peer::luip);
    ASSERT_TRUE(plan.faults.empty()) << to_line(plan.faults.front());
    EXPECT_EQ(value_of(plan, "first_come.ban_time"), "\"5m\"");
    EXPECT_EQ(value_of(plan, "first_come.lifetime"), "\"5m\"");
    EXPECT_EQ(limit_of(plan, "ali"), 2);
    EXPECT_EQ(limit_of(plan, "x, y"), 4);
    EXPECT_TRUE(is_left_out(plan, "users.csv:3", LeftOutBecause::unusable));
    EXPECT_TRUE(is_left_out(plan, "users.csv:4", LeftOutBecause::unusable));
    EXPECT_TRUE(is_left_out(plan, "blocked_ips.csv:1", LeftOutBecause::no_counterpart));
    EXPECT_TRUE(is_left_out(plan, "blocked_ips.csv:2", LeftOutBecause::unusable));
}

TEST(v2iplimit, lists_may_be_pairs_and_old_keys_are_weaker) {
    const Folder folder;
    folder.write(
        "config.json",
        R"({"BOT_TOKEN": "1:hush", "GENERAL_LIMIT": 2, "SPECIAL_LIMIT": [["ali", 5]],
            "EXCEPT_USERS": [["vip"], "boss"], "TIME_TO_ACTIVE_USERS": 1800, "CHECK_INTERVAL": 240})"
    );
    folder.write(".disable_users.json", R"({"disable_user": ["bob"]})");
    const Plan plan = folder.read(Peer::v2iplimit);
    ASSERT_TRUE(plan.faults.empty()) << to_line(plan.faults.front());
    EXPECT_EQ(limit_of(plan, "ali"), 5);
    EXPECT_EQ(plan.exemptions.size(), 2U);
    EXPECT_EQ(value_of(plan, "ladder.steps"), "[\"30m\"]");
    EXPECT_EQ(value_of(plan, "counting.interval"), "\"4m\"");
    ASSERT_EQ(plan.punishments.size(), 1U);
    EXPECT_FALSE(plan.punishments[0].since);
    EXPECT_EQ(to_rfc3339(plan.punishments[0].until.value()), "2026-03-01T12:30:00Z");
}

TEST(json_files, that_are_cut_off_or_have_a_comma_too_many_are_refused_with_their_place) {
    for (const std::string_view text : {"{\"GENERAL_LIMIT\": 2,}", "{\"GENERAL_LIMIT\": ", "[1]"}) {
        const Folder folder;
        folder.write("config.json", text);
        const Plan plan = folder.read(Peer::v2iplimit);
        ASSERT_EQ(plan.faults.size(), 1U) << text;
        EXPECT_NE(plan.faults[0].where.find("config.json"), std::string::npos);
        EXPECT_EQ(plan.faults[0].state, "Nothing was changed.");
    }
}

TEST(pg_limiter, its_ladder_and_windows_keep_their_units_and_its_secrets_stay_unseen) {
    const Folder folder;
    folder.write(
        ".env",
        "PANEL_DOMAIN=panel.example.com:8443\nPANEL_USERNAME=admin\nPANEL_PASSWORD='p#w hush'\n"
        "BOT_TOKEN=1:hush\nGENERAL_LIMIT=2\nCOUNTRY_CODE=IR\nUSER_SYNC_INTERVAL=10\nMYSTERY=hush\n"
    );
    folder.write("config.json", R"({
        "limits": {"general": 3, "special": {"ali.b": 5, "علی": 4}, "except_users": ["boss"]},
        "punishment": {"enabled": true, "window_hours": 72, "steps": [
            {"type": "warning", "duration": 0}, {"type": "disable", "duration": 15},
            {"type": "disable", "duration": 0}, {"type": "revoke", "duration": 0}]},
        "strange": 1})");
    folder.write(
        ".disable_users.json",
        R"({"disabled_users": {"bob": 1772366100, "eve": 1772366100}, "enable_at": {"bob": 1772367000, "eve": -1}})"
    );
    const Plan plan = folder.read(Peer::pg_limiter);
    ASSERT_TRUE(plan.faults.empty()) << to_line(plan.faults.front());
    EXPECT_EQ(value_of(plan, "limits.general"), "3");
    EXPECT_EQ(value_of(plan, "ladder.window"), "\"3d\"");
    EXPECT_EQ(value_of(plan, "ladder.steps"), R"(["warn", "15m", "forever"])");
    EXPECT_EQ(value_of(plan, "backend.main.refresh"), "\"10m\"");
    EXPECT_EQ(value_of(plan, "backend.main.url"), "\"https://panel.example.com:8443\"");
    EXPECT_EQ(limit_of(plan, "ali.b"), 5);
    EXPECT_EQ(limit_of(plan, "علی"), 4);
    EXPECT_TRUE(is_left_out(plan, "MYSTERY", LeftOutBecause::unknown));
    EXPECT_TRUE(is_left_out(plan, "strange", LeftOutBecause::unknown));
    ASSERT_EQ(plan.punishments.size(), 2U);
    EXPECT_EQ(to_rfc3339(plan.punishments[0].until.value()), "2026-03-01T12:10:00Z");
    EXPECT_FALSE(plan.punishments[1].until);
    ASSERT_EQ(plan.secrets.size(), 1U);
    EXPECT_EQ(plan.secrets[0].secret.reveal(), "p#w hush");
    std::string all = to_toml(plan, "/etc/fairgate", Extent::accounts_too);
    for (const LeftOut& left : plan.left_out) {
        all += left.theirs + left.why;
    }
    for (const Carried& carried : plan.carried) {
        all += carried.theirs + carried.value;
    }
    EXPECT_EQ(all.find("hush"), std::string::npos);
}

}  // namespace
}  // namespace fairgate::importing
