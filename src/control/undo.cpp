#include "control/undo.hpp"

#include "control/accounts.hpp"
#include "control/decisions.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr std::array<std::string_view, 5> reasons = {
    "", "false-positive", "request", "test", "other"
};

/// The ladder should not count what was no sharing.
bool was_wrong(const std::string& reason) { return reason == "false-positive" || reason == "test"; }

Result<void> check(const UndoChoice& choice, const std::string& reason) {
    if (std::ranges::find(reasons, reason) == reasons.end()) {
        return errors::wrong_value(
            "/reason", reason + " is no reason", "false-positive, request, test or other"
        );
    }
    const bool chosen = !choice.decision.empty() || choice.last || !choice.account.empty() ||
                        choice.since || choice.all;
    return chosen ? Result<void>() : Result<void>(errors::nothing_chosen());
}

Result<std::vector<DecisionAndMeasures>> with_measures(
    store::Store& store, const std::vector<Decision>& decisions
) {
    std::vector<DecisionAndMeasures> all;
    for (const Decision& decision : decisions) {
        auto read = read_decision(store, decision.id);
        if (!read) {
            return read.error();
        }
        all.push_back(*std::move(read));
    }
    return all;
}

Result<std::vector<DecisionAndMeasures>> read_one(store::Store& store, const std::string& text) {
    const auto id = decision_id(text);
    if (!id) {
        return id.error();
    }
    auto read = read_decision(store, *id);
    if (!read) {
        return read.error();
    }
    const DecisionState state = read->decision.state;
    if (state == DecisionState::shadow || state == DecisionState::warned) {
        return errors::not_in_force(text, boost::describe::enum_to_string(state, ""));
    }
    return std::vector<DecisionAndMeasures>{*std::move(read)};
}

bool holds(const Measure& measure) {
    return measure.state == MeasureState::pending || measure.state == MeasureState::active;
}

/// The last thing that was decided: a block, where the newest decision only completes it.
Result<Decision> whole_of(store::Store& store, const Decision& newest) {
    const auto id = parse_id<MeasureId>(newest.evidence.part_of);
    if (!id) {
        return newest;
    }
    const auto block = store.measures().get(*id);
    if (!block || !holds(*block)) {
        return newest;
    }
    return store.decisions().get(block->decision);
}

/// What completes these blocks ends with them, and is told with them.
Result<void> add_parts(store::Store& store, std::vector<DecisionAndMeasures>& chosen) {
    const std::size_t wholes = chosen.size();
    for (std::size_t i = 0; i < wholes; ++i) {
        const auto held = std::ranges::find_if(chosen[i].measures, holds);
        if (held == chosen[i].measures.end() || held->action == Action::refuse) {
            continue;
        }
        store::DecisionFilter filter;
        filter.states = {DecisionState::in_force};
        filter.backend = held->account.backend;
        filter.account = held->account.name;
        const std::string whole = fairgate::to_text(held->id);
        const auto page = store.decisions().list(filter, {});
        if (!page) {
            return page.error();
        }
        for (const Decision& part : page->rows) {
            const bool known = std::ranges::any_of(chosen, [&part](const auto& each) {
                return each.decision.id == part.id;
            });
            if (known || part.evidence.part_of != whole) {
                continue;
            }
            auto read = read_decision(store, part.id);
            if (!read) {
                return read.error();
            }
            chosen.push_back(*std::move(read));
        }
    }
    return {};
}

/// All that fit, the newest first; `about` is the chosen account, empty for any. Waits for the
/// disk.
Result<std::vector<DecisionAndMeasures>> read_fitting(
    store::Store& store, const UndoChoice& choice, const AccountKey& about
) {
    if (!choice.decision.empty()) {
        return read_one(store, choice.decision);
    }
    store::DecisionFilter filter;
    filter.states = {DecisionState::in_force};
    filter.backend = about.backend;
    filter.account = about.name;
    filter.since = choice.since;
    store::Cursor cursor;
    cursor.limit = choice.last ? 1 : 1000;
    std::vector<Decision> all;
    while (true) {
        auto page = store.decisions().list(filter, cursor);
        if (!page) {
            return page.error();
        }
        std::ranges::move(page->rows, std::back_inserter(all));
        if (choice.last && !all.empty()) {
            auto whole = whole_of(store, all.front());
            if (!whole) {
                return whole.error();
            }
            all.front() = *std::move(whole);
        }
        if (choice.last || !page->next) {
            return with_measures(store, all);
        }
        cursor.from = *page->next;
    }
}

/// What is chosen, and what ends with it.
Result<std::vector<DecisionAndMeasures>> read_chosen(
    store::Store& store, const UndoChoice& choice, const AccountKey& about
) {
    auto chosen = read_fitting(store, choice, about);
    if (!chosen) {
        return chosen;
    }
    if (auto done = add_parts(store, *chosen); !done) {
        return done.error();
    }
    return chosen;
}

UndoneRow row_for(const Decision& decision) {
    UndoneRow row;
    row.decision = fairgate::to_text(decision.id);
    row.account = decision.account.name;
    row.backend = decision.account.backend;
    return row;
}

std::string progress_text(const Measure& measure) {
    switch (measure.state) {
        case MeasureState::lifted:
            return "released";
        case MeasureState::failed:
            return "given up: " + measure.last_error;
        case MeasureState::pending:
        case MeasureState::active:
        case MeasureState::lifting:
            break;
    }
    if (measure.attempts > 0) {
        return "undo pending: " + measure.enforcer + " fails (" + measure.last_error +
               "); tried again until it is done";
    }
    return "being released by " + measure.enforcer;
}

asio::awaitable<UndoneRow> undo_one(Orders& orders, DecisionAndMeasures chosen, OrderedBy by) {
    UndoneRow row = row_for(chosen.decision);
    row.state = UndoState::ended;
    row.message = "was over already";
    for (const Measure& measure : chosen.measures) {
        if (!holds(measure)) {
            row.message = measure.state == MeasureState::lifted ? "was released before"
                                                                : progress_text(measure);
            continue;
        }
        const auto done = co_await orders.undo(measure.id, by);
        row.state = done ? UndoState::undone : UndoState::failed;
        row.message = done ? progress_text(*done) : to_line(done.error());
        if (!done) {
            co_return row;
        }
    }
    co_return row;
}

std::vector<std::string> plan_of(const std::vector<DecisionAndMeasures>& chosen) {
    std::vector<std::string> plan;
    for (const DecisionAndMeasures& each : chosen) {
        for (const Measure& measure : each.measures) {
            if (holds(measure)) {
                const std::string verb =
                    measure.before.empty() ? "forget the order about " : "put back the state of ";
                plan.push_back(
                    fairgate::to_text(each.decision.id) + ": " + verb + measure.account.name +
                    (measure.before.empty() ? "" : " from before") + " (" + measure.enforcer + ")"
                );
            }
        }
    }
    return plan;
}

/// What may be done next, when it was one account.
std::vector<std::string> follow_up(const std::vector<DecisionAndMeasures>& chosen) {
    if (chosen.empty()) {
        return {};
    }
    const Decision& decision = chosen.front().decision;
    const bool one = std::ranges::all_of(chosen, [&](const DecisionAndMeasures& each) {
        return each.decision.account == decision.account;
    });
    if (!one) {
        return {};
    }
    return ways_to_allow(decision.account.name, decision.evidence);
}

/// The violations behind wrong decisions no longer raise the ladder's step. Waits for the disk.
Result<void> forgive(store::Store& store, const std::vector<DecisionAndMeasures>& chosen) {
    for (const DecisionAndMeasures& each : chosen) {
        const Decision& decision = each.decision;
        if (decision.violation.value == 0) {
            continue;
        }
        if (auto done = store.violations().forgive(decision.account, decision.decided); !done) {
            return done.error();
        }
    }
    return {};
}

}  // namespace

std::vector<std::string> ways_to_allow(const std::string& account, const Evidence& evidence) {
    const std::string name = as_argument(account);
    std::vector<std::string> commands = {"fairgate exempt add " + name + " --for 24h"};
    if (evidence.devices > evidence.limit.chosen.devices) {
        commands.push_back("fairgate limit set " + name + " " + std::to_string(evidence.devices));
    }
    for (const EvidenceDevice& device : evidence.counted) {
        if (!device.origins.empty()) {
            commands.push_back(
                "fairgate trust add " + as_argument(device.origins.front()) +
                " --effect never_counted"
            );
            break;
        }
    }
    return commands;
}

asio::awaitable<Result<Undone>> undo(
    Desk desk, Asker asker, UndoChoice choice, std::string reason, Run run
) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    if (auto right = check(choice, reason); !right) {
        co_return right.error();
    }
    AccountKey about = key_of_name(desk.live, choice.account);
    auto choosing = [choice = std::move(choice), about = std::move(about)](store::Store& store) {
        return read_chosen(store, choice, about);
    };
    const auto chosen = co_await desk.records.with(std::move(choosing));
    if (!chosen) {
        co_return chosen.error();
    }
    Undone result;
    if (run == Run::dry) {
        result.plan = plan_of(*chosen);
        co_return result;
    }
    for (const DecisionAndMeasures& each : *chosen) {
        UndoneRow row = co_await undo_one(desk.orders, each, ordered_by(asker, reason));
        result.undone.push_back(std::move(row));
    }
    if (was_wrong(reason)) {
        auto forgiving = [all = *chosen](store::Store& store) { return forgive(store, all); };
        const auto forgiven = co_await desk.records.with(std::move(forgiving));
        if (!forgiven) {
            co_return forgiven.error();
        }
        (void)co_await desk.orders.settings_changed();
    }
    result.follow_up = follow_up(*chosen);
    co_return result;
}

}  // namespace fairgate::control
