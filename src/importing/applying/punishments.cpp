#include "importing/applying/punishments.hpp"

#include "base/json.hpp"
#include "model/time.hpp"

#include <utility>

namespace fairgate::importing::applying {

namespace {

bool can_take_over(const std::string& type) { return type == "pasarguard" || type == "marzban"; }

/// The state of a user as the panel's enforcer keeps it (image.hpp of its backend). No id and no
/// time of creation: it is found by its name. No status before: whatever it should be by its own
/// fields when it is enabled, because the other tool did not keep it.
std::string image(
    const std::string& account, std::string_view status, const std::vector<std::int64_t>& groups
) {
    boost::json::object value = {{"username", account}, {"status", status}};
    if (!groups.empty()) {
        value["group_ids"] = boost::json::array(groups.begin(), groups.end());
    }
    return json::serialize(value);
}

std::string words(const Punishment& punishment) {
    return punishment.until ? "until " + to_rfc3339(*punishment.until) : "until it is released";
}

Measure measure_of(const Plan& plan, const Punishment& punishment, TimePoint now) {
    const bool moved = punishment.restricted_group.has_value();
    std::vector<std::int64_t> groups_after = punishment.groups;
    if (moved) {
        groups_after.assign(1, *punishment.restricted_group);
    }
    Measure measure;
    measure.account = {plan.backend, punishment.account};
    measure.enforcer = plan.backend_type + ":" + plan.backend;
    measure.action = moved ? Action::move_group : Action::block;
    measure.reason = "taken over from " + std::string(name_of(plan.peer)) +
                     (punishment.reason.empty() ? "" : ": " + punishment.reason);
    measure.state = MeasureState::active;
    measure.before = image(punishment.account, "", punishment.groups);
    measure.after = image(punishment.account, "disabled", groups_after);
    measure.created = now;
    measure.due = punishment.until;
    measure.acted = punishment.since.value_or(now);
    measure.orders = 1;
    measure.note = "disabled by " + std::string(name_of(plan.peer)) + ", not by Fairgate";
    measure.changed = now;
    return measure;
}

Decision decision_of(const Plan& plan, const Punishment& punishment, const Measure& measure) {
    Decision decision;
    decision.account = measure.account;
    decision.action = measure.action;
    decision.mode = Mode::enforce;
    decision.state = DecisionState::in_force;
    decision.decided = *measure.acted;
    decision.until = punishment.until;
    decision.reason = measure.reason;
    decision.decided_by = "import " + std::string(name_of(plan.peer));
    return decision;
}

/// Decision first: the journal refers to it.
Result<void> write(store::Store& store, const Decision& decision, Measure measure) {
    const auto id = store.decisions().add(decision);
    if (!id) {
        return id.error();
    }
    measure.decision = *id;
    const auto added = store.measures().add(measure, "taken over as it was found");
    return added ? Result<void>() : Result<void>(added.error());
}

Result<bool> is_held(store::Store& store, const Measure& measure) {
    store::MeasureFilter filter;
    filter.backend = measure.account.backend;
    filter.account = measure.account.name;
    filter.states = {MeasureState::pending, MeasureState::active, MeasureState::lifting};
    const auto page = store.measures().list(filter, {});
    return page ? Result<bool>(!page->rows.empty()) : Result<bool>(page.error());
}

}  // namespace

Result<Difference> put_punishment(
    store::Store& store, const Plan& plan, const Punishment& punishment, TimePoint now, Run run
) {
    Difference difference{Subject::block, punishment.account, {}, "", words(punishment), ""};
    if (!can_take_over(plan.backend_type)) {
        difference.standing = Standing::impossible;
        difference.note =
            "no panel was imported that it could be enabled in; it stays disabled there until "
            "somebody enables it";
        return difference;
    }
    const std::string key = memory_key(plan.peer, "block", punishment.account);
    const std::string since = punishment.since ? to_rfc3339(*punishment.since) : "unknown";
    const auto told = store.meta().get(key);
    if (!told) {
        return told.error();
    }
    if (*told && **told == since) {
        difference.standing = Standing::same;
        difference.note = "taken over before";
        return difference;
    }
    const Measure measure = measure_of(plan, punishment, now);
    const auto held = is_held(store, measure);
    if (!held) {
        return held.error();
    }
    if (*held) {
        difference.standing = Standing::kept;
        difference.note = "Fairgate holds this account itself";
        return difference;
    }
    difference.note =
        punishment.until && *punishment.until <= now ? "due: it is given back at once" : "";
    if (run == Run::dry) {
        return difference;
    }
    if (auto done = write(store, decision_of(plan, punishment, measure), measure); !done) {
        return done.error();
    }
    if (auto done = store.meta().set(key, since); !done) {
        return done.error();
    }
    return difference;
}

}  // namespace fairgate::importing::applying
