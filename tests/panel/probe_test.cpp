#include "backends/pasarguard/probe.hpp"

#include "http/self_signed.hpp"
#include "panel/rig.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace fairgate::panel_test {
namespace {

using namespace std::chrono_literals;

std::vector<ProbeStep> tried(Rig& rig) {
    ProbeSettings settings;
    settings.log_patience = 1s;
    return rig.ask([&] { return probe(rig.client, settings); });
}

const ProbeStep* find(const std::vector<ProbeStep>& steps, std::string_view name) {
    for (const ProbeStep& step : steps) {
        if (step.name == name) {
            return &step;
        }
    }
    return nullptr;
}

std::string code_of(const std::vector<ProbeStep>& steps, std::string_view name) {
    const ProbeStep* step = find(steps, name);
    return step == nullptr ? "no such step" : step->code;
}

TEST(Probe, of_a_sound_panel_is_all_good_and_changes_nothing) {
    Rig rig;
    const auto steps = tried(rig);
    for (const ProbeStep& step : steps) {
        EXPECT_EQ(step.outcome, ProbeOutcome::good) << step.name << ": " << step.text;
    }
    EXPECT_EQ(find(steps, "version")->text, "PasarGuard 5.2.1");
    EXPECT_EQ(find(steps, "users")->text, "3 users");
    EXPECT_TRUE(find(steps, "log") != nullptr);
    EXPECT_EQ(rig.panel.count("PUT", ""), 0U);
    EXPECT_EQ(rig.panel.count("POST", ""), 1U) << "the login";
}

TEST(Probe, stops_where_the_panel_cannot_be_reached) {
    Rig rig;
    rig.panel.stop();
    const auto steps = tried(rig);
    EXPECT_EQ(code_of(steps, "reach"), "FG-NET-003");
    EXPECT_EQ(find(steps, "users")->outcome, ProbeOutcome::skipped);
}

/// A certificate of its own in a folder that goes with it.
struct OwnCertificate {
    OwnCertificate() {
        const auto made = http::make_self_signed({"127.0.0.1"}, now - 1h, now + 24h).value();
        std::ofstream(certificate) << made.certificate;
        std::ofstream(key) << made.key;
    }
    ~OwnCertificate() {
        std::filesystem::remove(certificate);
        std::filesystem::remove(key);
    }
    OwnCertificate(const OwnCertificate&) = delete;
    OwnCertificate& operator=(const OwnCertificate&) = delete;

    TimePoint now = SystemClock().now();  // TLS looks at the machine's clock
    std::string certificate = testing::TempDir() + "fairgate_panel_test.crt";
    std::string key = testing::TempDir() + "fairgate_panel_test.key";
};

TEST(Probe, a_certificate_of_its_own_must_be_pinned) {
    const OwnCertificate own;
    RigSettings settings;
    settings.panel.certificate_file = own.certificate;
    settings.panel.key_file = own.key;
    Rig rig(settings);
    EXPECT_EQ(code_of(tried(rig), "tls"), "FG-NET-007");
    settings.pin =
        rig.ask([&] { return http::fingerprint_of(rig.io.get_executor(), rig.panel.base(), 5s); }
        ).value();
    rig.client = rig.connect(settings);
    EXPECT_EQ(find(tried(rig), "login")->outcome, ProbeOutcome::good);
    settings.pin = std::string(64, 'a');
    rig.client = rig.connect(settings);
    EXPECT_EQ(code_of(tried(rig), "tls"), "FG-NET-009");
}

TEST(Probe, stops_at_a_wrong_password) {
    RigSettings settings;
    settings.password = "wrong-password";
    Rig rig(settings);
    const auto steps = tried(rig);
    EXPECT_EQ(find(steps, "reach")->outcome, ProbeOutcome::good);
    EXPECT_EQ(code_of(steps, "login"), "FG-PG-001");
    EXPECT_FALSE(find(steps, "login")->next.empty());
}

TEST(Probe, names_the_rights_that_are_missing) {
    RigSettings settings;
    settings.username = "seller";
    settings.password = "seller-pass";
    Rig rig(settings);
    const auto steps = tried(rig);
    EXPECT_EQ(code_of(steps, "nodes"), "FG-PG-403");
    EXPECT_NE(find(steps, "nodes")->text.find("nodes.read"), std::string::npos);
    EXPECT_EQ(code_of(steps, "users"), "FG-PG-046");
    EXPECT_EQ(code_of(steps, "core"), "FG-PG-048");
    sim::Role reader = sim::administrator_role();
    reader.permissions.erase("users.update");
    rig.state().find_admin("seller")->role = reader;
    EXPECT_EQ(code_of(tried(rig), "write"), "FG-PG-040");
}

TEST(Probe, warns_of_a_core_that_hides_what_is_needed) {
    Rig rig;
    rig.panel.core() = sim::CoreConfig{"none", "half", false};
    std::vector<std::string> codes;
    for (const ProbeStep& step : tried(rig)) {
        if (step.outcome == ProbeOutcome::warning) {
            codes.push_back(step.code);
        }
    }
    EXPECT_EQ(codes, (std::vector<std::string>{"FG-PG-043", "FG-PG-044", "FG-PG-045"}));
}

TEST(Probe, tells_a_silent_log_from_one_that_ends) {
    RigSettings settings;
    settings.panel.ping_every = 10ms;
    Rig rig(settings);
    auto& node = rig.state().nodes().at(1);
    const auto reader = node.channel()->attach([] {});
    node.channel()->take(reader, 100);
    node.channel()->detach(reader);
    EXPECT_EQ(code_of(tried(rig), "log"), "FG-PG-041");
    node.core_running = false;
    EXPECT_EQ(code_of(tried(rig), "log"), "FG-PG-030");
    node.status = sim::NodeStatus::error;
    EXPECT_EQ(code_of(tried(rig), "log"), "FG-PG-047");
}

TEST(Probe, asks_all_quiet_nodes_at_the_same_time_and_tells_them_in_order) {
    Rig rig;
    for (int i = 2; i <= 40; ++i) {
        rig.state().add_node("de-" + std::to_string(i), start);
    }
    for (auto& [id, node] : rig.state().nodes()) {
        const auto reader = node.channel()->attach([] {});
        node.channel()->take(reader, 100);
        node.channel()->detach(reader);
    }
    ProbeSettings settings;
    settings.log_patience = 400ms;
    const auto begun = std::chrono::steady_clock::now();
    const auto steps = rig.ask([&] { return probe(rig.client, settings); });
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s) << "one after the other it is 16 s";
    EXPECT_LE(rig.panel.most_streams(), 32U);
    int next = 1;
    for (const ProbeStep& step : steps) {
        if (step.name == "log") {
            EXPECT_TRUE(step.text.starts_with("de-" + std::to_string(next++) + ": ")) << step.text;
        }
    }
    EXPECT_EQ(next, 41);
}

}  // namespace
}  // namespace fairgate::panel_test
