#include "daemon/live_view.hpp"
#include "daemon/node_orders.hpp"
#include "rules/rules.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

// What acts on accounts, as it is now.

namespace fairgate::daemon {

namespace {

control::EnforcerNow described(const enforcement::Enforcer& enforcer) {
    control::EnforcerNow now;
    now.name = enforcer.name();
    now.only_records = now.name.starts_with("recording:");
    for (const Action action :
         {Action::warn,
          Action::throttle,
          Action::move_group,
          Action::refuse,
          Action::block,
          Action::revoke}) {
        if (enforcer.supports(action)) {
            now.actions.push_back(action);
        }
    }
    return now;
}

}  // namespace

control::EnforcerNow LiveView::describe_enforcer(const Unit& unit) const {
    control::EnforcerNow now = described(unit.acting());
    const control::BackendNow backend = unit.backend->now();
    now.last_error = backend.error;
    now.cuts = unit.enforcer != nullptr;
    if (backend.state != control::BackendState::ready) {
        now.not_able_because =
            backend.error ? to_line(*backend.error) : "the backend has not answered yet";
    } else if (const auto why = unit.backend->cannot_block()) {
        now.not_able_because = to_line(*why);
    }
    if (now.name.starts_with("nodes:") && now.not_able_because.empty()) {
        now.not_able_because = no_node_enforces(world_, unit.backend->name());
    }
    return now;
}

control::EnforcerNow LiveView::describe_firewall() const {
    const enforcement::AddressEnforcer& firewall = *acting_.firewall();
    control::EnforcerNow now = described(firewall);
    now.cuts = true;
    now.refuses_addresses = true;
    now.ends_by_itself = firewall.abilities().ends_by_itself;
    const FirewallWatch* watch = acting_.firewall_watch();
    const auto fault = watch == nullptr ? std::nullopt : watch->fault();
    if (fault && is_drift(*fault)) {
        now.drift = fault;
    } else if (fault) {
        now.last_error = fault;
        now.not_able_because = to_line(*fault);
        now.since = watch->since();
    }
    return now;
}

void LiveView::add_measures(control::EnforcerNow& enforcer) const {
    for (const Measure& measure : enforcement_.open()) {
        if (measure.enforcer != enforcer.name) {
            continue;
        }
        const bool holds = measure.state == MeasureState::active;
        ++(holds ? enforcer.holds : enforcer.waiting);
        // One that holds and cannot be looked at any more is not known to hold.
        if (!measure.last_error.empty() && measure.attempts > 0) {
            // What ails all of them comes first: its next step is told with it.
            if (enforcer.not_able_because.empty()) {
                enforcer.not_able_because = measure.last_error;
            }
            enforcer.since =
                enforcer.since ? std::min(*enforcer.since, measure.changed) : measure.changed;
        }
    }
}

std::vector<control::EnforcerNow> LiveView::enforcers() const {
    std::vector<control::EnforcerNow> enforcers;
    // A firewall acts for every log without a backend, and refuses who came too late for all.
    if (acting_.firewall() != nullptr) {
        enforcers.push_back(describe_firewall());
    }
    for (const auto& unit : world_.units) {
        const std::string_view name = unit->acting().name();
        auto known = std::ranges::find(enforcers, name, &control::EnforcerNow::name);
        if (known == enforcers.end()) {
            known = enforcers.insert(known, describe_enforcer(*unit));
        }
        known->acts_for.push_back(unit->backend->name());
    }
    for (const auto& unit : world_.units) {
        const auto* const refusing = unit->refusing;
        const bool refuses = refusing != nullptr && rules::refusing(*world_.settings) &&
                             refusing->name().starts_with("nodes:");
        if (refuses &&
            std::ranges::find(enforcers, refusing->name(), &control::EnforcerNow::name) ==
                enforcers.end()) {
            control::EnforcerNow& now = enforcers.emplace_back(described(*refusing));
            now.cuts = true;
            now.refuses_addresses = true;
            now.not_able_because = unit->why_not_refusing();
            now.acts_for.push_back(unit->backend->name());
        }
    }
    for (control::EnforcerNow& enforcer : enforcers) {
        if (world_.store_fails) {
            enforcer.not_able_because =
                "nothing can be written down: " + to_line(*world_.store_fails);
        }
        add_measures(enforcer);
    }
    return enforcers;
}

}  // namespace fairgate::daemon
