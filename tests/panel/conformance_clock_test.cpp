#include "model/time.hpp"
#include "panel/conformance.hpp"
#include "sources/line_reading.hpp"
#include "tracker/tracker.hpp"

#include <algorithm>
#include <string>
#include <vector>

// A node writes its own time without a zone, and that time jumps: what comes through the panel's
// stream is neither counted twice, nor at a time when it was not.
namespace fairgate::conformance {
namespace {

using namespace std::chrono_literals;

struct Jump {
    const char* name;
    Duration before;  ///< how far the node's time is ahead of ours
    Duration after;
};

const std::vector<Jump> jumps = {
    {"summer time begins", 3h + 30min, 4h + 30min},
    {"summer time ends", 2h, 1h},
    {"a clock eight hours off is set back by minutes", 8h, 8h - 4min},
    {"a clock eight hours off is set right", 8h, 0h},
};

/// What the daemon makes of a stream's lines: whose they are, and how many devices those have.
class Counted final : public sources::ObservationSink {
public:
    explicit Counted(World& world) : world_(world) {}

    void observe(const Observation& seen) override {
        const auto account = world_.account_of(std::string(seen.account));
        ASSERT_TRUE(account) << seen.raw;
        EXPECT_LE(seen.time, world_.clock.now()) << seen.raw;
        tracker_.mark(*account, seen.address, seen.time);
    }
    void gap(const sources::Gap&) override {}

    /// As of the last slot that is over.
    int devices(const std::string& name) {
        const AccountId account = tracker_.know(name);
        return tracker_.devices(account, tracker::slot_of(world_.clock.now()) - 1);
    }

private:
    World& world_;
    tracker::Tracker tracker_{
        tracker::CountRule{}, OriginRule{}, std::make_shared<NoNetworkTable>()
    };
};

class EveryNodeClock : public EveryPanel {
protected:
    void begin(const Jump& jump) {
        world = make();
        ASSERT_TRUE(world->sync());
        ASSERT_TRUE(world->refresh_streams());
        counted.emplace(*world);
        sources::LineReadingSettings settings;
        settings.names = logs::Names::raw;
        reading.emplace(settings, world->clock.now());
        lead = jump.before;
        home = "203.0.113.10";
        written = 0;
        come = 0;
        for (int i = 0; i < 200 && world->times_opened() < 1; ++i) {
            take();
        }
    }

    /// Lines of everybody each `every` seconds: Ali from one place, Cem from two.
    void live(Duration length, Duration every) {
        for (; length > Duration(0); length -= every) {
            world->clock.advance(every);
            write("ali.phone", home);
            write("bea", "192.0.2.7");
            write("cem", "203.0.113.50");
            write("cem", "198.51.100.60");
            ASSERT_NO_FATAL_FAILURE(read());
            most_of_ali = std::max(most_of_ali, counted->devices("ali.phone"));
            least_of_cem = std::min(least_of_cem, counted->devices("cem"));
        }
    }

    std::uint64_t counted_lines() const { return reading->health(world->clock.now()).observations; }

    std::unique_ptr<World> world;
    std::optional<Counted> counted;
    std::optional<sources::LineReading> reading;
    Duration lead{};
    std::string home;
    std::uint64_t written = 0;
    std::uint64_t come = 0;
    int most_of_ali = 0;
    int least_of_cem = 2;

private:
    void write(const std::string& name, const std::string& address) {
        std::string time =
            to_rfc3339(std::chrono::floor<std::chrono::seconds>(world->clock.now() + lead));
        time = time.substr(0, 4) + "/" + time.substr(5, 2) + "/" + time.substr(8, 2) + " " +
               time.substr(11, 8);
        const auto port = 10'000 + ++written % 50'000;  // no two lines are alike
        world->write(
            time + ".000000 from " + address + ":" + std::to_string(port) +
            " accepted tcp:example.com:443 [in -> out] email: " + world->email_of(name)
        );
    }
    void read() {
        for (int i = 0; i < 200 && come < written; ++i) {
            take();
        }
        ASSERT_EQ(come, written);
    }
    void take() {
        const auto batch = world->ask([&] { return world->stream().next(); });
        ASSERT_TRUE(batch) << to_line(batch.error());
        const std::string_view bytes = batch->bytes;
        const std::string_view mark = " email: ";
        for (std::size_t at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at + 1)) {
            ++come;
        }
        reading->take(*batch, *counted);
    }
};
INSTANTIATE_TEST_SUITE_P(Products, EveryNodeClock, every_product(), name_of);

TEST_P(EveryNodeClock, that_jumps_accuses_nobody_and_hides_nobody) {
    for (const Jump& jump : jumps) {
        SCOPED_TRACE(jump.name);
        ASSERT_NO_FATAL_FAILURE(begin(jump));
        ASSERT_NO_FATAL_FAILURE(live(2min, 5s));
        EXPECT_EQ(counted->devices("ali.phone"), 1);
        EXPECT_EQ(counted->devices("cem"), 2);
        most_of_ali = 0;
        least_of_cem = 2;
        const std::uint64_t before = written - counted_lines();
        lead = jump.after;
        home = "198.51.100.20";  // in the same moment: from now on by mobile data
        ASSERT_NO_FATAL_FAILURE(live(45s, 1s));
        ASSERT_NO_FATAL_FAILURE(live(4min, 5s));
        EXPECT_EQ(most_of_ali, 1);
        EXPECT_EQ(least_of_cem, 2);
        const std::uint64_t lost = written - counted_lines() - before;
        EXPECT_LE(lost, 4U * 30U) << "lines of half a minute, while nobody can tell";
        const sources::SourceHealth health = reading->health(world->clock.now());
        ASSERT_TRUE(health.zone && health.clock_offset);
        EXPECT_EQ(*health.zone + *health.clock_offset, jump.after);
        EXPECT_EQ(health.parse_errors, 0U);
    }
}

}  // namespace
}  // namespace fairgate::conformance
