#pragma once

#include "panel/carried.hpp"
#include "sim/panel/faults.hpp"

#include <rapidcheck.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::conformance {

/// A measure of ours that comes and goes while other people work on its user. Numbers say what is
/// done next, so that generated ones make a story.
template <class Rig>
class ComingAndGoing {
public:
    ComingAndGoing(Rig& rig, Action action) : carried_(rig, action) {}

    void go(int number) {
        switch (number % 4) {
            case 0:
                read();
                order();  // the journal goes on at once
                break;
            case 1:
            case 2:
                order();
                break;
            default:
                lift();
                break;
        }
    }

    /// False if it cannot be lifted.
    bool lift_at_last() {
        bool done = !was_read_;
        for (int i = 0; i < 5 && !done; ++i) {
            done = carried_.restore().has_value();
        }
        return done;
    }

    /// The answer to our last order was lost.
    bool is_in_doubt() const { return in_doubt_; }

private:
    void read() {
        const auto reading = carried_.read();
        const bool found = reading && reading->kind == enforcement::Reading::Kind::found;
        was_read_ = found || was_read_;
    }

    void order() {
        if (!was_read_) {
            return;
        }
        const auto acted = carried_.act();
        in_doubt_ = !acted;
        if (acted && acted->kind == enforcement::Acted::Kind::changed) {
            read();
        }
    }

    void lift() {
        if (was_read_ && carried_.restore()) {
            carried_.measure.before.clear();  // the next one begins anew
            carried_.measure.after.clear();
            was_read_ = false;
            in_doubt_ = false;
        }
    }

    Carried<Rig> carried_;
    bool was_read_ = false;
    bool in_doubt_ = false;
};

/// Every fifth step meets a fault of the panel.
inline std::optional<sim::panel::CallFault> fault_at(int number, std::string method) {
    if (number % 5 != 4) {
        return std::nullopt;
    }
    sim::panel::CallFault fault;
    fault.kind =
        number % 2 == 0 ? sim::panel::FaultKind::drop_after : sim::panel::FaultKind::status;
    fault.method = std::move(method);
    fault.path_start = "/api/user";
    return fault;
}

/// Steps of ours, each with what somebody else does in the midst of it: one of `deeds`.
inline rc::Gen<std::vector<std::pair<int, int>>> some_steps(int deeds) {
    return rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 60), rc::gen::inRange(0, deeds))
    );
}

}  // namespace fairgate::conformance
