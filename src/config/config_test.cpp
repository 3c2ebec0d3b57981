#include "base/json.hpp"
#include "config/limits_file.hpp"
#include "config/load.hpp"
#include "config/schema.hpp"
#include "config/show.hpp"
#include "config/suggest.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>

namespace fairgate::config {
namespace {

std::string faults_of(const Loaded& loaded) {
    std::string all;
    for (const Error& fault : loaded.faults) {
        all += fault.code + ": " + fault.what + " @ " + fault.where + "\n" + fault.cause + "\n";
    }
    return all;
}

Loaded good(std::string_view text) {
    Loaded loaded = load_text("f.toml", text);
    EXPECT_EQ(faults_of(loaded), "");
    return loaded;
}

std::string bad(std::string_view text) { return faults_of(load_text("f.toml", text)); }

class Folder {
public:
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "fairgate-config-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string write(const std::string& name, std::string_view text) const {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        std::filesystem::permissions(file, std::filesystem::perms(0640));
        return file.string();
    }

private:
    std::filesystem::path path_;
};

TEST(reading, an_empty_file_is_valid_and_blocks_nobody) {
    const Settings settings = good("").settings;
    EXPECT_EQ(settings.mode.global, Mode::shadow);
    EXPECT_FALSE(settings.limits.general);
    EXPECT_TRUE(settings.sources.empty());
}

TEST(reading, values_reach_their_place) {
    const Settings settings = good(R"(
[counting]
method = "distinct"
window = "4m"
[limits]
general = 2
[limits.accounts]
ali = 5
"odd name.x" = "unlimited"
[[limits.patterns]]
match = "vip_*"
devices = 4
[ladder]
steps = ["warn", "15m", "forever"]
[mode]
global = "enforce"
until = 2026-12-01
[[mode.groups]]
name = "trial"
mode = "warn"
[exempt]
accounts = [{ name = "boss", until = 2026-12-01T08:00:00Z, reason = "reseller" }]
[trust]
never_counted = ["192.0.2.0/24", "AS64500"]
[[source]]
name = "local"
path = "/var/log/xray/access.log"
[[backend]]
name = "main"
type = "pasarguard"
url = "https://panel.example.com:8443"
username = "bot"
password_file = "/etc/fairgate/pw"
)")
                                  .settings;
    EXPECT_EQ(settings.counting.method, CountingMethod::distinct);
    EXPECT_EQ(settings.counting.window, 4min);
    EXPECT_EQ(settings.limits.general, 2);
    EXPECT_EQ(settings.limits.accounts.at("ali"), 5);
    EXPECT_EQ(settings.limits.accounts.at("odd name.x"), unlimited);
    EXPECT_EQ(settings.limits.patterns.at(0).match, "vip_*");
    EXPECT_EQ(settings.ladder.steps.at(1), (LadderStep{LadderStep::Kind::block, 15min}));
    EXPECT_EQ(settings.mode.groups.at(0).mode, Mode::warn);
    EXPECT_EQ(settings.exempt.accounts.at(0).reason, "reseller");
    EXPECT_EQ(std::get<Asn>(settings.trust.never_counted.at(1)), Asn{64500});
    EXPECT_EQ(settings.sources.at(0).path, "/var/log/xray/access.log");
    EXPECT_EQ(settings.backends.at(0).username, "bot");
}

TEST(faults, an_unknown_key_is_shown_with_a_caret_and_a_suggestion) {
    const Loaded loaded = load_text("/etc/fairgate/fairgate.toml", "\n[limits]\n  genral = 2\n");
    ASSERT_EQ(loaded.faults.size(), 1U);
    EXPECT_EQ(loaded.faults[0].code, "FG-CFG-004");
    EXPECT_EQ(loaded.faults[0].what, "unknown key \"genral\" in [limits]");
    EXPECT_EQ(loaded.faults[0].where, "/etc/fairgate/fairgate.toml:3:3");
    EXPECT_EQ(
        loaded.faults[0].cause, "  3 |   genral = 2\n    |   ^^^^^^ did you mean \"general\"?"
    );
}

TEST(faults, all_are_found_at_once) {
    const std::string all = bad(R"([limits]
general = "two"
general = 3
tolerance = 1000
[counting]
method = "overlop"
window = 5
sustain = "ten"
v4_prefix = 24.5
blackhole_tags = "block"
[ladder]
steps = ["warn", 10]
[trust]
never_blocked = ["example.com"]
[sourse]
[mode]
until = "tomorrow"
)");
    for (const char* expected :
         {"FG-CFG-003: this was set before",
          "@ f.toml:3:1",
          R"(FG-CFG-005: limits.general: expected a whole number or "unlimited", got "two")",
          "@ f.toml:2:11",
          "FG-CFG-006: limits.tolerance",
          "FG-CFG-007: counting.method",
          "did you mean \"overlap\"?",
          "FG-CFG-005: counting.window",
          "write the unit: \"5s\"",
          "FG-CFG-008: counting.sustain",
          "FG-CFG-005: counting.v4_prefix",
          "write [ \"block\" ]",
          "FG-CFG-008: ladder.steps",
          "FG-CFG-008: trust.never_blocked",
          "unknown key \"sourse\" at the top level",
          "did you mean \"source\"?",
          "FG-CFG-008: mode.until"}) {
        EXPECT_NE(all.find(expected), std::string::npos) << expected << "\n in\n" << all;
    }
}

TEST(faults, a_key_in_the_wrong_table_is_sent_to_the_right_one) {
    EXPECT_NE(
        bad("[daemon]\nv4_prefix = 24\n").find("it belongs in [counting]"), std::string::npos
    );
}

TEST(faults, a_broken_line_does_not_hide_the_faults_behind_it) {
    const std::string all = bad("[limits]\ngeneral = \n[counting]\nmethod = 7\n");
    EXPECT_NE(all.find("FG-CFG-002: this is not TOML @ f.toml:2:"), std::string::npos) << all;
    EXPECT_NE(all.find("FG-CFG-007: counting.method"), std::string::npos) << all;
}

TEST(faults, after_a_broken_table_header_nothing_is_guessed) {
    const Loaded loaded = load_text("f.toml", "[limits\ngeneral = 2\nmethod = 1\n");
    EXPECT_EQ(loaded.faults.size(), 1U) << faults_of(loaded);
}

TEST(faults, what_belongs_together_is_checked) {
    EXPECT_NE(
        bad("[counting]\nsustain = \"6m\"\n").find("longer than counting.window"), std::string::npos
    );
    EXPECT_NE(bad("[counting]\nwindow = \"65s\"\n").find("not a multiple"), std::string::npos);
    EXPECT_NE(
        bad("[ladder]\nsteps = [\"forever\", \"1h\"]\n").find("last step"), std::string::npos
    );
    EXPECT_NE(
        bad("[daemon]\nlisten = \"0.0.0.0:8443\"\ntoken_file = \"t\"\n").find("FG-CFG-013"),
        std::string::npos
    );
    EXPECT_NE(
        bad("[daemon]\nlisten = \"127.0.0.1:8443\"\n").find("needs daemon.token_file"),
        std::string::npos
    );
    EXPECT_NE(
        bad("[[limits.patterns]]\nregex = \"(\"\ndevices = 1\n").find("not a regular expression"),
        std::string::npos
    );
    EXPECT_NE(bad("[[limits.patterns]]\ndevices = 1\n").find("exactly one of"), std::string::npos);
    EXPECT_NE(
        bad("[[source]]\nname = \"a\"\n").find("[[source]] needs \"path\" @ f.toml:1:1"),
        std::string::npos
    );
    EXPECT_NE(bad("[[source]]\npath = \"x\"\n").find("needs a name"), std::string::npos);
}

TEST(faults, two_elements_of_one_name_are_refused) {
    EXPECT_NE(
        bad("[[source]]\nname='a'\npath='x'\n[[source]]\nname='a'\npath='y'\n").find("FG-CFG-003"),
        std::string::npos
    );
}

TEST(secrets, a_password_in_the_main_file_is_refused_and_not_shown) {
    for (const char* text :
         {"[[backend]]\nname = 'm'\ntype = 'pasarguard'\nurl = 'https://p'\nusername = "
          "'b'\npassword = 'hunter2'\n",
          "[[backend]]\nname = 'm'\npasword = 'hunter2'\n",
          "[[backend]]\npassword = 'hunter2\n",
          "backend = [{ name = 'm', password = 'hunter2', x = 1 }]\n"}) {
        const std::string all = bad(text);
        EXPECT_NE(all, "");
        EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
    }
}

TEST(layers, later_ones_win_and_say_where_a_value_is_from) {
    const Folder folder;
    const std::string file = folder.write(
        "fairgate.toml",
        "[limits]\ngeneral = 2\n[limits.accounts]\nali = 3\n"
        "[[backend]]\nname = 'main'\ntype = 'pasarguard'\nurl = "
        "'https://panel.example.com'\nusername = 'bot'\n"
    );
    folder.write("conf.d/20.toml", "[limits]\ngeneral = 4\n");
    folder.write(
        "conf.d/10.toml", "[limits]\ngeneral = 3\ntolerance = 1\n[limits.accounts]\nbob = 1\n"
    );
    folder.write("secrets.toml", "[[backend]]\nname = 'main'\npassword = 'hunter2'\n");
    const Loaded loaded = load(
        {.file = file,
         .environment =
             {{"FAIRGATE_COUNTING__WINDOW", "3m"},
              {"FAIRGATE_TRUST__NEVER_COUNTED", "192.0.2.1, AS64500"}},
         .flags = {"mode.global=warn"}}
    );
    ASSERT_EQ(faults_of(loaded), "");
    EXPECT_EQ(loaded.settings.limits.general, 4);
    EXPECT_EQ(loaded.settings.limits.accounts.size(), 2U);
    EXPECT_EQ(loaded.settings.counting.window, 3min);
    EXPECT_EQ(loaded.settings.trust.never_counted.size(), 2U);
    EXPECT_EQ(loaded.settings.mode.global, Mode::warn);
    EXPECT_EQ(loaded.settings.backends.at(0).password.reveal(), "hunter2");
    std::map<std::string, Effective> all;
    for (const Effective& one : effective(loaded)) {
        all[one.path] = one;
        EXPECT_EQ(one.value.find("hunter2"), std::string::npos);
    }
    EXPECT_TRUE(all.at("limits.general").origin.ends_with("conf.d/20.toml:2"));
    EXPECT_EQ(all.at("counting.window").origin, "FAIRGATE_COUNTING__WINDOW");
    EXPECT_EQ(all.at("mode.global").origin, "--set mode.global");
    EXPECT_EQ(all.at("counting.v4_prefix").origin, "built-in");
    EXPECT_EQ(all.at("backend.main.password").value, "\"***\"");
    EXPECT_EQ(all.at("limits.accounts.ali").value, "3");
}

TEST(layers, variables_that_set_nothing_are_faults) {
    const auto with = [](const char* name, const char* value) {
        return faults_of(load({.environment = {{name, value}}}));
    };
    EXPECT_NE(
        with("FAIRGATE_LIMITS__GENRAL", "3").find("did you mean \"limits.general\"?"),
        std::string::npos
    );
    EXPECT_NE(
        with("FAIRGATE_LIMITS_GENERAL", "3").find("FAIRGATE_LIMITS__GENERAL"), std::string::npos
    );
    EXPECT_NE(
        with("FAIRGATE_LIMITS__GENERAL", "many").find("expected a whole number"), std::string::npos
    );
    EXPECT_EQ(with("FAIRGATE_CONFIG", "/x"), "");
}

TEST(layers, a_backend_password_may_come_from_the_environment) {
    const Folder folder;
    const std::string file = folder.write(
        "fairgate.toml",
        "[[backend]]\nname = 'my-panel'\ntype = 'pasarguard'\nurl = 'https://p'\nusername = 'bot'\n"
    );
    const Loaded loaded =
        load({.file = file, .environment = {{"FAIRGATE_BACKEND__MY_PANEL__PASSWORD", "x"}}});
    EXPECT_EQ(faults_of(loaded), "");
    EXPECT_EQ(loaded.settings.backends.at(0).password.reveal(), "x");
}

TEST(layers, secrets_that_everyone_can_read_are_refused) {
    const Folder folder;
    const std::string file = folder.write("fairgate.toml", "");
    const std::string secrets = folder.write("secrets.toml", "");
    std::filesystem::permissions(secrets, std::filesystem::perms(0644));
    EXPECT_NE(faults_of(load({.file = file})).find("FG-CFG-012"), std::string::npos);
}

TEST(layers, a_missing_file_is_a_fault_only_when_it_was_asked_for) {
    EXPECT_EQ(faults_of(load({.file = "/nonexistent/f.toml"})), "");
    EXPECT_NE(
        faults_of(load({.file = "/nonexistent/f.toml", .missing = Sources::Missing::is_a_fault}))
            .find("FG-CFG-001"),
        std::string::npos
    );
}

TEST(policy, a_whole_configuration_is_a_policy_too) {
    const Folder folder;
    const std::string file = folder.write(
        "p.toml",
        "[limits]\ngeneral = 1\n[[backend]]\nname='m'\ntype='pasarguard'\nurl='https://p'\n"
    );
    const Loaded loaded = load_policy(file);
    EXPECT_EQ(faults_of(loaded), "");
    EXPECT_EQ(loaded.settings.limits.general, 1);
}

TEST(limits_file, json_and_toml_say_the_same) {
    const auto json = read_limits("l.json", R"({"ali": 3, "bob.x": "unlimited"})");
    const auto lines = read_limits("l.toml", "ali = 3\n\"bob.x\" = \"unlimited\"\n");
    const auto table = read_limits(
        "l.toml", "[limits]\ngeneral = 9\n[limits.accounts]\nali = 3\n\"bob.x\" = \"unlimited\"\n"
    );
    ASSERT_TRUE(json.faults.empty() && lines.faults.empty() && table.faults.empty());
    EXPECT_EQ(json.accounts, lines.accounts);
    EXPECT_EQ(json.accounts, table.accounts);
    EXPECT_EQ(json.accounts.at("bob.x"), unlimited);
}

TEST(limits_file, a_table_whose_name_is_none_is_a_fault) {
    EXPECT_FALSE(read_limits("l.toml", "[x\xcc\x98y[x").faults.empty());
}

TEST(limits_file, what_is_no_limit_is_refused_by_name) {
    const auto limits =
        read_limits("l.json", R"({"ali": 0, "bob": -1, "eve": "two", "joe": 2.5, "sue": [1]})");
    EXPECT_EQ(limits.faults.size(), 5U);
    EXPECT_TRUE(limits.faults.at(0).what.starts_with("limits.accounts.ali: expected 1 to 10000"));
    EXPECT_EQ(read_limits("l.json", "{").faults.size(), 1U);
    EXPECT_EQ(read_limits("l.json", "[1]").faults.empty(), false);
}

TEST(example, as_it_stands_and_with_every_line_uncommented_it_is_valid) {
    good(example_file());
    const std::string all = std::regex_replace(example_file(), std::regex("(^|\n)#([^ ])"), "$1$2");
    const Loaded loaded = good(all);
    EXPECT_EQ(loaded.settings.backends.size(), 1U);
    EXPECT_EQ(loaded.settings.limits.general, 2);
}

TEST(schema, names_every_setting_but_the_secrets) {
    const auto schema = json::parse(json_schema());
    ASSERT_TRUE(schema);
    const auto& properties = schema->at("properties");
    EXPECT_EQ(properties.at_pointer("/limits/properties/general/anyOf/0/minimum").as_int64(), 1);
    EXPECT_EQ(
        properties.at_pointer("/limits/properties/accounts/additionalProperties/anyOf/0/type")
            .as_string(),
        "integer"
    );
    EXPECT_EQ(properties.at_pointer("/source/items/properties/start/enum/0").as_string(), "end");
    EXPECT_EQ(properties.at_pointer("/counting/properties/window/default").as_string(), "5m");
    EXPECT_FALSE(properties.at_pointer("/backend/items/properties").as_object().contains("password")
    );
}

TEST(suggestions, near_words_are_found_and_far_ones_are_not) {
    EXPECT_EQ(nearest("genral", {"general", "groups"}), "general");
    EXPECT_EQ(nearest("stauts", {"status", "start"}), "status");
    EXPECT_EQ(nearest("xyzzy", {"general", "groups"}), std::nullopt);
}

RC_GTEST_PROP(
    suggestions, distance_is_symmetric_and_zero_to_itself, (std::string a, std::string b)
) {
    RC_ASSERT(distance(a, b) == distance(b, a));
    RC_ASSERT(distance(a, a) == 0U);
}

RC_GTEST_PROP(reading, any_text_is_read_without_harm, (std::string text)) {
    const Loaded loaded = load_text("f.toml", text);
    for (const Error& fault : loaded.faults) {
        RC_ASSERT(fault.code.starts_with("FG-CFG-"));
        RC_ASSERT(!fault.what.empty());
    }
}

}  // namespace
}  // namespace fairgate::config
