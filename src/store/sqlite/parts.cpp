#include "store/sqlite/parts.hpp"

#include <optional>

namespace fairgate::store::sqlite {

namespace {

template <class Filter>
Where account_of(const Filter& filter) {
    Where where;
    where.add_text("backend", filter.backend);
    where.add_text("name", filter.account);
    return where;
}

Cell micros(TimePoint time) { return to_cell(time); }

std::vector<TimePoint> times_of(const std::vector<Cells>& rows) {
    std::vector<TimePoint> times;
    for (const Cells& row : rows) {
        times.emplace_back(Duration(std::get<std::int64_t>(row.at(0))));
    }
    return times;
}

}  // namespace

Result<ViolationId> Violations::add(const Violation& violation) { return table_.insert(violation); }
Result<void> Violations::update(const Violation& violation) { return table_.update(violation); }
Result<Violation> Violations::get(ViolationId id) { return table_.get(id); }

Result<Page<Violation>> Violations::list(const ViolationFilter& filter, const Cursor& cursor) {
    Where where = account_of(filter);
    where.add_since("opened", filter.since);
    where.add_since("closed", filter.closed_since);
    if (filter.state != ViolationState::any) {
        where.add(filter.state == ViolationState::open ? "closed IS NULL" : "closed IS NOT NULL");
    }
    return table_.list(std::move(where), cursor);
}

Result<std::map<AccountKey, std::vector<TimePoint>>> Violations::ladder(TimePoint since) {
    const auto rows = database_.rows(
        "SELECT opened, backend, name FROM violation WHERE opened >= ? AND forgiven = 0 "
        "ORDER BY opened",
        {micros(since)}
    );
    if (!rows) {
        return rows.error();
    }
    std::map<AccountKey, std::vector<TimePoint>> ladder;
    for (const Cells& row : *rows) {
        ladder[{std::get<std::string>(row.at(1)), std::get<std::string>(row.at(2))}].emplace_back(
            Duration(std::get<std::int64_t>(row.at(0)))
        );
    }
    return ladder;
}

Result<std::vector<TimePoint>> Violations::ladder_of(const AccountKey& account, TimePoint since) {
    const auto rows = database_.rows(
        "SELECT opened FROM violation WHERE name = ? AND backend = ? AND opened >= ? AND "
        "forgiven = 0 ORDER BY opened",
        {account.name, account.backend, micros(since)}
    );
    return rows ? Result<std::vector<TimePoint>>(times_of(*rows))
                : Result<std::vector<TimePoint>>(rows.error());
}

Result<int> Violations::forgive(const AccountKey& account, TimePoint until) {
    return database_.run(
        "UPDATE violation SET forgiven = 1 WHERE name = ? AND backend = ? AND opened <= ? AND "
        "forgiven = 0",
        {account.name, account.backend, micros(until)}
    );
}

Result<int> Violations::purge(TimePoint before, int most) {
    return database_.run(
        "DELETE FROM violation WHERE id IN (SELECT id FROM violation WHERE closed < ? AND NOT "
        "EXISTS (SELECT 1 FROM decision WHERE decision.violation = violation.id) ORDER BY closed "
        "LIMIT ?)",
        {micros(before), std::int64_t{most}}
    );
}

Result<DecisionId> Decisions::add(const Decision& decision) { return table_.insert(decision); }
Result<Decision> Decisions::get(DecisionId id) { return table_.get(id); }

Result<Page<Decision>> Decisions::list(const DecisionFilter& filter, const Cursor& cursor) {
    Where where = account_of(filter);
    where.add_among("state", filter.states);
    where.add_since("decided", filter.since);
    if (filter.violation) {
        where.add("violation = ?", {to_cell(*filter.violation)});
    }
    return table_.list(std::move(where), cursor);
}

Result<void> Decisions::set_state(DecisionId id, DecisionState state) {
    return table_.change("SET state = ? WHERE id = ?", {to_cell(state), id.value}, id);
}

Result<void> Decisions::set_until(DecisionId id, std::optional<TimePoint> until) {
    return table_.change("SET until = ? WHERE id = ?", {to_cell(until), id.value}, id);
}

Result<std::string> Decisions::evidence_text(DecisionId id) {
    const auto text = database_.value("SELECT evidence FROM decision WHERE id = ?", {id.value});
    if (!text) {
        return text.error();
    }
    const auto* found = std::get_if<std::string>(&*text);
    return found != nullptr ? Result<std::string>(*found)
                            : Result<std::string>(errors::no_such(to_text(id)));
}

Result<int> Decisions::purge(TimePoint before, int most) {
    int count = 0;
    const auto work = [&]() -> Result<void> {
        const auto ids = database_.rows(
            "SELECT id FROM decision WHERE decided < ? AND state <> 'in_force' AND NOT EXISTS "
            "(SELECT 1 FROM measure WHERE measure.decision = decision.id AND measure.state NOT IN "
            "('lifted', 'failed')) ORDER BY decided LIMIT ?",
            {micros(before), std::int64_t{most}}
        );
        if (!ids) {
            return ids.error();
        }
        for (const Cells& id : *ids) {
            for (const char* sql :
                 {"DELETE FROM measure WHERE decision = ?", "DELETE FROM decision WHERE id = ?"}) {
                if (const auto done = database_.run(sql, id); !done) {
                    return done.error();
                }
            }
        }
        count = static_cast<int>(ids->size());
        return {};
    };
    const auto done = database_.atomically(Durability::soon, work);
    return done ? Result<int>(count) : Result<int>(done.error());
}

Result<void> Measures::write_step(const MeasureStep& step) {
    if (step.what.empty()) {
        return {};
    }
    const auto done = database_.run(
        "INSERT INTO measure_step (measure, time, state, what) VALUES (?, ?, ?, ?)",
        {step.measure.value, micros(step.time), to_cell(step.state), step.what}
    );
    return done ? Result<void>() : Result<void>(done.error());
}

Result<MeasureId> Measures::add(const Measure& measure, const std::string& what) {
    MeasureId id;
    const auto work = [&]() -> Result<void> {
        const auto added = table_.insert(measure);
        if (!added) {
            return added.error();
        }
        id = *added;
        return write_step(MeasureStep{id, measure.created, measure.state, what});
    };
    const auto done = database_.atomically(Durability::now, work);
    return done ? Result<MeasureId>(id) : Result<MeasureId>(done.error());
}

Result<void> Measures::record(const Measure& measure, const std::string& what, TimePoint now) {
    return database_.atomically(Durability::now, [&]() -> Result<void> {
        if (auto done = table_.update(measure); !done) {
            return done;
        }
        return write_step(MeasureStep{measure.id, now, measure.state, what});
    });
}

Result<Measure> Measures::get(MeasureId id) { return table_.get(id); }

Result<Page<Measure>> Measures::list(const MeasureFilter& filter, const Cursor& cursor) {
    Where where = account_of(filter);
    where.add_text("enforcer", filter.enforcer);
    where.add_among("state", filter.states);
    where.add_since("created", filter.since);
    where.add_since("changed", filter.changed_since);
    if (filter.decision) {
        where.add("decision = ?", {to_cell(*filter.decision)});
    }
    return table_.list(std::move(where), cursor);
}

Result<std::vector<Measure>> Measures::unfinished() {
    return table_.select(" WHERE state IN ('pending', 'active', 'lifting') ORDER BY id", {});
}

Result<std::vector<MeasureStep>> Measures::history(MeasureId id) {
    const auto found = database_.rows(
        "SELECT " + column_names<MeasureStep>() +
            " FROM measure_step WHERE measure = ? ORDER BY id",
        {id.value}
    );
    if (!found) {
        return found.error();
    }
    std::vector<MeasureStep> steps;
    for (const Cells& cells : *found) {
        auto step = read_row<MeasureStep>(cells, database_);
        if (!step) {
            return step.error();
        }
        steps.push_back(*std::move(step));
    }
    return steps;
}

Result<AuditId> Audit::add(const AuditEntry& entry) { return table_.insert(entry); }

Result<Page<AuditEntry>> Audit::list(const AuditFilter& filter, const Cursor& cursor) {
    Where where;
    where.add_text("who", filter.who);
    where.add_text("action", filter.action);
    where.add_text("object", filter.object);
    where.add_since("time", filter.since);
    return table_.list(std::move(where), cursor);
}

Result<int> Audit::purge(TimePoint before, int most) {
    return database_.run(
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE time < ? ORDER BY time LIMIT ?)",
        {micros(before), std::int64_t{most}}
    );
}

Result<std::optional<std::string>> Meta::get(const std::string& key) {
    const auto found = database_.value("SELECT value FROM meta WHERE key = ?", {key});
    if (!found) {
        return found.error();
    }
    const auto* text = std::get_if<std::string>(&*found);
    return text != nullptr ? std::optional<std::string>(*text) : std::nullopt;
}

Result<void> Meta::set(const std::string& key, const std::string& value) {
    const auto done = database_.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", {key, value});
    return done ? Result<void>() : Result<void>(done.error());
}

Result<void> Meta::erase(const std::string& key) {
    const auto done = database_.run("DELETE FROM meta WHERE key = ?", {key});
    return done ? Result<void>() : Result<void>(done.error());
}

}  // namespace fairgate::store::sqlite
