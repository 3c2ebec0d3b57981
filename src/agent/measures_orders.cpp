// What the hub orders.
#include "agent/measures.hpp"
#include "base/run_on.hpp"
#include "link/errors.hpp"

#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;

void Measures::take(link::Order order) {
    const link::OrderKey key = order.key;
    if (!orders_.try_push(std::move(order))) {
        refuse(key, link::fell_behind("this node"));
    }
}

asio::awaitable<void> Measures::carry_out(link::Order order) {
    const link::OrderKey key = order.key;
    if (order.kind == link::OrderKind::lift) {
        co_await lift(key);
        co_return;
    }
    if (auto done = co_await hold(std::move(order)); !done) {
        if (!held_.contains(account_of(key))) {
            why_not_core_.erase(account_of(key));
        }
        refuse(key, done.error());
    }
}

asio::awaitable<void> Measures::lift(link::OrderKey key) {
    const auto found = held_.find(account_of(key));
    if (found == held_.end()) {
        link::Done done;
        done.key = std::move(key);
        done.state = MeasureState::lifted;
        parts_.tell(done);
        co_return;
    }
    const Measure measure = found->second.measure;
    const auto undone = co_await executor_->undo(measure.id, by("the hub", ""));
    if (!undone) {
        Measure failed = measure;
        failed.last_error = to_line(undone.error());
        tell(failed, "");
    } else {
        tell(*undone, "");
    }
}

/// Empty: nothing here can do that.
std::string Measures::enforcer_for(link::OrderKind kind) const {
    if (kind == link::OrderKind::cut) {
        return parts_.sockets != nullptr ? "cut" : "";
    }
    return parts_.driver.empty() ? "" : std::string(prefix) + parts_.driver;
}

asio::awaitable<Result<void>> Measures::hold(link::Order order) {
    const auto chosen = co_await choose(order);
    if (!chosen) {
        co_return chosen.error();
    }
    const std::string& enforcer = *chosen;
    if (auto fine = co_await check(order, enforcer); !fine) {
        co_return fine;
    }
    const AccountKey account = account_of(order.key);
    if (!held_.contains(account) && held_.size() >= link::most_held) {
        co_return link::too_many_orders();
    }
    const link::Order* const before = shelf_.find(order.key);
    if (before == nullptr || *before != order) {
        if (auto done = co_await shelf_.put(order); !done) {
            co_return link::no_journal_here(done.error());
        }
        learn_names();
    }
    const auto found = held_.find(account);
    if (found == held_.end() || !is_in_force(found->second.measure) ||
        found->second.measure.enforcer != enforcer) {
        co_return co_await begin(std::move(order), enforcer);
    }
    const Holding holding = found->second;
    if (holding.measure.due == order.until) {
        tell(holding.measure, holding.text);
        co_return Result<void>{};
    }
    const auto extended =
        co_await executor_->extend(holding.measure.id, order.until, by("the hub", ""));
    co_return extended ? Result<void>{} : Result<void>(extended.error());
}

/// What would do nothing is not taken: the hub is to know.
asio::awaitable<Result<void>> Measures::check(
    const link::Order& order, const std::string& enforcer
) {
    if (order.until && *order.until <= parts_.clock.now()) {
        co_return link::order_is_over();
    }
    const bool exactly = order.kind == link::OrderKind::refuse;
    if (!enforcer.starts_with(prefix) || order.denials.empty() ||
        (!exactly && is_seen(order.key.account))) {
        co_return Result<void>{};
    }
    auto first_fault = [never = parts_.never, denials = order.denials]() -> Result<void> {
        const auto protected_here = never();
        if (!protected_here) {
            return {};  // the firewall asks again, and refuses nothing while it is not known
        }
        Result<void> fault;
        for (const Denial& denial : denials) {
            const auto allowed = protected_here->allow(denial.address);
            if (allowed) {
                return {};
            }
            fault = allowed.error();
        }
        return fault;
    };
    const auto fault = co_await run_on(parts_.kernel_thread, std::move(first_fault));
    co_return fault ? Result<void>{} : Result<void>(link::all_are_protected(fault.error()));
}

bool Measures::is_seen(const std::string& account) const {
    return parts_.sockets != nullptr &&
           parts_.sockets->live_connections(AccountKey{"", account}) > 0;
}

asio::awaitable<Result<void>> Measures::begin(link::Order order, std::string enforcer) {
    Decision decision;
    decision.account = account_of(order.key);
    decision.action = order.kind == link::OrderKind::refuse ? Action::refuse : Action::block;
    decision.mode = Mode::enforce;
    decision.decided = parts_.clock.now();
    decision.until = order.until;
    decision.reason = order.reason;
    decision.decided_by = "hub";
    const auto found = held_.find(decision.account);
    if (found != held_.end() && is_in_force(found->second.measure)) {
        // The hub wants it done in another way than before.
        const MeasureId before = found->second.measure.id;
        if (auto undone = co_await executor_->undo(before, by("the hub", "done anew")); !undone) {
            co_return undone.error();
        }
    }
    const auto done = co_await executor_->carry_out(std::move(decision), std::move(enforcer));
    co_return done ? Result<void>{} : Result<void>(done.error());
}

/// The node's own sockets say it better: where the account is connected from now, at which ports,
/// and who shares that. What the hub names is for what has no sockets to be seen.
asio::awaitable<Result<std::vector<Denial>>> Measures::find(AccountKey account) {
    const auto key = key_of(account);
    const link::Order* const order = key ? shelf_.find(*key) : nullptr;
    if (order == nullptr) {
        co_return link::order_refused("what it was about is no longer known here");
    }
    if (order->kind == link::OrderKind::refuse) {
        co_return order->denials;  // these, and nothing else of the account
    }
    const AccountKey here{"", order->key.account};
    if (is_seen(order->key.account)) {
        co_return parts_.sockets->denials_of(here);
    }
    if (order->denials.empty()) {
        co_return link::nothing_here(order->key.account);
    }
    co_return order->denials;
}

void Measures::learn_names() {
    names_.clear();
    for (const link::OrderKey& key : shelf_.keys()) {
        for (const std::string& name : shelf_.find(key)->names) {
            names_[name] = key.account;
        }
    }
}

AccountKey Measures::account_in_sockets(std::string_view name) const {
    const auto known = names_.find(name);
    return {"", known == names_.end() ? std::string(name) : known->second};
}

}  // namespace fairgate::agent
