// A real gate and real links of agents over loopback in one process, with the hub's clock in the
// test's hand: certificates are renewed, whoever is killed when.
#include "agent/hub_link.hpp"
#include "base/spawn.hpp"
#include "nodes/gate.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fairgate {
namespace {

using namespace std::chrono_literals;

const TimePoint start = TimePoint(std::chrono::seconds(1'790'000'000));
constexpr auto life = std::chrono::days(365);
constexpr auto late = std::chrono::days(250);

class NoSink final : public nodes::NodeSink {
public:
    bool observe(const nodes::NodeRecord&, const Observation&) override { return false; }
    void tell(const nodes::NodeRecord&, std::string) override {}
};

class RenewalTest : public testing::Test {
public:
    RenewalTest() {
        const auto asking = pki::make_request("de-1").value();
        const auto issued = authority.sign(asking.request, "de-1", start, life).value();
        kept.node = "de-1";
        kept.fingerprint = authority.fingerprint();
        kept.identity = {issued.certificate, asking.key};
        nodes::NodeRecord record;
        record.name = "de-1";
        record.serial = issued.serial;
        record.until = issued.until;
        nodes::NodeBook book;
        book.add(record);
        open(book);
    }

    void open(const nodes::NodeBook& book) {
        nodes::Gate::Parts parts{
            io.get_executor(),
            clock,
            authority,
            book,
            [this](std::string text) { return save(std::move(text)); },
            sink,
            "test"
        };
        gate.reset();
        gate = nodes::Gate::open(std::move(parts), "127.0.0.1:0").value();
        kept.hub = gate->listening_on();
    }

    boost::asio::awaitable<Result<void>> save(std::string) { co_return Result<void>{}; }

    void start_agent() {
        agent::HubLink::Parts parts{
            io.get_executor(),
            agents_clock,
            slots,
            kept,
            [this](const agent::Membership& changed) { return keep(changed); },
            "test",
            7,
            [this](const std::string& line) { log.push_back(line); },
            [](link::wire::Health&) {}
        };
        running = Task();
        link = std::make_unique<agent::HubLink>(std::move(parts));
        running = spawn(
            io.get_executor(),
            "agent",
            [this] { return link->run(); },
            [](const std::string&, const std::exception_ptr&) {}
        );
    }

    Result<void> keep(const agent::Membership& changed) {
        if (disk_is_full) {
            Error error;
            error.code = "FG-PKI-005";
            return error;
        }
        kept = changed;
        return {};
    }

    void kill_agent() {
        running = Task();
        io.run_for(50ms);
        link.reset();
    }

    bool comes(const std::function<bool()>& what) {
        const auto until = std::chrono::steady_clock::now() + 10s;
        while (!what() && std::chrono::steady_clock::now() < until) {
            io.run_for(10ms);
        }
        return what();
    }
    bool is_connected() const { return link->is_connected(); }
    bool was_said(const std::string& part) const {
        for (const std::string& line : log) {
            if (line.find(part) != std::string::npos) {
                return true;
            }
        }
        return false;
    }
    const nodes::NodeRecord& record() const { return *gate->book().find("de-1"); }

    boost::asio::io_context io{1};
    ManualClock clock{start};  ///< the hub's
    ManualClock agents_clock{start - std::chrono::days(9'000)};
    pki::Authority authority = pki::Authority::make(start).value();
    NoSink sink;
    link::SlotBook slots;
    agent::Membership kept;  ///< the agent's file
    bool disk_is_full = false;
    std::vector<std::string> log;
    std::shared_ptr<nodes::Gate> gate;
    std::unique_ptr<agent::HubLink> link;
    Task running;  // last: it uses the rest
};

TEST_F(RenewalTest, a_certificate_is_renewed_when_a_third_of_its_life_is_left) {
    const agent::Membership old = kept;
    const std::string serial = record().serial;
    clock.set(start + late);
    start_agent();
    ASSERT_TRUE(comes([&] { return record().serial != serial && is_connected(); }));
    EXPECT_EQ(record().until, start + late + life);
    EXPECT_FALSE(record().next_serial);
    EXPECT_NE(kept.identity.certificate, old.identity.certificate);
    EXPECT_NE(kept.identity.key, old.identity.key);
    EXPECT_FALSE(kept.next);

    kill_agent();
    kept = old;
    start_agent();
    EXPECT_TRUE(comes([&] { return was_said("FG-AGT-002"); })) << "the old one is let in still";
    EXPECT_FALSE(is_connected());
}

TEST_F(RenewalTest, it_is_not_renewed_before) {
    const std::string serial = record().serial;
    clock.set(start + life / 2);
    start_agent();
    ASSERT_TRUE(comes([&] { return is_connected(); }));
    io.run_for(200ms);
    EXPECT_EQ(record().serial, serial);
    EXPECT_FALSE(record().next_serial);
}

TEST_F(RenewalTest, an_agent_that_could_not_keep_it_comes_with_the_old_one) {
    const std::string serial = record().serial;
    clock.set(start + late);
    disk_is_full = true;
    start_agent();
    ASSERT_TRUE(comes([&] { return record().next_serial.has_value(); }));
    kill_agent();
    disk_is_full = false;
    start_agent();
    ASSERT_TRUE(comes([&] { return is_connected(); }));
    EXPECT_EQ(record().serial, serial);
}

TEST_F(RenewalTest, an_agent_that_was_killed_before_it_showed_it_shows_it_then) {
    const std::string serial = record().serial;
    clock.set(start + late);
    start_agent();
    ASSERT_TRUE(comes([&] { return kept.next.has_value(); }));
    kill_agent();
    ASSERT_EQ(record().serial, serial);
    start_agent();
    ASSERT_TRUE(comes([&] { return is_connected(); }));
    EXPECT_NE(record().serial, serial);
    EXPECT_FALSE(kept.next);
}

TEST_F(RenewalTest, a_hub_that_forgot_it_is_shown_the_old_one_again) {
    const nodes::NodeBook backup = gate->book();
    clock.set(start + late);
    start_agent();
    ASSERT_TRUE(comes([&] { return kept.next.has_value(); }));
    kill_agent();
    open(backup);
    start_agent();
    ASSERT_TRUE(comes([&] { return was_said("the old one is shown again"); }));
    EXPECT_TRUE(comes([&] { return is_connected(); }));
}

TEST_F(RenewalTest, a_revoked_node_is_out_with_both) {
    clock.set(start + late);
    start_agent();
    ASSERT_TRUE(comes([&] { return kept.next.has_value(); }));
    kill_agent();
    nodes::NodeBook book = gate->book();
    ASSERT_TRUE(book.revoke("de-1", clock.now()));
    open(book);
    start_agent();
    ASSERT_TRUE(comes([&] { return was_said("the old one is shown again"); }));
    io.run_for(2500ms);  // by when it has tried the old one
    EXPECT_FALSE(is_connected());
    EXPECT_FALSE(kept.next);
}

TEST_F(RenewalTest, a_hubs_clock_that_was_ahead_or_is_behind_locks_nobody_out) {
    clock.set(start + late + 100 * 24h);  // by which less than a third is left
    start_agent();
    const std::string serial = record().serial;
    ASSERT_TRUE(comes([&] { return record().serial != serial && is_connected(); }));
    kill_agent();
    for (const TimePoint hub_time : {start, start - 2 * life}) {
        clock.set(hub_time);
        start_agent();
        EXPECT_TRUE(comes([&] { return is_connected(); }));
        kill_agent();
    }
}

TEST_F(RenewalTest, one_that_ends_sooner_than_the_present_one_is_not_used) {
    agent::Renewal renewal(kept, [](const agent::Membership&) { return Result<void>(); });
    const auto request = renewal.ask(start + late, {});
    ASSERT_TRUE(request);
    EXPECT_FALSE(renewal.ask(start + late, {})) << "once an hour";
    const auto sooner = authority.sign(*request, "de-1", start - 1h, life).value();
    EXPECT_FALSE(renewal.take(sooner.certificate).value());
    const auto longer = authority.sign(*request, "de-1", start + late, life).value();
    EXPECT_TRUE(renewal.take(longer.certificate).value());
    EXPECT_EQ(renewal.take("no").error().code, "FG-PKI-004");
}

}  // namespace
}  // namespace fairgate
