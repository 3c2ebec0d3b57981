#pragma once

#include "store/store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace fairgate::store {

using namespace std::chrono_literals;

class StoreContract : public testing::TestWithParam<std::unique_ptr<Store> (*)()> {
protected:
    static TimePoint at(Duration since) {
        return std::chrono::sys_days{std::chrono::days{20'000}} + since;
    }

    static Violation violation_of(const std::string& name, Duration opened) {
        Violation violation;
        violation.account = {"main", name};
        violation.limit = 2;
        violation.devices = 3;
        violation.opened = at(opened);
        violation.origins = {"203.0.113.0/24", "2001:db8::/64"};
        violation.confidence = Confidence::medium;
        return violation;
    }

    static Decision decision_of(const std::string& name, Duration decided) {
        Decision decision;
        decision.account = {"main", name};
        decision.action = Action::block;
        decision.mode = Mode::enforce;
        decision.state = DecisionState::in_force;
        decision.decided = at(decided);
        decision.until = at(decided + 10min);
        decision.step = 2;
        decision.reason = "3 devices at once, limit 2";
        decision.decided_by = "policy";
        decision.evidence.verdict = "سه دستگاه \"at once\"";
        decision.evidence.devices = 3;
        decision.evidence.counted.resize(1);
        decision.evidence.counted[0].first_seen = at(decided);
        decision.evidence.lines = {EvidenceLine{"de-1:104", std::string("a\0b", 3)}};
        return decision;
    }

    Measure measure_of(const std::string& name, Duration created) {
        Measure measure;
        measure.decision = store->decisions().add(decision_of(name, created)).value();
        measure.account = {"main", name};
        measure.enforcer = "recording";
        measure.reason = "3 devices at once, limit 2";
        measure.created = at(created);
        measure.due = at(created + 10min);
        measure.changed = at(created);
        return measure;
    }

    std::unique_ptr<Store> store = GetParam()();
};

}  // namespace fairgate::store
