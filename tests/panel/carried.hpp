#pragma once

#include "panel/rig.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace fairgate::panel_test {

using enforcement::Acted;
using enforcement::Reading;
using enforcement::Restored;
using enforcement::Verification;

/// One measure, carried through its steps as the journal does.
class Carried {
public:
    Carried(Rig& rig, Action action, std::string name = "ali.phone") : rig_(rig) {
        measure.action = action;
        measure.account = AccountKey{"main", std::move(name)};
    }

    Result<Reading> read() {
        auto reading = rig_.ask([&] { return rig_.enforcer->read(measure); });
        if (reading && reading->kind == Reading::Kind::found) {
            measure.before = reading->now;
            measure.after = reading->after;
        }
        return reading;
    }
    Result<Acted> act() {
        auto acted = rig_.ask([&] { return rig_.enforcer->act(measure); });
        if (acted && acted->kind == Acted::Kind::done) {
            measure.acted = rig_.clock.now();
            ++measure.orders;
        }
        return acted;
    }
    Result<Verification> verify() {
        return rig_.ask([&] { return rig_.enforcer->verify(measure); });
    }
    Result<Restored> restore() {
        return rig_.ask([&] { return rig_.enforcer->restore(measure); });
    }
    /// Reads and acts, and expects both to go well.
    void carry_out() {
        const auto reading = read();
        ASSERT_TRUE(reading) << to_line(reading.error());
        const auto acted = act();
        ASSERT_TRUE(acted) << to_line(acted.error());
        ASSERT_EQ(acted->kind, Acted::Kind::done) << acted->text;
    }

    Measure measure;

private:
    Rig& rig_;
};

}  // namespace fairgate::panel_test
