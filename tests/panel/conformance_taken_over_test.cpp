#include "enforcement/step.hpp"
#include "panel/conformance.hpp"

#include <gtest/gtest.h>

// Measures that begin with what another tool has done to a user of any panel: of what was before,
// only its name is known. Named after what those tools do wrong when they give people back.
namespace fairgate::conformance {
namespace {

using namespace std::chrono_literals;
using enforcement::Restored;
using enforcement::Verification;

class EveryTakenOver : public EveryPanel {
protected:
    /// As importing/applying/punishments.cpp writes it.
    static Measure measure() {
        Measure measure;
        measure.action = Action::block;
        measure.account = AccountKey{"main", "ali.phone"};
        measure.state = MeasureState::active;
        measure.before = R"({"username":"ali.phone","status":""})";
        measure.after = R"({"username":"ali.phone","status":"disabled"})";
        measure.acted = start - 1h;
        measure.orders = 1;
        return measure;
    }
    static Verification::Kind verify(World& world) {
        const Measure taken = measure();
        const auto seen = world.ask([&] { return world.enforcer().verify(taken); });
        EXPECT_TRUE(seen) << to_line(seen.error());
        return seen ? seen->kind : Verification::Kind::gone;
    }
    static Restored::Kind restore(World& world) {
        const Measure taken = measure();
        const auto done = world.ask([&] { return world.enforcer().restore(taken); });
        EXPECT_TRUE(done) << to_line(done.error());
        return done ? done->kind : Restored::Kind::conflict;
    }
    /// The user as it was before the other tool's `PUT {"status": "disabled"}`, then disabled.
    static void disabled_by_another(World& world, Person person) {
        person.status = "disabled";
        world.change("ali.phone", person);
    }
};
INSTANTIATE_TEST_SUITE_P(Products, EveryTakenOver, every_product(), name_of);

TEST_P(EveryTakenOver, is_held_until_it_is_given_back_and_keeps_everything_else) {
    const auto world = make();
    Person ali = world->person("ali.phone");
    ali.has_next_plan = true;
    ali.expire = start + 100h;
    ali.data_limit = 50'000;
    ali.used = 100;
    disabled_by_another(*world, ali);
    Person given_back = world->person("ali.phone");
    given_back.status = "active";
    EXPECT_EQ(verify(*world), Verification::Kind::held);
    EXPECT_EQ(world->orders(), 0U);
    EXPECT_EQ(restore(*world), Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone"), given_back);
}

TEST_P(EveryTakenOver, a_user_on_hold_comes_back_on_hold_and_never_active) {
    const auto world = make();
    Person ali;
    ali.hold = 86'400;
    disabled_by_another(*world, ali);
    EXPECT_EQ(restore(*world), Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").status, "on_hold");
    EXPECT_EQ(world->person("ali.phone").hold, 86'400);
}

TEST_P(EveryTakenOver, a_user_whose_hold_has_begun_comes_back_active) {
    const auto world = make();
    Person ali;
    ali.hold = 86'400;
    ali.expire = start + 10h;
    disabled_by_another(*world, ali);
    EXPECT_EQ(restore(*world), Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").status, "active");
}

TEST_P(EveryTakenOver, a_user_that_is_used_up_does_not_run_again) {
    const auto world = make();
    Person ali;
    ali.data_limit = 1'000;
    ali.used = 2'000;
    disabled_by_another(*world, ali);
    EXPECT_EQ(restore(*world), Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").status, "limited");
    ali = Person{};
    ali.expire = start - 1h;
    disabled_by_another(*world, ali);
    EXPECT_EQ(restore(*world), Restored::Kind::restored);
    EXPECT_EQ(world->person("ali.phone").status, "expired");
}

TEST_P(EveryTakenOver, a_user_whom_an_administrator_has_enabled_meanwhile_is_not_touched) {
    const auto world = make();
    EXPECT_EQ(verify(*world), Verification::Kind::overruled);
    EXPECT_EQ(restore(*world), Restored::Kind::already);
    EXPECT_EQ(world->orders(), 0U);
    EXPECT_EQ(world->person("ali.phone"), Person{});
}

TEST_P(EveryTakenOver, a_reset_of_usage_is_nobodys_release_and_an_administrators_is) {
    for (const bool by_hand : {false, true}) {
        const auto world = make();
        Person ali = world->person("ali.phone");
        ali.used = 5'000;
        disabled_by_another(*world, ali);
        Measure taken = measure();
        const auto look = [&] {
            auto seen = world->ask([&] { return world->enforcer().verify(taken); }).value();
            after_verifying(taken, seen, world->clock.now(), {});
            return seen.kind;
        };
        EXPECT_EQ(look(), Verification::Kind::held);
        world->clock.advance(1min);
        if (by_hand) {
            world->enable("ali.phone");
        } else {
            world->renew("ali.phone");
        }
        EXPECT_EQ(look() == Verification::Kind::overruled, by_hand);
    }
}

TEST_P(EveryTakenOver, a_user_that_was_deleted_is_gone) {
    const auto world = make();
    world->remove("ali.phone");
    EXPECT_EQ(verify(*world), Verification::Kind::gone);
    EXPECT_EQ(restore(*world), Restored::Kind::gone);
}

}  // namespace
}  // namespace fairgate::conformance
