#include "enforcement/journal.hpp"

#include "base/run_on.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::enforcement {

namespace {

constexpr std::size_t most_at_once = 100;  // so that nobody waits for long behind a large batch

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
    const auto mine = std::make_shared<Waiting>();
    mine->entry = std::move(entry);
    waiting_.push_back(mine);
    while (!mine->result && !mine->failure) {
        if (!writing_) {
            co_await write_waiting();
            continue;
        }
        boost::system::error_code told;
        co_await written_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, told));
    }
    if (mine->failure) {
        std::rethrow_exception(mine->failure);
    }
    co_return std::move(*mine->result);
}

/// Whoever comes first writes for all who came with him.
boost::asio::awaitable<void> Journal::write_waiting() {
    writing_ = true;
    const Batch batch(
        waiting_.begin(),
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most_at_once, waiting_.size()))
    );
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(batch.size()));
    auto work = [&store = store_, batch] { return write_together(store, batch); };
    std::exception_ptr failure;
    try {
        auto results = co_await run_on(store_thread_, std::move(work));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            batch[i]->result = std::move(results[i]);
        }
    } catch (...) {
        failure = std::current_exception();
    }
    for (const auto& each : batch) {
        each->failure = failure;
    }
    writing_ = false;
    written_.cancel();
}

/// On the store's thread: it changes the entries, which nobody else looks at meanwhile.
std::vector<Result<Measure>> Journal::write_together(store::Store& store, const Batch& batch) {
    // What only says when it is tried again can be lost: it is tried again after a crash too.
    const bool must_last = std::ranges::any_of(batch, [](const auto& waiting) {
        return !waiting->entry.what.empty();
    });
    const auto durability = must_last ? store::Durability::now : store::Durability::soon;
    std::vector<Result<Measure>> results;
    const auto write_each = [&]() -> Result<void> {
        for (const auto& each : batch) {
            const auto done =
                store.atomically(durability, [&] { return write_parts(store, each->entry); });
            results.push_back(
                done ? Result<Measure>(each->entry.measure) : Result<Measure>(done.error())
            );
        }
        return {};
    };
    if (const auto all = store.atomically(durability, write_each); !all) {
        results.assign(batch.size(), all.error());
    }
    return results;
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
