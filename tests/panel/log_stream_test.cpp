#include "backends/pasarguard/log_streams.hpp"
#include "panel/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fairgate::panel_test {
namespace {

using namespace std::chrono_literals;
using sim::NodeStatus;
using sources::LineBatch;

/// Nothing here depends on how fast the machine is: a stream that is to fall silent says so.
LogStreamSettings quick() {
    LogStreamSettings settings;
    settings.source = "sources.main";
    settings.silence = 1h;
    settings.dead = 30s;
    settings.first_wait = 5ms;
    settings.most_wait = 20ms;
    settings.patience = 20ms;
    settings.pause = 1ms;
    settings.short_break = 10s;
    return settings;
}

/// A panel whose pings come every 10 ms, and the streams of its nodes.
class Listening {
public:
    explicit Listening(LogStreamSettings settings = quick(), std::size_t most_piece = 0)
        : rig(with_pings(most_piece)),
          streams(rig.io.get_executor(), rig.client, rig.clock, settings, 7) {
        rig.state().restart_core(node(), start);
        drop_waiting_lines();
    }

    sim::Node& node() { return rig.state().nodes().at(1); }
    LogStream& stream() { return *streams.all().at(0); }
    StreamsChange refresh() {
        return rig.ask([&] { return streams.refresh(); }).value();
    }
    void write(int from, int to) {
        for (int i = from; i < to; ++i) {
            node().write("line " + std::to_string(i));
        }
    }
    /// Asks until so many lines have come; at most for some seconds.
    std::vector<std::string> lines(std::size_t count) {
        std::vector<std::string> result;
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (result.size() < count && std::chrono::steady_clock::now() < until) {
            take(result);
        }
        return result;
    }
    void take(std::vector<std::string>& into) {
        auto batch = rig.ask([&] { return stream().next(); });
        if (!batch) {
            errors.push_back(batch.error().code);
            return;
        }
        EXPECT_EQ(batch->node, "de-1");
        EXPECT_EQ(batch->source, "sources.main");
        if (batch->gap) {
            gaps.push_back(*batch->gap);
        }
        std::string_view rest = batch->bytes;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            into.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
    }
    bool has_error(std::string_view code) const {
        return std::find(errors.begin(), errors.end(), code) != errors.end();
    }
    void until_opened(std::uint64_t times) {
        std::vector<std::string> ignored;
        for (int i = 0; i < 500 && stream().times_opened() < times; ++i) {
            take(ignored);
        }
        ASSERT_GE(stream().times_opened(), times);
    }

    static RigSettings with_pings(std::size_t most_piece) {
        RigSettings settings;
        settings.panel.ping_every = 10ms;
        settings.panel.most_piece = most_piece;
        return settings;
    }
    void drop_waiting_lines() {
        const auto reader = node().channel()->attach([] {});
        node().channel()->take(reader, 100'000);
        node().channel()->detach(reader);
    }

    Rig rig;
    LogStreams streams;
    std::vector<std::string> errors;
    std::vector<sources::Gap> gaps;
};

TEST(LogStream, gives_every_line_in_order_however_it_is_cut) {
    for (const std::size_t most_piece : {0U, 1U, 7U}) {
        Listening listening(quick(), most_piece);
        ASSERT_EQ(listening.refresh().added.size(), 1U);
        listening.node().write("سلام\xff");
        listening.write(0, 60);
        const auto lines = listening.lines(61);
        ASSERT_EQ(lines.size(), 61U);
        EXPECT_EQ(lines.front(), "سلام\xff");
        EXPECT_EQ(lines.back(), "line 59");
        EXPECT_EQ(listening.rig.panel.most_streams(), 1U);
    }
}

TEST(LogStream, an_empty_batch_comes_when_there_are_no_lines) {
    Listening listening;
    listening.refresh();
    const auto batch = listening.rig.ask([&] { return listening.stream().next(); });
    ASSERT_TRUE(batch);
    EXPECT_TRUE(batch->bytes.empty());
    EXPECT_EQ(batch->node, "de-1");
}

TEST(LogStream, takes_a_backlog_of_ten_thousand_oldest_first) {
    Listening listening;
    listening.write(0, 12'000);
    listening.refresh();
    const auto lines = listening.lines(10'000);
    ASSERT_EQ(lines.size(), 10'000U);
    EXPECT_EQ(lines.front(), "line 0");
    EXPECT_EQ(lines.back(), "line 9999");
}

TEST(LogStream, is_opened_again_when_only_pings_come) {
    LogStreamSettings settings = quick();
    settings.silence = 300ms;
    Listening listening(settings);
    listening.refresh();
    listening.until_opened(1);
    listening.rig.state().restart_core(listening.node(), start);
    listening.write(0, 5);
    EXPECT_EQ(listening.lines(6).size(), 6U) << "the started line and five more";
    EXPECT_GE(listening.stream().times_opened(), 2U);
    EXPECT_EQ(listening.rig.panel.most_streams(), 1U) << "the old one was closed first";
    EXPECT_TRUE(listening.errors.empty());
    EXPECT_TRUE(listening.gaps.empty()) << "the node kept the lines";
}

TEST(LogStream, is_opened_again_at_once_when_the_core_was_started_anew) {
    Listening listening;
    listening.rig.clock.advance(1h);
    listening.refresh();
    listening.until_opened(1);
    // A stream that has had no line for some seconds is the one worth asking about; here every one.
    listening.refresh();
    listening.rig.state().restart_core(listening.node(), listening.rig.clock.now());
    listening.node().status = NodeStatus::connecting;
    listening.refresh();
    listening.write(0, 3);
    EXPECT_EQ(listening.lines(4).size(), 4U);
    EXPECT_EQ(listening.rig.panel.most_streams(), 1U);
}

TEST(LogStream, a_connection_without_even_pings_is_dead) {
    LogStreamSettings settings = quick();
    settings.silence = 1h;
    settings.dead = 50ms;
    Listening listening(settings);
    listening.rig.panel.log_fault(1).never_answers = true;
    listening.refresh();
    listening.until_opened(1);
    std::vector<std::string> ignored;
    for (int i = 0; i < 200 && listening.errors.empty(); ++i) {
        listening.take(ignored);
    }
    EXPECT_TRUE(listening.has_error("FG-PG-031"));
    listening.rig.panel.log_fault(1).never_answers = false;
    listening.write(0, 3);
    EXPECT_EQ(listening.lines(3).size(), 3U);
}

TEST(LogStream, says_when_the_core_does_not_run_and_comes_back) {
    Listening listening;
    listening.node().core_running = false;
    listening.refresh();
    std::vector<std::string> ignored;
    for (int i = 0; i < 200 && listening.errors.empty(); ++i) {
        listening.take(ignored);
    }
    EXPECT_TRUE(listening.has_error("FG-PG-030"));
    listening.rig.state().restart_core(listening.node(), start);
    EXPECT_EQ(listening.lines(1).size(), 1U);
}

TEST(LogStream, goes_on_after_the_body_ended_in_the_middle) {
    Listening listening;
    listening.rig.panel.log_fault(1).end_after = 10;
    listening.refresh();
    listening.write(0, 30);
    // What the panel had taken from the node and not sent is lost with the connection.
    EXPECT_GE(listening.lines(10).size(), 10U);
    listening.until_opened(2);
    listening.write(30, 33);
    EXPECT_EQ(listening.lines(3).size(), 3U);
    EXPECT_EQ(listening.rig.panel.most_streams(), 1U);
}

TEST(LogStream, an_error_sent_as_a_line_is_no_line) {
    Listening listening;
    listening.rig.panel.log_fault(1).text_then_end = "Error retrieving logs: NATS not available";
    listening.refresh();
    std::vector<std::string> lines;
    for (int i = 0; i < 200 && listening.errors.empty(); ++i) {
        listening.take(lines);
    }
    EXPECT_TRUE(lines.empty());
    EXPECT_TRUE(listening.has_error("FG-PG-032"));
}

TEST(LogStream, a_panel_restart_is_a_gap_and_then_goes_on) {
    Listening listening;
    listening.refresh();
    listening.write(0, 3);
    ASSERT_EQ(listening.lines(3).size(), 3U);
    listening.rig.clock.advance(5s);
    listening.rig.panel.stop();
    listening.rig.clock.advance(20s);
    std::vector<std::string> ignored;
    for (int i = 0; i < 200 && listening.errors.empty(); ++i) {
        listening.take(ignored);
    }
    EXPECT_FALSE(listening.errors.empty());
    listening.rig.panel.start();
    EXPECT_EQ(listening.lines(1).size(), 1U);
    ASSERT_FALSE(listening.gaps.empty());
    EXPECT_EQ(listening.gaps.front().reason, sources::GapReason::outage);
    EXPECT_EQ(listening.gaps.front().until, start + 25s);
}

TEST(LogStream, outlives_its_token_and_logs_in_for_the_next_one) {
    Listening listening;
    listening.refresh();
    listening.until_opened(1);
    listening.rig.panel.auth().end_all_tokens();
    listening.write(0, 3);
    EXPECT_EQ(listening.lines(3).size(), 3U);
    EXPECT_EQ(listening.stream().times_opened(), 1U);
    listening.stream().reopen();
    listening.until_opened(2);
    listening.write(3, 6);
    EXPECT_EQ(listening.lines(3).size(), 3U);
}

TEST(LogStream, is_a_sample_when_somebody_else_reads_too) {
    Listening listening;
    listening.refresh();
    listening.until_opened(1);
    const auto thief = listening.node().channel()->attach_thief();
    listening.write(0, 400);
    std::vector<std::string> lines;
    while (lines.size() + listening.node().channel()->given_to(thief) < 400) {
        listening.take(lines);
    }
    EXPECT_GT(lines.size(), 100U);
    EXPECT_LT(lines.size(), 300U);
    EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return std::stoi(a.substr(5)) < std::stoi(b.substr(5));
    }));
}

TEST(LogStream, waits_when_nobody_asks_for_its_lines) {
    LogStreamSettings small = quick();
    small.most_waiting = 1'000;
    Listening listening(small);
    listening.refresh();
    const std::string long_line(2'000, 'x');  // more than the system's buffers take in all
    for (int i = 0; i < 9'000; ++i) {
        listening.node().write(long_line);
    }
    listening.rig.io.restart();
    listening.rig.io.run_for(100ms);
    EXPECT_GT(listening.node().channel()->waiting(), 1'000U);
    EXPECT_EQ(listening.lines(9'000).size(), 9'000U);
}

TEST(LogStreams, come_and_go_with_the_nodes) {
    Listening listening;
    listening.refresh();
    listening.rig.state().add_node("fi-1", start);
    const auto added = listening.refresh();
    ASSERT_EQ(added.added.size(), 1U);
    EXPECT_EQ(added.added.front()->node(), "fi-1");
    listening.rig.state().nodes().at(2).status = NodeStatus::disabled;
    const auto stream = added.added.front();
    EXPECT_EQ(listening.refresh().removed, std::vector<std::string>{"fi-1"});
    const auto batch = listening.rig.ask([&] { return stream->next(); });
    ASSERT_FALSE(batch);
    EXPECT_EQ(batch.error().code, "FG-PG-033");
    listening.node().name = "de-2";
    const auto renamed = listening.refresh();
    EXPECT_EQ(renamed.removed, std::vector<std::string>{"de-1"});
    EXPECT_EQ(renamed.added.size(), 1U);
    EXPECT_EQ(listening.rig.panel.most_streams(), 1U);
}

TEST(LogStreams, leave_nodes_alone_that_nobody_asked_for) {
    LogStreamSettings settings = quick();
    settings.nodes = {"fi-1"};
    Listening listening(settings);
    listening.rig.state().add_node("fi-1", start);
    const auto change = listening.refresh();
    ASSERT_EQ(change.added.size(), 1U);
    EXPECT_EQ(change.added.front()->node(), "fi-1");
    listening.write(0, 3);
    listening.rig.ask([&] { return change.added.front()->next(); }).value();
    EXPECT_EQ(listening.node().channel()->waiting(), 3U);
}

TEST(LogStreams, an_error_keeps_what_runs) {
    Listening listening;
    listening.refresh();
    sim::CallFault fault;
    fault.path_start = "/api/nodes";
    fault.times = -1;
    listening.rig.panel.add_fault(fault);
    EXPECT_FALSE(listening.rig.ask([&] { return listening.streams.refresh(); }));
    EXPECT_EQ(listening.streams.all().size(), 1U);
    listening.write(0, 3);
    EXPECT_EQ(listening.lines(3).size(), 3U);
}

TEST(LogStreams, without_the_right_to_logs_say_so) {
    Listening listening;
    sim::Role role = sim::administrator_role();
    role.permissions.erase("nodes.logs");
    listening.rig.state().find_admin("root")->role = role;
    listening.refresh();
    std::vector<std::string> ignored;
    for (int i = 0; i < 200 && listening.errors.empty(); ++i) {
        listening.take(ignored);
    }
    EXPECT_TRUE(listening.has_error("FG-PG-403"));
}

}  // namespace
}  // namespace fairgate::panel_test
