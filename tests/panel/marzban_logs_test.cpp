#include "backends/marzban/log_streams.hpp"
#include "backends/marzban/probe.hpp"
#include "panel/marzban_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// Marzban's log sockets: three framings, replays, sockets that outlive their core, refusals without
// a reason, a database that runs out of connections (Marzban v0.8.4 app/routers, app/xray).
namespace fairgate::marzban_test {
namespace {

using namespace std::chrono_literals;

LogSettings quick(std::optional<std::chrono::milliseconds> interval = std::nullopt) {
    LogSettings settings;
    settings.stream.source = "sources.main";
    settings.stream.silence = 1h;
    settings.stream.dead = 30s;
    settings.stream.first_wait = 5ms;
    settings.stream.most_wait = 20ms;
    settings.stream.patience = 20ms;
    settings.stream.pause = 1ms;
    settings.interval = interval;
    return settings;
}

/// The panel's own core and its node "de-1", and what reads them.
class Listening {
public:
    explicit Listening(LogSettings settings = quick(), RigSettings rig_settings = {})
        : rig(rig_settings),
          streams(rig.io.get_executor(), rig.parts.client, rig.clock, std::move(settings), 7) {}

    sim::Core& node() { return rig.state().nodes().at(1); }
    sim::Core& core() { return rig.state().core(); }
    StreamsChange refresh() {
        return rig.ask([&] { return streams.refresh(); }).value();
    }
    LogStream& stream(std::size_t which) { return *streams.all().at(which); }
    static void write(sim::Core& to, int from, int until) {
        for (int i = from; i < until; ++i) {
            to.write("line " + std::to_string(i));
        }
    }
    /// Asks until so many lines have come; at most for some seconds.
    std::vector<std::string> lines(std::size_t which, std::size_t count) {
        std::vector<std::string> result;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (result.size() < count && std::chrono::steady_clock::now() < until) {
            take(which, result);
        }
        return result;
    }
    void take(std::size_t which, std::vector<std::string>& into) {
        auto batch = rig.ask([&] { return stream(which).next(); });
        if (!batch) {
            errors.push_back(batch.error().code);
            return;
        }
        if (batch->gap) {
            gaps.push_back(*batch->gap);
        }
        std::string_view rest = batch->bytes;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            if (rest.starts_with("line ")) {
                into.emplace_back(rest.substr(0, end));
            }
            rest.remove_prefix(end + 1);
        }
    }
    std::vector<std::string> until_opened(std::size_t which, std::uint64_t times) {
        std::vector<std::string> seen;
        for (int i = 0; i < 500 && stream(which).times_opened() < times; ++i) {
            take(which, seen);
        }
        EXPECT_GE(stream(which).times_opened(), times);
        take(which, seen);
        return seen;
    }
    std::string first_error(std::size_t which) {
        std::vector<std::string> ignored;
        for (int i = 0; i < 500 && errors.empty(); ++i) {
            take(which, ignored);
        }
        return errors.empty() ? "none" : errors.front();
    }

    Rig rig;
    LogStreams streams;
    std::vector<std::string> errors;
    std::vector<sources::Gap> gaps;
};

TEST(MarzbanLogs, of_the_core_and_of_each_node_are_read_in_every_framing) {
    for (const auto interval : {0ms, 20ms}) {
        Listening listening(quick(interval.count() > 0 ? std::optional(interval) : std::nullopt));
        ASSERT_EQ(listening.refresh().added.size(), 2U);
        EXPECT_EQ(listening.stream(0).node(), own_core);
        EXPECT_EQ(listening.stream(1).node(), "de-1");
        for (const std::size_t which : {0U, 1U}) {
            listening.until_opened(which, 1);
            Listening::write(which == 0 ? listening.core() : listening.node(), 0, 60);
            const auto lines = listening.lines(which, 60);
            ASSERT_EQ(lines.size(), 60U);
            EXPECT_EQ(lines.front(), "line 0");
            EXPECT_EQ(lines.back(), "line 59");
        }
        EXPECT_TRUE(listening.errors.empty());
    }
}

TEST(MarzbanLogs, the_last_lines_that_are_shown_again_are_not_given_again) {
    Listening listening;
    Listening::write(listening.core(), 0, 10);
    listening.refresh();
    EXPECT_EQ(listening.lines(0, 10).size(), 10U) << "what was there before is told once";
    listening.stream(0).reopen();
    const auto seen = listening.until_opened(0, 2);
    Listening::write(listening.core(), 10, 12);
    EXPECT_TRUE(seen.empty());
    EXPECT_EQ(listening.lines(0, 2), (std::vector<std::string>{"line 10", "line 11"}));
    Listening::write(listening.node(), 0, 5);
    EXPECT_EQ(listening.lines(1, 5).size(), 5U);
    listening.node().set_away(true);
    listening.node().set_away(false);
    Listening::write(listening.node(), 5, 6);
    EXPECT_EQ(listening.lines(1, 1), std::vector<std::string>{"line 5"});
}

TEST(MarzbanLogs, a_socket_whose_node_was_replaced_answers_pings_for_ever_and_is_given_up) {
    LogSettings settings = quick();
    settings.stream.silence = 300ms;
    Listening listening(settings);
    listening.refresh();
    listening.until_opened(1, 1);
    Listening::write(listening.node(), 0, 1);
    ASSERT_EQ(listening.lines(1, 1).size(), 1U);
    listening.rig.clock.advance(1min);
    listening.rig.state().reconnect_node(listening.node(), listening.rig.clock.now());
    listening.until_opened(1, 2);
    Listening::write(listening.node(), 1, 2);
    EXPECT_EQ(listening.lines(1, 1).size(), 1U);
    EXPECT_TRUE(listening.errors.empty());
    ASSERT_FALSE(listening.gaps.empty()) << "pings prove nothing: lines may be missing";
    EXPECT_EQ(listening.gaps.front().since, start);
}

TEST(MarzbanLogs, a_node_that_changes_its_state_is_opened_again_at_once) {
    Listening listening;
    listening.refresh();
    listening.until_opened(1, 1);
    listening.node().status = sim::NodeStatus::connecting;
    listening.refresh();
    listening.node().status = sim::NodeStatus::connected;
    listening.refresh();
    listening.until_opened(1, 2);
    Listening::write(listening.node(), 0, 1);
    EXPECT_EQ(listening.lines(1, 1).size(), 1U);
}

TEST(MarzbanLogs, an_end_with_a_close_and_one_without_both_go_on) {
    for (const std::uint16_t code : {std::uint16_t{1012}, std::uint16_t{1006}}) {
        Listening listening;
        listening.refresh();
        listening.until_opened(0, 1);
        listening.rig.parts.panel.end_sockets(code);
        listening.until_opened(0, 2);
        Listening::write(listening.core(), 0, 1);
        EXPECT_EQ(listening.lines(0, 1).size(), 1U);
    }
}

TEST(MarzbanLogs, a_refusal_says_why_although_the_panel_does_not) {
    RigSettings seller;
    seller.username = "seller";
    seller.password = "seller-pass";
    Rig rig(seller);
    const auto refused = [&rig](CoreName core) {
        const auto opened = rig.ask([&] { return rig.client().open_log(core, std::nullopt); });
        return opened ? "none" : opened.error().code;
    };
    const CoreName own{std::nullopt, own_core};
    const CoreName node{1, "de-1"};
    EXPECT_EQ(refused(own), "FG-MZB-034");
    Rig other;
    const auto of_other = [&other](CoreName core) {
        const auto opened = other.ask([&] { return other.client().open_log(core, std::nullopt); });
        return opened ? "none" : opened.error().code;
    };
    EXPECT_EQ(of_other(node), "none");
    other.parts.panel.auth().end_all_tokens();
    EXPECT_EQ(of_other(node), "none") << "a token that ended is renewed";
    other.state().nodes().at(1).status = sim::NodeStatus::error;
    EXPECT_EQ(of_other(node), "FG-MZB-035");
    EXPECT_EQ(of_other(CoreName{9, "fi-1"}), "FG-MZB-033");
    other.state().nodes().at(1).status = sim::NodeStatus::connected;
    other.state().nodes().at(1).started = false;
    EXPECT_EQ(of_other(node), "FG-MZB-036");
}

TEST(MarzbanLogs, more_lines_than_the_panel_passes_on_are_a_loss_that_shows) {
    Listening listening;
    listening.refresh();
    listening.until_opened(0, 1);
    std::vector<std::string> lines;
    const auto until = std::chrono::steady_clock::now() + 10s;
    for (int i = 0; listening.gaps.empty() && std::chrono::steady_clock::now() < until; i += 100) {
        Listening::write(listening.core(), i, i + 100);
        listening.take(0, lines);
    }
    ASSERT_FALSE(listening.gaps.empty());
    EXPECT_EQ(listening.gaps.front().reason, sources::GapReason::lost);
}

TEST(MarzbanLogs, a_login_of_the_database_reads_no_more_than_its_connections_allow) {
    RigSettings boss;
    boss.username = "boss";
    boss.password = "boss-pass";
    for (const bool of_database : {true, false}) {
        Listening listening(quick(), of_database ? boss : RigSettings{});
        for (int i = 0; i < 20; ++i) {
            listening.rig.state().add_node("node-" + std::to_string(i), start);
        }
        const auto change = listening.refresh();
        EXPECT_EQ(change.added.size(), of_database ? 8U : 22U);
        EXPECT_EQ(listening.streams.shortage().has_value(), of_database);
        for (std::size_t i = 0; i < change.added.size(); ++i) {
            listening.until_opened(i, 1);
        }
        const auto users = listening.rig.ask([&] { return listening.rig.client().users({}); });
        EXPECT_TRUE(users) << "the panel still answers";
    }
}

TEST(MarzbanLogs, come_and_go_with_the_nodes) {
    Listening listening;
    listening.refresh();
    listening.rig.state().add_node("fi-1", start);
    const auto added = listening.refresh();
    ASSERT_EQ(added.added.size(), 1U);
    listening.rig.state().delete_node(2);
    EXPECT_EQ(listening.refresh().removed, std::vector<std::string>{"fi-1"});
    const auto batch = listening.rig.ask([&] { return added.added.front()->next(); });
    ASSERT_FALSE(batch);
    EXPECT_EQ(batch.error().code, "FG-MZB-033");
    listening.node().name = "de-2";
    EXPECT_EQ(listening.refresh().removed, std::vector<std::string>{"de-1"});
    EXPECT_EQ(listening.streams.all().size(), 2U);
}

std::string code_of(const std::vector<ProbeStep>& steps, std::string_view name) {
    std::string codes;
    for (const ProbeStep& step : steps) {
        if (step.name == name && !step.code.empty()) {
            codes += (codes.empty() ? "" : " ") + step.code;
        }
    }
    return codes;
}

std::vector<ProbeStep> tried(Rig& rig) {
    ProbeSettings settings;
    settings.log_patience = 1s;
    return rig.ask([&] { return probe(rig.parts.client, settings); });
}

TEST(MarzbanProbe, names_what_is_missing) {
    RigSettings settings;
    settings.username = "seller";
    settings.password = "seller-pass";
    Rig seller(settings);
    const auto steps = tried(seller);
    EXPECT_EQ(code_of(steps, "write"), "FG-MZB-040");
    EXPECT_EQ(code_of(steps, "nodes"), "FG-MZB-403");
    EXPECT_EQ(code_of(steps, "users"), "FG-MZB-046");
    EXPECT_EQ(code_of(steps, "core"), "FG-MZB-048");
    settings.username = "boss";
    settings.password = "boss-pass";
    Rig boss(settings);
    EXPECT_EQ(code_of(tried(boss), "nodes"), "FG-MZB-042");
}

TEST(MarzbanProbe, a_core_that_nobody_uses_holds_up_nothing) {
    RigSettings settings;
    settings.panel.ping_every = 1min;
    Rig rig(settings);
    ProbeSettings hasty;
    hasty.log_patience = 20ms;
    const auto steps = rig.ask([&] { return probe(rig.parts.client, hasty); });
    EXPECT_EQ(code_of(steps, "log"), "FG-MZB-041 FG-MZB-041");
    EXPECT_EQ(code_of(steps, "core"), "");
}

TEST(MarzbanProbe, asks_quiet_cores_together_and_leaves_the_panel_its_database) {
    RigSettings settings;
    settings.panel.ping_every = 1min;
    settings.username = "boss";  // each of its logs holds one of the database's connections
    settings.password = "boss-pass";
    Rig rig(settings);
    for (int i = 2; i <= 20; ++i) {
        rig.state().add_node("de-" + std::to_string(i), start);
    }
    ProbeSettings hasty;
    hasty.log_patience = 100ms;
    const auto begun = std::chrono::steady_clock::now();
    const auto steps = rig.ask([&] { return probe(rig.parts.client, hasty); });
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 1'500ms);
    const auto quiet = std::ranges::count(steps, std::string("FG-MZB-041"), &ProbeStep::code);
    EXPECT_EQ(quiet, 21);
}

TEST(MarzbanProbe, warns_of_a_core_that_hides_what_is_needed) {
    Rig rig;
    rig.state().config().loglevel = "none";
    rig.state().config().access = "/var/log/access.log";
    rig.state().config().mask_address = "half";
    EXPECT_EQ(code_of(tried(rig), "core"), "FG-MZB-043 FG-MZB-045 FG-MZB-044");
}

}  // namespace
}  // namespace fairgate::marzban_test
