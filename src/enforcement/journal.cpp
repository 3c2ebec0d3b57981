#include "enforcement/journal.hpp"

#include "base/run_on.hpp"

#include <utility>

namespace fairgate::enforcement {

namespace {

Result<void> change_decisions(store::DecisionStore& decisions, JournalEntry& entry) {
    if (entry.decision) {
        const auto id = decisions.add(*entry.decision);
        if (!id) {
            return id.error();
        }
        entry.measure.decision = *id;
    }
    if (entry.superseded) {
        if (auto done = decisions.set_state(*entry.superseded, DecisionState::released); !done) {
            return done;
        }
    }
    if (entry.extent == Extent::new_due) {
        auto done = decisions.set_until(entry.measure.decision, entry.measure.due);
        if (!done) {
            return done;
        }
    }
    if (!entry.decision_state) {
        return {};
    }
    const auto decision = decisions.get(entry.measure.decision);
    if (!decision) {
        return decision.error();
    }
    if (decision->state != DecisionState::in_force) {
        return {};  // undone: that is how it ended, whatever came of it
    }
    return decisions.set_state(decision->id, *entry.decision_state);
}

Result<void> write_parts(store::Store& store, JournalEntry& entry) {
    if (auto done = change_decisions(store.decisions(), entry); !done) {
        return done;
    }
    if (entry.measure.id.value == 0) {
        const auto id = store.measures().add(entry.measure, entry.what);
        if (!id) {
            return id.error();
        }
        entry.measure.id = *id;
    } else if (auto done = store.measures().record(entry.measure, entry.what, entry.now); !done) {
        return done;
    }
    if (entry.audit) {
        const auto noted = store.audit().add(*entry.audit);
        if (!noted) {
            return noted.error();
        }
    }
    return {};
}

}  // namespace

boost::asio::awaitable<Result<Measure>> Journal::write(JournalEntry entry) {
    auto work = [&store = store_, entry = std::move(entry)]() mutable -> Result<Measure> {
        // What only says when it is tried again can be lost: it is tried again after a crash too.
        const auto durability =
            entry.what.empty() ? store::Durability::soon : store::Durability::now;
        const auto done = store.atomically(durability, [&] { return write_parts(store, entry); });
        return done ? Result<Measure>(std::move(entry.measure)) : Result<Measure>(done.error());
    };
    co_return co_await run_on(store_thread_, std::move(work));
}

boost::asio::awaitable<Result<DecisionId>> Journal::note(Decision decision) {
    auto work = [&store = store_, decision = std::move(decision)] {
        return store.decisions().add(decision);
    };
    co_return co_await run_on(store_thread_, std::move(work));
}

boost::asio::awaitable<Result<std::vector<Measure>>> Journal::unfinished() {
    auto work = [&store = store_] { return store.measures().unfinished(); };
    co_return co_await run_on(store_thread_, std::move(work));
}

boost::asio::awaitable<Result<Measure>> Journal::get(MeasureId id) {
    auto work = [&store = store_, id] { return store.measures().get(id); };
    co_return co_await run_on(store_thread_, std::move(work));
}

}  // namespace fairgate::enforcement
