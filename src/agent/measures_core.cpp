// What an order becomes where this node has a core: denied there, if the core has the account.
#include "agent/measures.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;

CoreDeny Measures::make_core_deny() {
    CoreDeny::Parts parts;
    parts.executor = parts_.executor;
    parts.core = parts_.core;
    parts.names = [this](const Measure& measure) {
        const auto key = key_of(measure.account);
        const link::Order* const order = key ? shelf_.find(*key) : nullptr;
        return order != nullptr ? names_of(*order) : std::vector<std::string>();
    };
    parts.others = [this](const Measure& measure) { return others_in_core(measure); };
    parts.recovered = [this](MeasureId id) { recovered(id); };
    parts.also = parts_.sockets == nullptr ? "its open connections are not seen here" : "";
    return CoreDeny(std::move(parts));
}

/// That it holds again is no step of its own in the journal.
void Measures::recovered(MeasureId id) {
    for (auto& [account, holding] : held_) {
        if (holding.measure.id == id && holding.measure.state == MeasureState::active) {
            holding.measure.last_error.clear();
            tell(holding.measure, holding.text);
        }
    }
}

/// As in the node's log, which is how the core calls it; an account that was never seen here may be
/// called there as the hub calls it.
std::vector<std::string> Measures::names_of(const link::Order& order) {
    return order.names.empty() ? std::vector{order.key.account} : order.names;
}

std::vector<Measure> Measures::others_in_core(const Measure& measure) const {
    std::vector<Measure> others;
    for (const auto& [account, holding] : held_) {
        const Measure& other = holding.measure;
        if (account.name == measure.account.name && account != measure.account &&
            other.enforcer == CoreDeny::called && !other.before.empty()) {
            others.push_back(other);
        }
    }
    return others;
}

/// One order is over, and the account was put back: another one still wants it away.
void Measures::remove_again(const Measure& over) {
    if (over.enforcer != CoreDeny::called || parts_.core == nullptr) {
        return;
    }
    for (const auto& [account, holding] : held_) {
        const Measure& other = holding.measure;
        if (account.name != over.account.name || other.id == over.id || !is_in_force(other)) {
            continue;
        }
        if (other.enforcer == CoreDeny::called) {
            executor_->look_again(other.id);
        } else if (const link::Order* const order = denied_here(other)) {
            orders_.try_push(*order);
        }
    }
}

bool Measures::may_hold(const std::string& enforcer) const {
    return enforcer == enforcer_for(link::OrderKind::deny) ||
           enforcer == enforcer_for(link::OrderKind::cut) ||
           (parts_.core != nullptr && enforcer == CoreDeny::called);
}

/// By what an order is carried out here. The core comes first: it refuses that account and nobody
/// beside it, wherever he connects from.
asio::awaitable<Result<std::string>> Measures::choose(link::Order order) {
    const AccountKey account = account_of(order.key);
    if (order.kind != link::OrderKind::deny || parts_.core == nullptr) {
        why_not_core_.erase(account);
        std::string enforcer = enforcer_for(order.kind);
        if (enforcer.empty()) {
            co_return link::firewall_is_off();
        }
        co_return enforcer;
    }
    const auto found = held_.find(account);
    if (found != held_.end() && is_in_force(found->second.measure) &&
        found->second.measure.enforcer == CoreDeny::called) {
        co_return std::string(CoreDeny::called);
    }
    Measure asked;
    asked.account = account;
    std::vector<std::string> names = names_of(order);
    const auto known = co_await core_deny_.knows(std::move(asked), std::move(names));
    co_return choose_beside_core(account, known);
}

Result<std::string> Measures::choose_beside_core(
    const AccountKey& account, const Result<bool>& known
) {
    std::string firewall = enforcer_for(link::OrderKind::deny);
    if ((known && *known) || (!known && firewall.empty())) {
        // One that is away, or cannot do it yet, is asked again and again.
        why_not_core_.erase(account);
        return std::string(CoreDeny::called);
    }
    why_not_core_[account] =
        known ? "its core has no such account" : "its core cannot: " + known.error().code;
    if (!firewall.empty()) {
        return firewall;
    }
    // Nobody is let in who is not in the core; what he has open is ended.
    std::string cut = enforcer_for(link::OrderKind::cut);
    if (cut.empty()) {
        return link::not_in_core(account.name);
    }
    return cut;
}

/// Somebody else took it out of the core before we did: what else can be done is done.
bool Measures::take_again(const Measure& ended, MeasureState before) {
    const auto key = key_of(ended.account);
    const link::Order* const order = key ? shelf_.find(*key) : nullptr;
    const bool vanished = ended.enforcer == CoreDeny::called &&
                          ended.state == MeasureState::failed && before != MeasureState::lifting;
    const TimePoint now = parts_.clock.now();
    if (!vanished || order == nullptr || (order->until && *order->until <= now)) {
        return false;
    }
    return orders_.try_push(*order);
}

/// The order of a measure that is to be denied by the core, if it has the account.
const link::Order* Measures::denied_here(const Measure& measure) const {
    const auto key = key_of(measure.account);
    const link::Order* const order = key ? shelf_.find(*key) : nullptr;
    const bool denied = order != nullptr && order->kind == link::OrderKind::deny;
    return denied && is_in_force(measure) ? order : nullptr;
}

void Measures::core_changed() {
    if (parts_.core == nullptr || !executor_ || parts_.core->error() ||
        parts_.core->cannot_block()) {
        return;
    }
    std::set<std::string_view> removed;
    for (const auto& [account, holding] : held_) {
        if (holding.measure.enforcer == CoreDeny::called) {
            removed.insert(account.name);
        }
    }
    const auto seems_there = [&](const link::Order& order) {
        return removed.contains(order.key.account) ||
               std::ranges::any_of(names_of(order), [this](const std::string& name) {
                   return parts_.core->directory().find(name).has_value();
               });
    };
    for (const auto& [account, holding] : held_) {
        const Measure& measure = holding.measure;
        const link::Order* const order = denied_here(measure);
        if (measure.enforcer == CoreDeny::called && !measure.last_error.empty()) {
            executor_->look_again(measure.id);
        } else if (measure.enforcer != CoreDeny::called && order != nullptr &&
                   seems_there(*order)) {
            orders_.try_push(*order);  // or with the next change
        }
    }
}

void Measures::look_at_core() {
    const bool fails = parts_.core != nullptr && parts_.core->error().has_value();
    if (std::exchange(core_failed_, fails) && !fails) {
        core_changed();
    }
}

}  // namespace fairgate::agent
