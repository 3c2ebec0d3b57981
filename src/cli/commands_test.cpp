#include "cli/canned_test.hpp"
#include "cli/help.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace fairgate::cli {
namespace {

std::string content_of(const std::string& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(rendered, pages_completions_and_the_example_file_are_as_the_tables_say) {
    for (const auto& [path, content] : rendered_files()) {
        EXPECT_EQ(content_of(path), content)
            << path << " is out of date: run `fairgate __render .` in the checkout";
    }
    std::size_t pages = 0;
    for (const auto& entry : std::filesystem::directory_iterator("docs/man")) {
        pages += entry.path().extension() == ".1" ? 1U : 0U;
    }
    EXPECT_EQ(pages, commands().size() + 1) << "docs/man holds a page of a command that is gone";
}

TEST(help, each_command_explains_itself) {
    Bench bench;
    for (const Command& command : commands()) {
        const std::string text = command_help(command, 80);
        EXPECT_NE(text.find("fairgate " + std::string(command.path)), std::string::npos);
    }
    EXPECT_NE(bench.run({"help", "limit", "set"}).out.find("--pattern"), std::string::npos);
    EXPECT_NE(bench.run({"limit", "set", "--help"}).out.find("--pattern"), std::string::npos);
    EXPECT_NE(bench.run({"limits", "--help"}).out.find("limit preview"), std::string::npos);
    EXPECT_EQ(bench.run({"help", "nonsense"}).code, 2);
}

TEST(help, tells_an_error_and_a_command_to_programs) {
    Bench bench;
    EXPECT_NE(
        bench.run({"help", "fg-cfg-004"}).out.find("FG-CFG-004: unknown key"), std::string::npos
    );
    EXPECT_EQ(bench.run({"help", "FG-XYZ-999"}).code, 3);
    const auto command = json::parse(bench.run({"help", "limit", "set", "--json"}).out);
    ASSERT_TRUE(command);
    EXPECT_EQ(command->at_pointer("/data/command").as_string(), "limit set");
    EXPECT_EQ(
        json::parse(bench.run({"help", "--json"}).out)
            ->at_pointer("/data/commands")
            .as_array()
            .size(),
        commands().size()
    );
}

TEST(lists, ask_with_the_flags_as_query_and_show_a_table) {
    Bench bench;
    bench.on_terminal();
    bench.around.environment["NO_COLOR"] = "1";
    bench.answers.bodies["GET /accounts?over_limit=true&sort=-devices"] =
        R"({"data":[{"account":"ali","state":"over","devices":3,"limit":2,"last_seen":"2026-11-22T04:59:00Z"}],"page":{"next_cursor":null}})";
    const Ran ran = bench.run({"account", "list", "--over-limit", "--sort", "devices", "--utc"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')), "ACCOUNT  STATE   DEVICES  LIMIT  SEEN");
    EXPECT_NE(ran.out.find("ali      ▲ over        3      2  1m ago"), std::string::npos)
        << ran.out;
}

TEST(lists, an_empty_one_is_an_empty_list_in_json) {
    Bench bench;
    bench.answers.bodies["GET /violations"] = R"({"data":[],"page":{"next_cursor":null}})";
    const auto body = json::parse(bench.run({"violation", "list", "--json"}).out);
    EXPECT_TRUE(body->at("data").as_array().empty());
    EXPECT_TRUE(body->at("next_cursor").is_null());
}

TEST(writes, say_what_changed_and_how_to_undo_it) {
    Bench bench;
    bench.answers.bodies["PUT /limits/general"] =
        R"({"changed":true,"message":"general limit 2 → 3","undo":"fairgate limit set general 2"})";
    const Ran ran = bench.run({"limit", "set", "general", "3"});
    EXPECT_EQ(ran.out, "general limit 2 → 3  Undo: fairgate limit set general 2\n");
    EXPECT_EQ(bench.answers.asked.back(), R"(PUT /limits/general {"devices":3})");
}

TEST(writes, send_what_the_table_says) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
        {{"limit", "set", "ali", "5"}, R"(PUT /limits/account/ali {"devices":5})"},
        {{"limit", "set", "a/b", "unlimited"},
         R"(PUT /limits/account/a%2Fb {"devices":"unlimited"})"},
        {{"limit", "set", "ali", "5", "--reason", "paid"},
         R"(PUT /limits/account/ali {"reason":"paid","devices":5})"},
        {{"limit", "set", "--pattern", "vip_*", "4"}, R"(PUT /limits/pattern/vip_%2A {"devices":4})"
        },
        {{"ladder", "set", "warn", "10m", "forever", "--window", "3d"},
         R"(PUT /ladder {"steps":["warn","10m","forever"],"window":259200})"},
        {{"ladder", "set", "--instant", "70"}, R"(PUT /ladder {"instant":70})"},
        {{"ladder", "reset"}, "DELETE /ladder"},
        {{"limit", "clear", "--group", "gold"}, "DELETE /limits/group/gold"},
        {{"limit", "clear", "general", "--dry-run"}, "DELETE /limits/general?dry_run=true"},
        {{"exempt", "add", "ali", "--until", "2026-12-01", "--reason", "reseller"},
         R"(PUT /exemptions/ali {"until":"2026-12-01T00:00:00Z","reason":"reseller"})"},
        {{"trust", "add", "192.0.2.0/24", "--effect", "never_blocked"},
         R"(POST /trust {"network":"192.0.2.0/24","effect":"never_blocked"})"},
        {{"trust", "test", "192.0.2.9"}, "GET /trust/test?address=192.0.2.9"},
        {{"decision", "add", "ali", "--for", "30m", "--reason", "sold"},
         R"(POST /decisions {"account":"ali","for":1800,"reason":"sold"})"},
        {{"decision", "cancel", "dec_1"}, "POST /decisions/dec_1/undo {}"},
        {{"undo", "dec_1", "--reason", "test"}, R"(POST /decisions/dec_1/undo {"reason":"test"})"},
        {{"undo", "--account", "ali"}, R"(POST /decisions/undo {"account":"ali"})"},
        {{"undo", "--since", "1h", "--all", "--yes"},
         R"(POST /decisions/undo {"since":"2026-11-22T04:00:00Z","all":true})"},
        {{"mode", "set", "shadow", "--for", "2h", "--group", "trial"},
         R"(PUT /mode {"mode":"shadow","group":"trial","for":7200})"},
        {{"why", "203.0.113.9"}, "GET /why/203.0.113.9"},
        {{"why", "ali", "--not-blocked", "--lines"}, "GET /why/ali?not_blocked=true"},
        {{"limit", "preview", "general", "1"}, "GET /limits/general/preview?devices=1"},
        {{"top", "--by", "name", "--node", "de-1"},
         "GET /accounts?node=de-1&online=true&sort=name&limit=1000"},
        {{"watch", "--kind", "violation,decision"}, "GET /events?topics=violation%2Cdecision"},
        {{"doctor", "--only", "source"}, R"(POST /doctor {"only":"source"})"},
    };
    for (const auto& [words, asked] : all) {
        Bench bench;
        const Ran ran = bench.run(words);
        ASSERT_FALSE(bench.answers.asked.empty()) << asked << "\n" << ran.err;
        EXPECT_EQ(bench.answers.asked.back(), asked);
    }
}

TEST(writes, ask_first_when_it_is_risky_and_never_hang) {
    Bench bench;
    const Ran nobody = bench.run({"undo", "--all"});
    EXPECT_EQ(nobody.code, 2);
    EXPECT_NE(nobody.err.find("--yes"), std::string::npos);
    bench.on_terminal();
    bench.input = "n\n";
    EXPECT_EQ(bench.run({"undo", "--all"}).code, 2);
    EXPECT_TRUE(bench.answers.asked.empty());
    bench.input = "y\n";
    EXPECT_EQ(bench.run({"undo", "--all"}).code, 0);
    EXPECT_EQ(bench.answers.asked.size(), 1U);
}

TEST(writes, nothing_to_do_is_success_unless_strict) {
    Bench bench;
    bench.answers.bodies["PUT /exemptions/ali"] =
        R"({"changed":false,"message":"ali is already exempt since 2026-11-01"})";
    EXPECT_EQ(bench.run({"exempt", "add", "ali"}).code, 0);
    EXPECT_EQ(bench.run({"exempt", "add", "ali", "--strict"}).code, 4);
}

TEST(undo, done_in_part_has_its_own_code) {
    Bench bench;
    bench.answers.bodies["POST /decisions/undo"] =
        R"({"undone":[{"decision":"dec_1","account":"a","state":"undone"},{"decision":"dec_2","account":"b","state":"failed","message":"gone"}]})";
    EXPECT_EQ(bench.run({"undo", "--account", "a"}).code, 7);
    EXPECT_EQ(bench.run({"undo"}).code, 2);
    EXPECT_EQ(bench.run({"undo", "dec_1", "--last"}).code, 2);
}

TEST(errors, of_the_daemon_have_their_exit_code_and_go_to_standard_error) {
    Bench bench;
    bench.answers.errors["GET /accounts/bob"] =
        Error{.code = "FG-STO-010", .what = "there is no account \"bob\""};
    const Ran ran = bench.run({"account", "show", "bob"});
    EXPECT_EQ(ran.code, 3);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "error FG-STO-010: there is no account \"bob\"\n");
    const Ran as_json = bench.run({"account", "show", "bob", "--json"});
    EXPECT_EQ(json::parse(as_json.err)->at_pointer("/error/code").as_string(), "FG-STO-010");
}

TEST(errors, problems_become_the_record_they_were) {
    const Error error = problem_of(
        {.status = 409,
         .headers = {},
         .body =
             R"({"code":"FG-ENF-003","title":"mea_1 is over","detail":"x","hint":"h","instance":"req_1","retry_after":30})"
        }
    );
    EXPECT_EQ(error.code, "FG-ENF-003");
    EXPECT_EQ(error.what, "mea_1 is over");
    EXPECT_EQ(error.request_id, "req_1");
    EXPECT_EQ(error.retry_in, std::chrono::seconds(30));
    EXPECT_EQ(problem_of({.status = 502, .headers = {}, .body = "<html>"}).code, "FG-API-502");
}

TEST(errors, a_missing_daemon_and_a_forbidden_socket_say_what_to_do) {
    const ApiSettings local{
        .base = "unix:/run/fairgate/api.sock", .token_file = "", .ca_file = "", .pinned_sha256 = ""
    };
    EXPECT_EQ(
        unreachable({.code = "FG-NET-003", .what = "there is no such socket"}, local).code,
        "FG-CLI-011"
    );
    const Error forbidden =
        unreachable({.code = "FG-NET-004", .what = "this user may not connect there"}, local);
    EXPECT_EQ(forbidden.code, "FG-AUTH-002");
    EXPECT_NE(forbidden.next.find("usermod -aG fairgate"), std::string::npos);
}

TEST(doctor, says_not_enforcing_because_and_exits_nine_on_errors) {
    Bench bench;
    bench.answers.bodies["POST /doctor"] =
        R"({"enforcing":false,"not_enforcing_because":["mode is shadow"],"checks":[
            {"stage":"source","name":"local","state":"ok","what":"last line 3 s ago"},
            {"stage":"backend","name":"main","state":"error","what":"login refused","cause":"HTTP 401","next":"fairgate source test main"}]})";
    const Ran ran = bench.run({"doctor"});
    EXPECT_EQ(ran.code, 9);
    EXPECT_EQ(
        ran.out,
        "ok  source: local: last line 3 s ago\nerror  backend: main: login refused\n      HTTP "
        "401\n"
        "      Try: fairgate source test main\n\nNOT enforcing because\n  mode is shadow\n"
    );
}

TEST(doctor, without_a_daemon_checks_what_it_can) {
    Bench bench;
    bench.answers.errors["POST /doctor"] =
        Error{.code = "FG-CLI-011", .what = "the daemon cannot be reached"};
    const Ran ran = bench.run({"doctor", "--config", "/nonexistent.toml"});
    EXPECT_EQ(ran.code, 9);
    EXPECT_NE(ran.out.find("the daemon cannot be reached"), std::string::npos);
    EXPECT_NE(ran.out.find("cannot read the configuration"), std::string::npos);
}

TEST(time, is_told_and_asked_by_the_daemons_clock) {
    Bench bench;
    bench.on_terminal();
    bench.answers.bodies["GET /status"] = R"({"mode":"shadow","started":"2026-11-22T09:00:00Z"})";
    bench.answers.time = bench.clock.now() + std::chrono::hours(5);
    EXPECT_NE(bench.run({"status"}).out.find("started 1h ago"), std::string::npos);
    bench.run({"exempt", "add", "ali", "--until", "2h"});
    EXPECT_NE(bench.answers.asked.back().find("2026-11-22T12:00:00Z"), std::string::npos);
    bench.run({"exempt", "add", "ali", "--until", "2026-12-01"});
    EXPECT_NE(bench.answers.asked.back().find("2026-12-01T00:00:00Z"), std::string::npos);
}

TEST(status, says_first_whether_it_enforces) {
    Bench bench;
    bench.on_terminal();
    bench.around.environment["NO_COLOR"] = "1";
    bench.answers.bodies["GET /status"] =
        R"({"mode":"shadow","config_revision":1,"not_enforcing_because":["the mode is shadow"],"version":"0.1.0","started":"2026-11-22T03:00:00Z",
            "accounts":{"known":310,"online":12,"over":1,"blocked":0},"measures":{"active":0,"pending":0,"failed":0},
            "sources":[{"source":"local","state":"live","events_per_second":3.25,"last_line":"2026-11-22T04:59:58Z"}],
            "advice":"fairgate preview enforce"})";
    EXPECT_EQ(
        bench.run({"status"}).out,
        "mode      ○ shadow  (records what it would do and blocks nobody)\n"
        "NOT enforcing because\n  the mode is shadow\n"
        "accounts  12 online of 310, 1 over their limit, 0 blocked\n"
        "measures  0 active, 0 pending, 0 failed\n"
        "running   version 0.1.0, started 2h ago, configuration 1\n\n"
        "Sources\nSOURCE  STATE   EVENTS/S  LAST LINE\nlocal   ● live       3.2  2s ago\n\n"
        "Next: fairgate preview enforce\n"
    );
}

TEST(explain, says_how_a_line_is_read_and_why_it_is_not_counted) {
    Bench bench;
    const auto counted =
        json::parse(bench
                        .run(
                            {"explain",
                             "--json",
                             "2026/01/30 09:12:01.482913 from 198.51.100.24:50412 accepted "
                             "tcp:example.com:443 [vless-443 -> direct] email: 7.ali"}
                        )
                        .out);
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->at_pointer("/data/verdict").as_string(), "count");
    EXPECT_EQ(counted->at_pointer("/data/account").as_string(), "ali");
    EXPECT_EQ(counted->at_pointer("/data/address").as_string(), "198.51.100.24");
    const auto ignored = json::parse(bench.run({"explain", "--json", "hello", "world"}).out);
    EXPECT_EQ(ignored->at_pointer("/data/skip").as_string(), "other");
    EXPECT_EQ(bench.run({"explain"}).code, 2);
}

TEST(config, check_shows_all_faults_and_exits_nine) {
    Bench bench;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / "fairgate-cli-test.toml";
    std::ofstream(file) << "[limits]\ngenral = 2\n[counting]\nmethod = 3\n";
    const Ran ran = bench.run({"config", "check", file.string()});
    EXPECT_EQ(ran.code, 9);
    EXPECT_NE(ran.out.find("did you mean \"general\"?"), std::string::npos);
    EXPECT_NE(ran.out.find("2 faults. Nothing was changed"), std::string::npos);
    const auto body = json::parse(bench.run({"config", "check", file.string(), "--json"}).out);
    EXPECT_EQ(body->at_pointer("/data/faults").as_array().size(), 2U);
    std::filesystem::remove(file);
}

TEST(config, show_tells_the_origin_of_a_value) {
    Bench bench;
    bench.around.environment["FAIRGATE_LIMITS__GENERAL"] = "3";
    const Ran ran = bench.run({"config", "show", "limits.general", "--origin"});
    EXPECT_EQ(ran.out, "key\tvalue\torigin\nlimits.general\t3\tFAIRGATE_LIMITS__GENERAL\n");
    EXPECT_EQ(bench.run({"config", "show", "nonsense"}).code, 3);
}

TEST(connection, flags_are_stronger_than_variables_and_these_than_the_configuration) {
    Bench bench;
    bench.run({"status"});
    EXPECT_EQ(bench.base, "unix:/run/fairgate/api.sock");
    bench.around.environment["FAIRGATE_DAEMON__SOCKET"] = "/tmp/other.sock";
    bench.run({"status"});
    EXPECT_EQ(bench.base, "unix:/tmp/other.sock");
    bench.around.environment["FAIRGATE_SERVER"] = "https://a:1";
    bench.run({"status"});
    EXPECT_EQ(bench.base, "https://a:1");
    bench.run({"status", "--socket", "/x"});
    EXPECT_EQ(bench.base, "unix:/x");
}

TEST(daemon, is_started_with_a_sound_configuration_only) {
    Bench bench;
    int started = 0;
    bench.around.programs.daemon = [&](const DaemonOrder& order) -> Result<int> {
        started += order.loaded.settings.limits.general.value_or(0);
        return 0;
    };
    EXPECT_EQ(bench.run({"daemon", "--set", "limits.general=3"}).code, 0);
    EXPECT_EQ(started, 3);
    EXPECT_EQ(bench.run({"daemon", "--set", "limits.general=x"}).code, 9);
    EXPECT_EQ(started, 3);
}

TEST(replay, has_its_own_json_and_exit_code) {
    Bench bench;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / "fairgate-cli-replay.log";
    {
        std::ofstream out(file);
        for (int second = 0; second < 600; second += 5) {
            for (const char* address : {"198.51.100.24", "203.0.113.9"}) {
                const std::string minutes = std::to_string(second / 60);
                const std::string seconds = std::to_string(second % 60);
                out << "2026/01/30 09:0" << minutes << ":" << (seconds.size() < 2 ? "0" : "")
                    << seconds << " from " << address
                    << ":5000 accepted tcp:example.com:443 [in -> direct] email: 7.ali\n";
            }
        }
    }
    const Ran ran =
        bench.run({"replay", file.string(), "--general", "1", "--json", "--fail-on", "0"});
    EXPECT_EQ(ran.code, 10) << ran.err;
    const auto body = json::parse(ran.out);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->at("schema").as_string(), "fairgate.replay/1");
    EXPECT_EQ(body->at("lines").as_int64(), 240);
    EXPECT_EQ(body->at_pointer("/violations/0/account").as_string(), "ali");
    EXPECT_EQ(body->at_pointer("/violations/0/devices").as_int64(), 2);
    EXPECT_EQ(bench.run({"replay", file.string(), "--general", "2", "--fail-on", "0"}).code, 0);
    EXPECT_EQ(bench.run({"replay", "/nonexistent.log"}).code, 3);
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace fairgate::cli
