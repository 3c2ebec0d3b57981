#include "enforcement/executor.hpp"
#include "enforcement/recording/recording.hpp"
#include "panel/conformance.hpp"
#include "store/forwarding_store_test.hpp"
#include "store/memory/store.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

// Ten thousand blocks end while their panel refuses connections, fails, and says nothing: the real
// executor, enforcer and client, and time that passes at the word of the test.
namespace fairgate::conformance {
namespace {

using namespace std::chrono_literals;
using enforcement::Acted;
using enforcement::Reading;
using enforcement::Restored;
using enforcement::Verification;
using fairgate::sim::panel::FaultKind;

#ifdef __SANITIZE_ADDRESS__
constexpr int crowd = 1'000;  // every allocation costs several times as much
#else
constexpr int crowd = 10'000;
#endif
constexpr Duration length = 45s;  // below a minute, when a block is looked at again

/// The panel's enforcer, and what is asked of it.
class Watched final : public enforcement::Enforcer {
public:
    Watched(enforcement::Enforcer& inner, const Clock& clock) : inner_(inner), clock_(clock) {}

    std::string_view name() const override { return inner_.name(); }
    bool supports(Action action) const override { return inner_.supports(action); }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override {
        return inner_.read(measure);
    }
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override {
        return inner_.act(measure);
    }
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override {
        return inner_.verify(measure);
    }
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override {
        early += clock_.now() < measure.due ? 1 : 0;
        ++asked;
        most_at_once = std::max(most_at_once, ++at_once_);
        auto restored = co_await inner_.restore(measure);
        --at_once_;
        if (restored && restored->kind == Restored::Kind::restored) {
            ++times_restored[measure.account.name];
        }
        co_return restored;
    }

    int early = 0;
    int asked = 0;
    int most_at_once = 0;
    std::map<std::string, int> times_restored;

private:
    enforcement::Enforcer& inner_;
    const Clock& clock_;
    int at_once_ = 0;
};

/// Nothing of it fails in these tests, so that it keeps no copy to go back to at each step.
class SureStore final : public store::ForwardingStore {
public:
    using ForwardingStore::ForwardingStore;
    Result<void> atomically(store::Durability, const std::function<Result<void>()>& work) override {
        return work();
    }
};

/// Names of many lengths, so that the simulator's search by name is quick.
std::string nth(int i) {
    return std::to_string(i) + ".u" + std::string(static_cast<std::size_t>(i) % 20, 'x');
}

class EveryOutage : public EveryPanel {
protected:
    void begin_with(int people) {
        WorldSettings settings;
        settings.page = 1'000;
        settings.attempts = 1;
        world = make(settings);
        for (int i = 0; i < people; ++i) {
            world->add(nth(i));
        }
        ASSERT_TRUE(world->sync());
        watched.emplace(world->enforcer(), world->clock);
        journal.emplace(*store, world->io.get_executor(), world->io.get_executor());
        const std::vector<enforcement::Enforcer*> all{&*watched, &recording};
        executor.emplace(
            world->io.get_executor(),
            world->clock,
            *journal,
            all,
            enforcement::ExecutorSettings{},
            enforcement::Listeners{}
        );
    }

    MeasureId block(const std::string& name, const std::string& enforcer, Duration how_long) {
        Decision decision;
        decision.account = {"main", name};
        decision.action = Action::block;
        decision.mode = Mode::enforce;
        decision.decided = world->clock.now();
        decision.until = world->clock.now() + how_long;
        const auto done = world->ask([&] { return executor->carry_out(decision, enforcer); });
        return done.value().measure.id;
    }
    MeasureId block(const std::string& name, Duration how_long = length) {
        return block(name, std::string(watched->name()), how_long);
    }
    void settle() {
        world->ask([this] { return settled(*executor); });
    }
    void pass(Duration time) {
        for (; time > Duration(0); time -= 5s) {
            world->clock.advance(5s);
            settle();
        }
    }
    void answer_everything_with(FaultKind kind) {
        world->panel().clear_faults();
        world->panel().add_fault({.kind = kind, .times = -1, .status = 500});
    }
    MeasureState state(MeasureId id) const { return store->measures().get(id).value().state; }
    std::size_t open() const { return executor->open().size(); }

    /// Lifted once and not before it was due, told once of each thing that went wrong.
    void expect_right(MeasureId id) {
        const Measure measure = store->measures().get(id).value();
        ASSERT_EQ(measure.state, MeasureState::lifted) << measure.last_error;
        const auto steps = store->measures().history(id).value();
        const auto lifted = std::ranges::count(steps, MeasureState::lifted, &MeasureStep::state);
        EXPECT_EQ(lifted, 1);
        for (const MeasureStep& step : steps) {
            EXPECT_TRUE(
                step.time >= *measure.due || step.state == MeasureState::pending ||
                step.state == MeasureState::active
            ) << step.what;
        }
        EXPECT_LE(steps.size(), 10U) << "one line for each of the three faults at the most";
        const auto decision = store->decisions().get(measure.decision).value();
        EXPECT_EQ(decision.state, DecisionState::released);
    }

    std::unique_ptr<World> world;
    std::unique_ptr<store::Store> kept = store::memory::make_store();
    std::unique_ptr<store::Store> store = std::make_unique<SureStore>(*kept);
    enforcement::recording::RecordingEnforcer recording;
    std::optional<Watched> watched;
    std::optional<enforcement::Journal> journal;
    std::optional<enforcement::Executor> executor;

private:
    static boost::asio::awaitable<int> settled(enforcement::Executor& executor) {
        co_await executor.settle();
        co_return 0;
    }
};
INSTANTIATE_TEST_SUITE_P(
    Products,
    EveryOutage,
    testing::Values(
        Product{"pasarguard_5_2", make_pasarguard}, Product{"marzban_0_8", make_marzban}
    ),
    name_of
);

TEST_P(EveryOutage, ten_thousand_blocks_that_end_meanwhile_are_lifted_once_each) {
    ASSERT_NO_FATAL_FAILURE(begin_with(crowd));
    std::vector<MeasureId> blocks;
    for (int i = 0; i < crowd; ++i) {
        blocks.push_back(block(nth(i)));
    }
    settle();
    ASSERT_EQ(world->orders(), std::size_t{crowd});
    pass(length - 5s);
    ASSERT_EQ(watched->asked, 0) << "nothing is lifted early";

    world->stop();
    const MeasureId elsewhere = block("elsewhere", "recording", 10s);
    pass(20s);
    EXPECT_EQ(open(), std::size_t{crowd}) << "none is lost";
    EXPECT_EQ(state(elsewhere), MeasureState::lifted) << "what another enforcer does goes on";
    world->start_again();
    answer_everything_with(FaultKind::status);
    const int asked = watched->asked;
    pass(60s);
    EXPECT_LE(watched->asked - asked, 24) << "a panel that is down is asked now and then";
    answer_everything_with(FaultKind::hang);
    pass(15s);
    const MeasureId latecomer = block("bea");
    settle();
    EXPECT_EQ(state(latecomer), MeasureState::pending);
    EXPECT_EQ(open(), std::size_t{crowd} + 1);
    EXPECT_EQ(watched->times_restored.size(), 0U);

    world->panel().clear_faults();
    pass(75s);
    EXPECT_EQ(open(), 0U);
    EXPECT_EQ(world->orders(), 2 * std::size_t{crowd} + 2) << "each order was sent once";
    EXPECT_EQ(watched->early, 0);
    EXPECT_LE(watched->most_at_once, 8);
    EXPECT_EQ(watched->times_restored.size(), std::size_t{crowd} + 1);
    for (const MeasureId id : blocks) {
        ASSERT_NO_FATAL_FAILURE(expect_right(id));
    }
    for (int i = 0; i < crowd; ++i) {
        ASSERT_EQ(world->person(nth(i)), Person{}) << nth(i);
    }
}

TEST_P(EveryOutage, what_the_panel_forbids_is_told_once_and_asked_for_now_and_then) {
    constexpr int people = 10;
    ASSERT_NO_FATAL_FAILURE(begin_with(people));
    for (const char* method : {"PUT", "POST"}) {
        sim::panel::CallFault forbidden;
        forbidden.method = method;
        forbidden.path_start = "/api/user";
        forbidden.times = -1;
        forbidden.status = 403;
        world->panel().add_fault(forbidden);
    }
    std::vector<MeasureId> blocks;
    for (int i = 0; i < people; ++i) {
        blocks.push_back(block(nth(i), 3h));
    }
    settle();
    world->panel().forget_calls();
    pass(1h);
    EXPECT_LE(world->panel().calls().size(), std::size_t{people} * 40);
    for (const MeasureId id : blocks) {
        EXPECT_EQ(state(id), MeasureState::pending);
        const auto steps = store->measures().history(id).value();
        const auto told = std::ranges::count_if(steps, [this](const MeasureStep& step) {
            return step.what.starts_with(world->code("403"));
        });
        EXPECT_EQ(told, 1);
    }
    world->panel().clear_faults();  // an administrator gives the right
    pass(7min);
    for (const MeasureId id : blocks) {
        EXPECT_EQ(state(id), MeasureState::active);
    }
}

}  // namespace
}  // namespace fairgate::conformance
