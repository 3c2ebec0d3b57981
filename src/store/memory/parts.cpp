#include "store/memory/parts.hpp"

#include "model/ids.hpp"
#include "model/json.hpp"
#include "store/errors.hpp"

#include <algorithm>

namespace fairgate::store::memory {

namespace {

template <class Filter, class Row>
bool is_account(const Filter& filter, const Row& row) {
    return (filter.backend.empty() || filter.backend == row.account.backend) &&
           (filter.account.empty() || filter.account == row.account.name);
}

template <class State>
bool is_among(const std::vector<State>& wanted, State state) {
    return wanted.empty() || std::ranges::find(wanted, state) != wanted.end();
}

bool is_final(const Measure& measure) {
    return measure.state == MeasureState::lifted || measure.state == MeasureState::failed;
}

Error refers_to_nothing(const std::string& id) {
    return Error{
        .code = std::string(errors::refused), .what = "there is no " + id + " to refer to"
    };
}

constexpr auto itself = [](const auto& row) { return row; };

}  // namespace

Result<ViolationId> Violations::add(const Violation& violation) {
    const ViolationId id{++data_.last_id};
    data_.violations[id.value] = violation;
    data_.violations[id.value].id = id;
    return id;
}

Result<void> Violations::update(const Violation& violation) {
    const auto found = data_.violations.find(violation.id.value);
    if (found == data_.violations.end()) {
        return errors::no_such(to_text(violation.id));
    }
    found->second = violation;
    return {};
}

Result<Violation> Violations::get(ViolationId id) {
    const auto found = data_.violations.find(id.value);
    return found != data_.violations.end() ? Result<Violation>(found->second)
                                           : Result<Violation>(errors::no_such(to_text(id)));
}

Result<Page<Violation>> Violations::list(const ViolationFilter& filter, const Cursor& cursor) {
    const auto wanted = [&](const Violation& violation) {
        const auto state = violation.closed ? ViolationState::closed : ViolationState::open;
        return is_account(filter, violation) &&
               (filter.state == ViolationState::any || filter.state == state) &&
               (!filter.since || violation.opened >= *filter.since) &&
               (!filter.closed_since ||
                (violation.closed && *violation.closed >= *filter.closed_since));
    };
    return page_of(data_.violations, cursor, wanted, itself);
}

Result<std::map<AccountKey, std::vector<TimePoint>>> Violations::ladder(TimePoint since) {
    std::map<AccountKey, std::vector<TimePoint>> ladder;
    for (const auto& [id, violation] : data_.violations) {
        if (violation.opened >= since && !data_.forgiven.contains(id)) {
            ladder[violation.account].push_back(violation.opened);
        }
    }
    for (auto& [account, times] : ladder) {
        std::ranges::sort(times);
    }
    return ladder;
}

Result<std::vector<TimePoint>> Violations::ladder_of(const AccountKey& account, TimePoint since) {
    return ladder(since).value()[account];
}

Result<int> Violations::forgive(const AccountKey& account, TimePoint until) {
    int count = 0;
    for (const auto& [id, violation] : data_.violations) {
        if (violation.account == account && violation.opened <= until) {
            count += data_.forgiven.insert(id).second ? 1 : 0;
        }
    }
    return count;
}

Result<int> Violations::purge(TimePoint before, int most) {
    int count = 0;
    for (auto it = data_.violations.begin(); it != data_.violations.end() && count < most;) {
        const bool referred = std::ranges::any_of(data_.decisions, [&](const auto& entry) {
            return entry.second.decision.violation == it->second.id;
        });
        if (it->second.closed && *it->second.closed < before && !referred) {
            data_.forgiven.erase(it->first);
            it = data_.violations.erase(it);
            ++count;
        } else {
            ++it;
        }
    }
    return count;
}

Result<DecisionId> Decisions::add(const Decision& decision) {
    if (decision.violation.value != 0 && !data_.violations.contains(decision.violation.value)) {
        return refers_to_nothing(to_text(decision.violation));
    }
    const DecisionId id{++data_.last_id};
    StoredDecision stored{decision, json::write(decision.evidence)};
    stored.decision.id = id;
    data_.decisions[id.value] = std::move(stored);
    return id;
}

Result<Decision> Decisions::get(DecisionId id) {
    const auto found = data_.decisions.find(id.value);
    return found != data_.decisions.end() ? Result<Decision>(found->second.decision)
                                          : Result<Decision>(errors::no_such(to_text(id)));
}

Result<Page<Decision>> Decisions::list(const DecisionFilter& filter, const Cursor& cursor) {
    const auto wanted = [&](const StoredDecision& stored) {
        const Decision& decision = stored.decision;
        return is_account(filter, decision) && is_among(filter.states, decision.state) &&
               (!filter.since || decision.decided >= *filter.since) &&
               (!filter.violation || decision.violation == *filter.violation);
    };
    const auto row_of = [](const StoredDecision& stored) { return stored.decision; };
    return page_of(data_.decisions, cursor, wanted, row_of);
}

Result<void> Decisions::set_state(DecisionId id, DecisionState state) {
    const auto found = data_.decisions.find(id.value);
    if (found == data_.decisions.end()) {
        return errors::no_such(to_text(id));
    }
    found->second.decision.state = state;
    return {};
}

Result<void> Decisions::set_until(DecisionId id, std::optional<TimePoint> until) {
    const auto found = data_.decisions.find(id.value);
    if (found == data_.decisions.end()) {
        return errors::no_such(to_text(id));
    }
    found->second.decision.until = until;
    return {};
}

Result<std::string> Decisions::evidence_text(DecisionId id) {
    const auto found = data_.decisions.find(id.value);
    return found != data_.decisions.end() ? Result<std::string>(found->second.evidence)
                                          : Result<std::string>(errors::no_such(to_text(id)));
}

Result<int> Decisions::purge(TimePoint before, int most) {
    int count = 0;
    for (auto it = data_.decisions.begin(); it != data_.decisions.end() && count < most;) {
        const Decision& decision = it->second.decision;
        const auto carries_out = [&](const auto& entry) {
            return entry.second.decision == decision.id;
        };
        const bool open = std::ranges::any_of(data_.measures, [&](const auto& entry) {
            return carries_out(entry) && !is_final(entry.second);
        });
        if (decision.decided >= before || decision.state == DecisionState::in_force || open) {
            ++it;
            continue;
        }
        std::erase_if(data_.history, [&](const auto& entry) {
            return carries_out(*data_.measures.find(entry.first));
        });
        std::erase_if(data_.measures, carries_out);
        it = data_.decisions.erase(it);
        ++count;
    }
    return count;
}

Result<MeasureId> Measures::add(const Measure& measure, const std::string& what) {
    if (measure.decision.value != 0 && !data_.decisions.contains(measure.decision.value)) {
        return refers_to_nothing(to_text(measure.decision));
    }
    const MeasureId id{++data_.last_id};
    data_.measures[id.value] = measure;
    data_.measures[id.value].id = id;
    data_.history[id.value] = {MeasureStep{id, measure.created, measure.state, what}};
    return id;
}

Result<void> Measures::record(const Measure& measure, const std::string& what, TimePoint now) {
    const auto found = data_.measures.find(measure.id.value);
    if (found == data_.measures.end()) {
        return errors::no_such(to_text(measure.id));
    }
    if (measure.decision.value != 0 && !data_.decisions.contains(measure.decision.value)) {
        return refers_to_nothing(to_text(measure.decision));
    }
    found->second = measure;
    if (!what.empty()) {
        data_.history[measure.id.value].push_back(MeasureStep{measure.id, now, measure.state, what}
        );
    }
    return {};
}

Result<Measure> Measures::get(MeasureId id) {
    const auto found = data_.measures.find(id.value);
    return found != data_.measures.end() ? Result<Measure>(found->second)
                                         : Result<Measure>(errors::no_such(to_text(id)));
}

Result<Page<Measure>> Measures::list(const MeasureFilter& filter, const Cursor& cursor) {
    const auto wanted = [&](const Measure& measure) {
        return is_account(filter, measure) && is_among(filter.states, measure.state) &&
               (filter.enforcer.empty() || filter.enforcer == measure.enforcer) &&
               (!filter.decision || measure.decision == *filter.decision) &&
               (!filter.since || measure.created >= *filter.since) &&
               (!filter.changed_since || measure.changed >= *filter.changed_since);
    };
    return page_of(data_.measures, cursor, wanted, itself);
}

Result<std::vector<Measure>> Measures::unfinished() {
    std::vector<Measure> open;
    for (const auto& [id, measure] : data_.measures) {
        if (!is_final(measure)) {
            open.push_back(measure);
        }
    }
    return open;
}

Result<std::vector<MeasureStep>> Measures::history(MeasureId id) {
    const auto found = data_.history.find(id.value);
    return found != data_.history.end() ? found->second : std::vector<MeasureStep>();
}

Result<AuditId> Audit::add(const AuditEntry& entry) {
    const AuditId id{++data_.last_id};
    data_.audit[id.value] = entry;
    data_.audit[id.value].id = id;
    return id;
}

Result<Page<AuditEntry>> Audit::list(const AuditFilter& filter, const Cursor& cursor) {
    const auto wanted = [&](const AuditEntry& entry) {
        return (filter.who.empty() || filter.who == entry.who) &&
               (filter.action.empty() || filter.action == entry.action) &&
               (filter.object.empty() || filter.object == entry.object) &&
               (!filter.since || entry.time >= *filter.since);
    };
    return page_of(data_.audit, cursor, wanted, itself);
}

Result<int> Audit::purge(TimePoint before, int most) {
    int count = 0;
    for (auto it = data_.audit.begin(); it != data_.audit.end() && count < most;) {
        if (it->second.time < before) {
            it = data_.audit.erase(it);
            ++count;
        } else {
            ++it;
        }
    }
    return count;
}

Result<std::optional<std::string>> Meta::get(const std::string& key) {
    const auto found = data_.meta.find(key);
    return found != data_.meta.end() ? std::optional<std::string>(found->second) : std::nullopt;
}

Result<void> Meta::set(const std::string& key, const std::string& value) {
    data_.meta[key] = value;
    return {};
}

Result<void> Meta::erase(const std::string& key) {
    data_.meta.erase(key);
    return {};
}

}  // namespace fairgate::store::memory
