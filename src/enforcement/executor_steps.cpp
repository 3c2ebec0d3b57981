#include "base/json.hpp"
#include "enforcement/errors.hpp"
#include "enforcement/executor.hpp"
#include "model/ids.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <exception>

// The steps of one measure. While one is taken, a measure is "running": nobody else asks its
// enforcer, and it is not removed.
namespace fairgate::enforcement {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class T, class Answer>
Answer to_answer(Result<T> result) {
    return result ? Answer(*std::move(result)) : Answer(result.error());
}

/// Members called "sealed" hold what an account's client shows: to be put back, not to be read.
void leave_out_sealed(json::Value& value) {
    if (auto* const list = value.if_array()) {
        for (json::Value& entry : *list) {
            leave_out_sealed(entry);
        }
    } else if (auto* const object = value.if_object()) {
        object->erase("sealed");
        for (auto& member : *object) {
            leave_out_sealed(member.value());
        }
    }
}

std::string for_people(const std::string& image) {
    auto value = json::parse(image);
    if (!value) {
        return image;
    }
    leave_out_sealed(*value);
    return json::serialize(*value);
}

store::AuditEntry conflict_of(const Measure& measure, const std::string& what, TimePoint now) {
    return store::AuditEntry{
        .id = {},
        .time = now,
        .who = "fairgate",
        .via = "enforcement",
        .action = "measure.conflict",
        .object = to_text(measure.id),
        .before = for_people(measure.before),
        .after = for_people(measure.after),
        .reason = what,
        .request_id = {}
    };
}

}  // namespace

boost::asio::awaitable<void> Executor::work_on(MeasureId id) {
    Entry& entry = entries_.at(id);
    auto outcome = Schedule::Outcome::not_asked;
    std::exception_ptr failure;
    try {
        outcome = co_await take_steps(entry);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        leave_broken(entry);
        std::rethrow_exception(failure);
    }
    leave(entry, outcome);
}

boost::asio::awaitable<Schedule::Outcome> Executor::take_steps(Entry& entry) {
    auto outcome = Schedule::Outcome::not_asked;
    for (;;) {
        if (entry.unwritten) {
            const auto turn =
                co_await turn_of(entry.measure.enforcer, entry.measure.account).take();
            const auto written = co_await write_again(entry);
            if (!written && !may_go_on(entry)) {
                co_return outcome;
            }
        }
        const Step step = next_of(entry).step;
        switch (step) {
            case Step::wait:
            case Step::none:
                co_return outcome;
            case Step::begin_lifting:
            case Step::finish:
                co_await write_step(entry, step);
                break;
            case Step::read:
            case Step::act:
            case Step::verify:
            case Step::restore:
                outcome = co_await ask(entry, step);
                break;
        }
        if (entry.unwritten && !may_go_on(entry)) {
            co_return outcome;
        }
    }
}

/// Nobody stays blocked because a disk is full: when it ends was written when it began, so what is
/// due may be given back without another line. After a crash it is due again, and giving back what
/// was given back changes nothing.
bool Executor::may_go_on(const Entry& entry) const {
    const Measure& measure = entry.measure;
    return measure.state == MeasureState::lifting && measure.due && *measure.due <= clock_.now();
}

Next Executor::next_of(const Entry& entry) const {
    const Measure& measure = entry.measure;
    const auto& waiting = targets_.at(target_of(measure));
    const bool gives_way = *waiting.rbegin() != measure.id;
    if (gives_way &&
        (measure.state == MeasureState::pending || measure.state == MeasureState::active)) {
        return Next{Step::begin_lifting, {}};
    }
    return next_step(measure, clock_.now());
}

boost::asio::awaitable<void> Executor::write_step(Entry& entry, Step step) {
    const auto turn = co_await turn_of(entry.measure.enforcer, entry.measure.account).take();
    const TimePoint now = clock_.now();
    if (entry.unwritten || next_of(entry).step != step) {
        co_return;  // somebody ordered something else meanwhile
    }
    Measure changed = entry.measure;
    const bool due = changed.due && *changed.due <= now;
    StepResult result =
        step == Step::finish
            ? finish_untouched(changed, now)
            : begin_lifting(changed, due ? "is due" : "gives way to a stronger one", now);
    co_await commit(entry, std::move(changed), std::move(result));
}

boost::asio::awaitable<Schedule::Outcome> Executor::ask(Entry& entry, Step step) {
    const Answer answer = co_await answer_of(entry.measure, step);
    const auto turn = co_await turn_of(entry.measure.enforcer, entry.measure.account).take();
    const auto outcome = std::holds_alternative<Error>(answer) ? Schedule::Outcome::failed
                                                               : Schedule::Outcome::succeeded;
    Measure changed = entry.measure;
    StepResult result = apply(answer, step, changed);
    co_await commit(entry, std::move(changed), std::move(result));
    co_return outcome;
}

boost::asio::awaitable<Executor::Answer> Executor::answer_of(Measure measure, Step step) {
    Enforcer* enforcer = enforcer_of(measure.enforcer);
    if (enforcer == nullptr) {
        co_return errors::no_enforcer(measure.enforcer);
    }
    std::string cause;
    try {
        co_return co_await answer_of(*enforcer, measure, step);
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted) {
            throw;  // the program ends
        }
        cause = error.what();
    } catch (const std::exception& error) {
        cause = error.what();
    }
    co_return errors::broke_down(measure.enforcer, cause);
}

boost::asio::awaitable<Executor::Answer> Executor::answer_of(
    Enforcer& enforcer, const Measure& measure, Step step
) {
    if (step == Step::verify) {
        auto seen = co_await enforcer.verify(measure);
        co_return to_answer<Verification, Answer>(std::move(seen));
    }
    if (step == Step::restore) {
        auto restored = co_await enforcer.restore(measure);
        co_return to_answer<Restored, Answer>(std::move(restored));
    }
    if (step == Step::act) {
        auto acted = co_await enforcer.act(measure);
        if (!acted || acted->kind != Acted::Kind::changed) {
            co_return to_answer<Acted, Answer>(std::move(acted));
        }
    }
    auto reading = co_await enforcer.read(measure);
    co_return to_answer<Reading, Answer>(std::move(reading));
}

StepResult Executor::apply(const Answer& answer, Step step, Measure& measure) {
    const TimePoint now = clock_.now();
    return std::visit(
        Overloaded{
            [&](const Error& error) {
                const double spread = std::uniform_real_distribution<double>()(random_);
                return after_failure(measure, step, error, now, spread, settings_.step);
            },
            [&](const Reading& reading) {
                StepResult result = after_reading(measure, reading, now);
                if (step == Step::act && measure.state == MeasureState::pending) {
                    // Somebody edits this account right now; let them finish.
                    measure.retry_at = now + settings_.step.first_retry;
                }
                return result;
            },
            [&](const Acted& acted) { return after_acting(measure, acted, now); },
            [&](const Verification& seen) {
                return after_verifying(measure, seen, now, settings_.step);
            },
            [&](const Restored& restored) { return after_restoring(measure, restored, now); }
        },
        answer
    );
}

/// Called with the target's turn. What was done is true whether it can be written or not, so the
/// measure changes in any case; but then nothing more is done until it is written.
boost::asio::awaitable<void> Executor::commit(Entry& entry, Measure changed, StepResult result) {
    if (result.what.empty()) {
        // When it is looked at again need not be written: after a restart that is at once.
        entry.measure.retry_at = changed.retry_at;
        if (changed == entry.measure) {
            co_return;
        }
    }
    JournalEntry line;
    line.measure = changed;
    line.what = result.what;
    line.now = clock_.now();
    line.decision_state = result.decision;
    if (result.attention == Attention::audit) {
        line.audit = conflict_of(changed, result.what, line.now);
    }
    entry.measure = std::move(changed);
    watch_lifting(entry);
    if (result.attention == Attention::alarm) {
        alarm(entry.measure, errors::no_effect(entry.measure));
    }
    keep_unwritten(entry, std::move(line));
    (void)co_await write_again(entry);
}

/// One line for all that was done since the journal was last written.
void Executor::keep_unwritten(Entry& entry, JournalEntry line) {
    if (entry.unwritten) {
        JournalEntry& before = *entry.unwritten;
        line.what = before.what.empty() ? line.what
                    : line.what.empty() ? before.what
                                        : before.what + "; " + line.what;
        line.extent = before.extent == Extent::new_due ? before.extent : line.extent;
        if (!line.decision_state) {
            line.decision_state = before.decision_state;
        }
        if (!line.audit) {
            line.audit = std::move(before.audit);
        }
    }
    entry.unwritten = std::move(line);
}

/// Called with the target's turn.
boost::asio::awaitable<Result<void>> Executor::write_again(Entry& entry) {
    JournalEntry line = entry.unwritten.value_or(JournalEntry{});
    if (!entry.unwritten) {
        co_return Result<void>();
    }
    const std::string what = line.what;
    const auto written = co_await journal_.write(std::move(line));
    if (!written) {
        if (!journal_fails_) {
            journal_fails_ = true;
            alarm(entry.measure, errors::no_journal(written.error()));
        }
        co_return written.error();
    }
    journal_fails_ = false;
    entry.unwritten.reset();
    publish(entry.measure, what);
    co_return Result<void>();
}

void Executor::mark_looked_at(Entry& entry) {
    if (!std::exchange(entry.looked_at, true)) {
        --not_looked_at_;
        unclear_ -= entry.was_in_force ? 0 : 1;
        looked_.cancel();
    }
}

/// Cancelled, or a mistake of ours: the measure stays as it is and is looked at again later.
void Executor::leave_broken(Entry& entry) {
    const TimePoint now = clock_.now();
    entry.running = false;
    mark_looked_at(entry);
    schedule_.done(entry.measure.id, entry.measure.enforcer, Schedule::Outcome::not_asked, now);
    schedule_.put(
        entry.measure.id,
        entry.measure.enforcer,
        Schedule::Kind::repeated,
        now + settings_.write_retry
    );
    changed_.cancel();
}

void Executor::leave(Entry& entry, Schedule::Outcome outcome) {
    const MeasureId id = entry.measure.id;
    entry.running = false;
    mark_looked_at(entry);
    schedule_.done(id, entry.measure.enforcer, outcome, clock_.now());
    if (!is_final(entry.measure.state) || entry.unwritten) {
        plan(entry);
        return;
    }
    const Target target = target_of(entry.measure);
    std::set<MeasureId>& waiting = targets_[target];
    waiting.erase(id);
    NamedMeasures& named = of_account_[entry.measure.account.backend];
    const auto of_account = named.find(entry.measure.account.name);
    of_account->second.erase(id);
    if (of_account->second.empty()) {
        named.erase(of_account);
    }
    entries_.erase(id);
    if (waiting.empty()) {
        targets_.erase(target);
    } else {
        plan(entries_.at(*waiting.begin()));
    }
    changed_.cancel();
}

}  // namespace fairgate::enforcement
