#include "daemon/last_run.hpp"

#include "store/memory/store.hpp"

#include <gtest/gtest.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 2 / 6) + 12h;

class LastRunTest : public testing::Test {
public:
    LastRunTest() {
        auto unit = std::make_unique<Unit>();
        unit->backend = make_local_backend("local", logs::Names::standard);
        unit->engine = std::make_unique<Engine>(
            Engine::Settings{"local", {}, {}, {}},
            std::make_shared<NoNetworkTable>(),
            Rules{},
            [](std::string_view name) {
                AccountFacts facts;
                facts.key = {"local", std::string(name)};
                return facts;
            }
        );
        units.push_back(std::move(unit));
    }

    ViolationId violation(
        const std::string& name, TimePoint opened, std::optional<TimePoint> closed
    ) {
        Violation violation;
        violation.account = {"local", name};
        violation.limit = 1;
        violation.devices = 2;
        violation.opened = opened;
        violation.closed = closed;
        return store->violations().add(violation).value();
    }
    void lifted(const std::string& name, TimePoint when) {
        Measure measure;
        measure.account = {"local", name};
        measure.enforcer = "recording";
        measure.state = MeasureState::lifted;
        measure.created = when - 24h;
        measure.changed = when;
        store->measures().add(measure, "").value();
    }
    std::vector<Violation> take_up() {
        return daemon::take_up(read_last_run(*store, noon).value(), units);
    }
    const Violation* open(const char* name) { return units.front()->engine->open_violation(name); }

    std::unique_ptr<store::Store> store = store::memory::make_store();
    std::list<std::unique_ptr<Unit>> units;
};

TEST_F(LastRunTest, what_was_open_is_open_again) {
    const ViolationId id = violation("eve", noon - 1h, std::nullopt);
    EXPECT_TRUE(take_up().empty());
    ASSERT_NE(open("eve"), nullptr);
    EXPECT_EQ(open("eve")->id, id);
}

TEST_F(LastRunTest, a_violation_whose_block_was_lifted_is_over) {
    violation("eve", noon - 1h, std::nullopt);
    lifted("eve", noon - 1min);
    const auto over = take_up();
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].closed, noon - 1min);
    EXPECT_EQ(open("eve"), nullptr);
}

TEST_F(LastRunTest, the_latest_end_of_the_last_minutes_is_where_counting_begins) {
    violation("eve", noon - 1h, noon - 3min);
    lifted("eve", noon - 2min);
    lifted("eve", noon - 5min);
    violation("ali", noon - 10h, noon - 9h);
    lifted("bob", noon - 2h);
    const std::map<AccountKey, TimePoint> expected = {{{"local", "eve"}, noon - 2min}};
    EXPECT_EQ(read_last_run(*store, noon).value().fresh_from, expected);
}

}  // namespace
}  // namespace fairgate::daemon
