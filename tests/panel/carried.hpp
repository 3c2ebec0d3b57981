#pragma once

#include "base/error.hpp"
#include "enforcement/enforcer.hpp"
#include "model/measure.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace fairgate::conformance {

/// One measure, carried through its steps as the journal does. A `Rig` has a `clock`, runs what it
/// is asked by `ask`, and `enforcer_of` it is the enforcer in question.
template <class Rig>
class Carried {
public:
    Carried(Rig& rig, Action action, std::string name = "ali.phone") : rig_(rig) {
        measure.action = action;
        measure.account = AccountKey{"main", std::move(name)};
    }

    Result<enforcement::Reading> read() {
        auto reading = rig_.ask([&] { return enforcer_of(rig_).read(measure); });
        if (reading && reading->kind == enforcement::Reading::Kind::found) {
            measure.before = reading->now;
            measure.after = reading->after;
        }
        return reading;
    }
    Result<enforcement::Acted> act() {
        auto acted = rig_.ask([&] { return enforcer_of(rig_).act(measure); });
        if (acted && acted->kind == enforcement::Acted::Kind::done) {
            measure.acted = rig_.clock.now();
            measure.after = acted->after.empty() ? measure.after : acted->after;
            ++measure.orders;
        }
        return acted;
    }
    Result<enforcement::Verification> verify() {
        return rig_.ask([&] { return enforcer_of(rig_).verify(measure); });
    }
    Result<enforcement::Restored> restore() {
        return rig_.ask([&] { return enforcer_of(rig_).restore(measure); });
    }
    /// Reads and acts, and expects both to go well.
    void carry_out() {
        const auto reading = read();
        ASSERT_TRUE(reading) << to_line(reading.error());
        const auto acted = act();
        ASSERT_TRUE(acted) << to_line(acted.error());
        ASSERT_EQ(acted->kind, enforcement::Acted::Kind::done) << acted->text;
    }
    void restored_is(enforcement::Restored::Kind kind) {
        const auto restored = restore();
        ASSERT_TRUE(restored) << to_line(restored.error());
        EXPECT_EQ(restored->kind, kind) << restored->text;
    }

    Measure measure;

private:
    Rig& rig_;
};

}  // namespace fairgate::conformance
