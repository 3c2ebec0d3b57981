#pragma once

#include "base/clock.hpp"
#include "daemon/unit.hpp"
#include "model/account.hpp"
#include "model/measure.hpp"
#include "sources/line_reading.hpp"

#include <set>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Accounts under a measure: what they still do is proof of whether it holds.
using HeldAccounts = std::set<AccountKey>;
HeldAccounts held_accounts(const std::vector<Measure>& open);

/// Gives what was seen of an account to its engine.
void deliver(
    Unit& unit, const std::string& node, const HeldAccounts& held, const Observation& seen
);

/// What a batch tells, under the names that the unit's backend knows, on its way to deliver().
class Intake final : public sources::ObservationSink {
public:
    Intake(Unit& unit, ReadSource& from, TimePoint arrival, const HeldAccounts& held)
        : unit_(unit), from_(from), arrival_(arrival), held_(held) {}

    void observe(const Observation& observation) override;
    // What was missed leaves empty slots, in which nobody is active: nothing is counted across it.
    void gap(const sources::Gap&) override {}

private:
    Unit& unit_;
    ReadSource& from_;
    TimePoint arrival_;
    const HeldAccounts& held_;
};

}  // namespace fairgate::daemon
