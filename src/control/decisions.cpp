#include "control/decisions.hpp"

#include "control/accounts.hpp"
#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kind = "decisions";

Result<DecisionView> read_view(store::Store& store, DecisionId id) {
    const auto read = read_decision(store, id);
    if (!read) {
        return read.error();
    }
    DecisionView view;
    static_cast<DecisionRow&>(view) = control::row_of(read->decision);
    for (const Measure& measure : read->measures) {
        const auto steps = store.measures().history(measure.id);
        if (!steps) {
            return steps.error();
        }
        view.measures.push_back(control::row_of(measure, *steps));
    }
    return view;
}

Decision by_hand(
    const AccountDetail& detail,
    const Asker& asker,
    std::optional<Duration> length,
    const std::string& reason,
    TimePoint now
) {
    Decision decision;
    decision.account = detail.now.facts.key;
    decision.action = Action::block;
    decision.mode = detail.mode;
    decision.state = DecisionState::in_force;
    decision.decided = now;
    if (length) {
        decision.until = now + *length;
    }
    decision.reason = "blocked by hand by " + asker.who + (reason.empty() ? "" : ": " + reason);
    decision.decided_by = asker.who;
    decision.evidence = detail.evidence;
    decision.evidence.verdict = decision.reason;
    decision.evidence.counterfactual.clear();
    decision.evidence.timeline.push_back({now, decision.reason});
    return decision;
}

Happening told_of(const Decision& decision, DecisionId id, const std::string& message) {
    Happening told;
    told.topic = Topic::decision;
    told.time = decision.decided;
    told.account = decision.account.name;
    told.message = message;
    boost::json::object details;
    details["id"] = fairgate::to_text(id);
    details["account"] = decision.account.name;
    details["backend"] = decision.account.backend;
    details["action"] = json::to_json(decision.action);
    details["state"] = json::to_json(decision.state);
    details["mode"] = json::to_json(decision.mode);
    details["step"] = decision.step;
    details["until"] = json::to_json(decision.until);
    told.details = std::move(details);
    return told;
}

std::string length_text(std::optional<Duration> length) {
    return length ? "for " + for_people(*length) : "until it is released";
}

/// The measure that holds the account for this decision.
Result<Measure> measure_in_force(const DecisionAndMeasures& read) {
    const std::string id = fairgate::to_text(read.decision.id);
    for (const Measure& measure : read.measures) {
        if (measure.state == MeasureState::pending || measure.state == MeasureState::active) {
            return measure;
        }
    }
    return errors::not_in_force(id, boost::describe::enum_to_string(read.decision.state, "over"));
}

}  // namespace

DecisionRow row_of(const Decision& decision) {
    DecisionRow row;
    row.id = fairgate::to_text(decision.id);
    row.account = decision.account.name;
    row.backend = decision.account.backend;
    row.state = decision.state;
    row.action = decision.action;
    row.mode = decision.mode;
    row.step = decision.step;
    row.decided = decision.decided;
    row.until = decision.until;
    row.reason = decision.reason;
    row.decided_by = decision.decided_by;
    if (decision.violation.value != 0) {
        row.violation = fairgate::to_text(decision.violation);
    }
    return row;
}

MeasureRow row_of(const Measure& measure, const std::vector<MeasureStep>& steps) {
    MeasureRow row;
    row.id = fairgate::to_text(measure.id);
    row.enforcer = measure.enforcer;
    row.action = measure.action;
    row.state = measure.state;
    row.created = measure.created;
    row.due = measure.due;
    row.acted = measure.acted;
    row.attempts = measure.attempts;
    row.retry_at = measure.retry_at;
    row.last_error = measure.last_error;
    row.note = measure.note;
    for (const MeasureStep& step : steps) {
        row.history.push_back({step.time, step.what});
    }
    return row;
}

Result<DecisionId> decision_id(const std::string& text) {
    const auto id = parse_id<DecisionId>(text);
    return id ? Result<DecisionId>(*id)
              : errors::wrong_value(
                    "/decision",
                    text + " is no decision",
                    "they look like dec_12: "
                    "fairgate decision list"
                );
}

Result<DecisionAndMeasures> read_decision(store::Store& store, DecisionId id) {
    auto decision = store.decisions().get(id);
    if (!decision) {
        Error error = decision.error();
        error.next = "fairgate decision list";
        return error;
    }
    store::MeasureFilter filter;
    filter.decision = id;
    auto measures = store.measures().list(filter, {});
    if (!measures) {
        return measures.error();
    }
    return DecisionAndMeasures{*std::move(decision), std::move(measures->rows)};
}

asio::awaitable<Result<Listed<DecisionRow>>> list_decisions(
    const Live& live, Records records, DecisionSearch search
) {
    const auto cursor = store_cursor(search.cursor, kind, search.limit);
    if (!cursor) {
        co_return cursor.error();
    }
    const AccountKey about = key_of_name(live, search.account, search.backend);
    store::DecisionFilter filter;
    filter.backend = about.backend;
    filter.account = about.name;
    filter.states = search.states;
    filter.since = search.since;
    auto read = [filter = std::move(filter), cursor = *cursor](store::Store& store) {
        return store.decisions().list(filter, cursor);
    };
    const auto page = co_await records.with(std::move(read));
    if (!page) {
        co_return page.error();
    }
    Listed<DecisionRow> list;
    for (const Decision& decision : page->rows) {
        list.rows.push_back(row_of(decision));
    }
    list.next_cursor = next_cursor(page->next, kind);
    co_return list;
}

asio::awaitable<Result<DecisionView>> show_decision(Records records, std::string id) {
    const auto parsed = decision_id(id);
    if (!parsed) {
        co_return parsed.error();
    }
    auto read = [id = *parsed](store::Store& store) { return read_view(store, id); };
    co_return co_await records.with(std::move(read));
}

asio::awaitable<Result<Change>> add_decision(
    Desk desk,
    Asker asker,
    std::string account,
    std::optional<Duration> length,
    std::string reason,
    Run run
) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    const auto found = find_account(desk.live, account);
    if (!found) {
        co_return found.error();
    }
    const auto detail = desk.live.account(found->facts.key);
    if (!detail) {
        co_return errors::no_account(account);
    }
    const std::string name = found->facts.key.name;
    Change change;
    if (run == Run::dry) {
        change.plan = {{"block " + name + " " + length_text(length)}};
        if (detail->now.held) {
            change.plan->push_back(
                "it is held already by " + fairgate::to_text(detail->now.held->decision) +
                ", which this one takes the place of"
            );
        }
        co_return change;
    }
    const TimePoint now = desk.live.now();
    const Decision decision = by_hand(*detail, asker, length, reason, now);
    const auto done = co_await desk.orders.carry_out(decision);
    if (!done) {
        co_return done.error();
    }
    desk.events.publish(told_of(decision, done->decision, decision.reason));
    const std::string id = fairgate::to_text(done->decision);
    store::AuditEntry audit;
    audit.time = now;
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = "decision.add";
    audit.object = id;
    audit.reason = reason;
    audit.request_id = asker.request_id;
    // The decision itself says who made it; that is on the disk already.
    auto write = [audit = std::move(audit)](store::Store& store) {
        return store.audit().add(audit);
    };
    (void)co_await desk.records.with(std::move(write));
    change.changed = true;
    change.message = id + ": " + name + " is blocked " + length_text(length) + " (" +
                     boost::describe::enum_to_string(done->measure.state, "") + ")";
    change.undo = "fairgate undo " + id;
    co_return change;
}

asio::awaitable<Result<Change>> extend_decision(
    Desk desk, Asker asker, std::string id, std::optional<Duration> length, Run run
) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    const auto parsed = decision_id(id);
    if (!parsed) {
        co_return parsed.error();
    }
    auto reading = [id = *parsed](store::Store& store) { return read_decision(store, id); };
    const auto read = co_await desk.records.with(std::move(reading));
    if (!read) {
        co_return read.error();
    }
    const auto measure = measure_in_force(*read);
    if (!measure) {
        co_return measure.error();
    }
    Change change;
    const std::string before = measure->due ? at_text(*measure->due) : "released";
    std::optional<TimePoint> due;
    if (length) {
        due = desk.live.now() + *length;
    }
    const std::string words =
        id + ": until " + before + " -> until " + (due ? at_text(*due) : "released");
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    const auto done = co_await desk.orders.extend(measure->id, due, ordered_by(asker, ""));
    if (!done) {
        co_return done.error();
    }
    change.changed = true;
    change.message = words;
    change.undo = "fairgate undo " + id;
    co_return change;
}

}  // namespace fairgate::control
