#pragma once

#include "base/clock.hpp"
#include "daemon/unit.hpp"
#include "enforcement/executor.hpp"
#include "sources/line_reading.hpp"

#include <string>

namespace fairgate::daemon {

/// Gives what was seen of an account to its engine. What accounts under a measure still do is proof
/// of whether it holds.
void deliver(
    Unit& unit,
    const std::string& node,
    const enforcement::Executor& measures,
    const Observation& seen
);

/// What a batch tells, under the names that the unit's backend knows, on its way to deliver().
class Intake final : public sources::ObservationSink {
public:
    Intake(Unit& unit, ReadSource& from, TimePoint arrival, const enforcement::Executor& measures)
        : unit_(unit), from_(from), arrival_(arrival), measures_(measures) {}

    void observe(const Observation& observation) override;
    // What was missed leaves empty slots, in which nobody is active: nothing is counted across it.
    void gap(const sources::Gap&) override {}

private:
    Unit& unit_;
    ReadSource& from_;
    TimePoint arrival_;
    const enforcement::Executor& measures_;
};

}  // namespace fairgate::daemon
