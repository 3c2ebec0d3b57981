#include "enforcement/executor.hpp"

#include "enforcement/errors.hpp"
#include "model/ids.hpp"
#include "model/time.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

// What policy and operators order. Each of these holds the turn of its target from reading a
// measure to having written it, so that no step comes in between; a step that is being carried out
// meanwhile finds the measure changed when it is done.
namespace fairgate::enforcement {

namespace {

int strength(Action action) {
    switch (action) {
        case Action::warn:
            return 0;
        case Action::throttle:
            return 1;
        case Action::move_group:
            return 2;
        case Action::block:
            return 3;
        case Action::revoke:
            return 4;
        case Action::refuse:  // never compared: each stands for itself
            return 0;
    }
    return 0;
}

/// None is later than any time.
std::optional<TimePoint> later(std::optional<TimePoint> a, std::optional<TimePoint> b) {
    return a && b ? std::optional(std::max(*a, *b)) : std::nullopt;
}

std::string until_text(std::optional<TimePoint> due) {
    return due ? "until " + to_rfc3339(*due) : "until it is undone";
}

store::AuditEntry audit_of(
    const Measure& measure, const std::string& action, const OrderedBy& by, TimePoint now
) {
    return store::AuditEntry{
        .id = {},
        .time = now,
        .who = by.who,
        .via = by.via,
        .action = action,
        .object = to_text(measure.id),
        .before = {},
        .after = {},
        .reason = by.reason,
        .request_id = by.request_id
    };
}

std::string with_reason(std::string what, const OrderedBy& by) {
    what += " by " + by.who;
    return by.reason.empty() ? what : what + ": " + by.reason;
}

}  // namespace

Executor::Executor(
    boost::asio::any_io_executor executor,
    const Clock& clock,
    Journal& journal,
    std::vector<Enforcer*> enforcers,
    ExecutorSettings settings,
    Listeners listeners
)
    : executor_(executor),
      clock_(clock),
      journal_(journal),
      settings_(settings),
      listeners_(std::move(listeners)),
      random_(settings.seed),
      schedule_(settings.schedule),
      changed_(executor, boost::asio::steady_timer::time_point::max()),
      looked_(executor, boost::asio::steady_timer::time_point::max()) {
    constexpr std::size_t turns = 64;  // several times what is ever under way at once
    turns_.reserve(turns);
    while (turns_.size() < turns) {
        turns_.emplace_back(executor);
    }
    for (Enforcer* enforcer : enforcers) {
        enforcers_.emplace(enforcer->name(), enforcer);
    }
}

boost::asio::awaitable<Result<CarriedOut>> Executor::carry_out(
    Decision decision, std::string enforcer
) {
    const Enforcer* acting = enforcer_of(enforcer);
    if (acting == nullptr) {
        co_return errors::no_enforcer(enforcer);
    }
    if (!acting->supports(decision.action)) {
        co_return errors::cannot(enforcer, decision.action);
    }
    decision.state = DecisionState::in_force;
    if (decision.action != Action::refuse) {
        co_await look_first(enforcer, decision.account);
    }
    const auto turn = co_await turn_of(enforcer, decision.account).take();
    Entry* current =
        decision.action == Action::refuse ? nullptr : in_force(enforcer, decision.account);
    if (current != nullptr && strength(decision.action) <= strength(current->measure.action)) {
        co_return co_await join(*current, std::move(decision));
    }
    co_return co_await begin(std::move(decision), std::move(enforcer));
}

/// What the last run left on this target is looked at before anything new is done to it: it may
/// have been released by hand since, and then it is not to be extended. Every call of an enforcer
/// ends by itself, so this does.
boost::asio::awaitable<void> Executor::look_first(
    const std::string& enforcer, const AccountKey& account
) {
    const auto target = targets_.find(Target(enforcer, account, MeasureId()));
    if (target == targets_.end() || schedule_.is_down(enforcer)) {
        co_return;
    }
    const MeasureId id = *target->second.begin();
    for (Entry* entry = find(id); entry != nullptr && !entry->looked_at; entry = find(id)) {
        if (!entry->running && !std::exchange(entry->soon, true)) {
            plan(*entry);
        }
        start_ready();
        boost::system::error_code told;
        co_await looked_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, told));
    }
}

boost::asio::awaitable<Result<CarriedOut>> Executor::begin(
    Decision decision, std::string enforcer
) {
    JournalEntry line;
    line.now = clock_.now();
    line.what = "decided: " + decision.reason;
    line.measure.account = decision.account;
    line.measure.enforcer = std::move(enforcer);
    line.measure.action = decision.action;
    line.measure.reason = decision.reason;
    line.measure.created = line.now;
    line.measure.changed = line.now;
    line.measure.due = decision.until;
    const std::string what = line.what;
    line.decision = std::move(decision);
    const Duration set_before = clock_set_by_;
    const auto written = co_await journal_.write(std::move(line));
    if (!written) {
        co_return written.error();
    }
    Entry& entry = enter(*written);
    move(entry, clock_set_by_ - set_before);
    for (const MeasureId id : targets_.at(target_of(entry.measure))) {
        plan(entries_.at(id));  // an older one gives way
    }
    publish(*written, what);
    CarriedOut done{written->decision, *written};
    co_return done;
}

boost::asio::awaitable<Result<CarriedOut>> Executor::join(Entry& entry, Decision decision) {
    if (decision.action != entry.measure.action) {  // what is in force is more than this
        decision.state = DecisionState::released;
        const auto noted = co_await journal_.note(std::move(decision));
        if (!noted) {
            co_return noted.error();
        }
        CarriedOut done{*noted, entry.measure};
        co_return done;
    }
    JournalEntry line;
    line.now = clock_.now();
    line.measure = entry.measure;
    line.measure.due = later(line.measure.due, decision.until);
    line.measure.reason = decision.reason;
    decision.until = line.measure.due;
    line.what = "decided again, " + until_text(line.measure.due) + ": " + decision.reason;
    line.superseded = line.measure.decision;
    line.decision = std::move(decision);
    const auto written = co_await write_order(entry, std::move(line));
    if (!written) {
        co_return written.error();
    }
    CarriedOut done{written->decision, *written};
    co_return done;
}

boost::asio::awaitable<Result<Measure>> Executor::undo(MeasureId id, OrderedBy by) {
    Entry* entry = find(id);
    if (entry == nullptr) {
        co_return co_await journal_.get(id);
    }
    const auto turn = co_await turn_of(entry->measure.enforcer, entry->measure.account).take();
    entry = find(id);
    if (entry == nullptr) {  // it ended meanwhile
        co_return co_await journal_.get(id);
    }
    if (is_final(entry->measure.state) || entry->measure.state == MeasureState::lifting) {
        co_return entry->measure;
    }
    JournalEntry line;
    line.now = clock_.now();
    line.measure = entry->measure;
    line.what = begin_lifting(line.measure, with_reason("undone", by), line.now).what;
    line.decision_state = DecisionState::undone;
    line.audit = audit_of(line.measure, "measure.undo", by, line.now);
    co_return co_await write_order(*entry, std::move(line));
}

boost::asio::awaitable<Result<Measure>> Executor::extend(
    MeasureId id, std::optional<TimePoint> due, OrderedBy by
) {
    Entry* entry = find(id);
    if (entry == nullptr) {
        co_return errors::over(to_text(id));
    }
    const auto turn = co_await turn_of(entry->measure.enforcer, entry->measure.account).take();
    entry = find(id);
    if (entry == nullptr || (entry->measure.state != MeasureState::pending &&
                             entry->measure.state != MeasureState::active)) {
        co_return errors::over(to_text(id));
    }
    JournalEntry line;
    line.now = clock_.now();
    line.measure = entry->measure;
    line.measure.due = due;
    line.extent = Extent::new_due;
    line.what = with_reason(until_text(due), by);
    line.audit = audit_of(line.measure, "measure.extend", by, line.now);
    co_return co_await write_order(*entry, std::move(line));
}

void Executor::look_again(MeasureId id) {
    Entry* entry = find(id);
    if (entry == nullptr || entry->running || entry->unwritten) {
        return;  // over, or being looked at just now, or the disk has to come first
    }
    Measure& measure = entry->measure;
    measure.retry_at = clock_.now();
    measure.orders = std::min(measure.orders, 1);
    entry->soon = true;
    plan(*entry);
}

void Executor::look_again(const AccountKey& account) {
    for (const MeasureId id : measures_of(account.backend, account.name)) {
        const Entry& entry = entries_.at(id);
        const auto& waiting = targets_.at(target_of(entry.measure));
        if (*waiting.begin() == id && entry.measure.state == MeasureState::active) {
            look_again(id);
        }
    }
}

bool Executor::is_at_rest(MeasureId id) const {
    const auto found = entries_.find(id);
    if (found == entries_.end()) {
        return true;
    }
    const auto& [measure_id, entry] = *found;
    const auto& waiting = targets_.at(target_of(entry.measure));
    const bool waits_for_another = *waiting.begin() != measure_id;
    return !entry.running && (waits_for_another || next_of(entry).step == Step::wait);
}

boost::asio::awaitable<Result<Measure>> Executor::write_order(Entry& entry, JournalEntry line) {
    if (entry.unwritten) {
        // What was done and not yet written comes first, or its line would be lost.
        const auto written = co_await write_again(entry);
        if (!written) {
            co_return written.error();
        }
    }
    const std::string what = line.what;
    const Duration set_before = clock_set_by_;
    const auto written = co_await journal_.write(std::move(line));
    if (!written) {
        co_return written.error();
    }
    entry.measure = *written;
    move(entry, clock_set_by_ - set_before);
    watch_lifting(entry);
    plan(entry);
    publish(*written, what);
    co_return written;
}

Turn& Executor::turn_of(const std::string& enforcer, const AccountKey& account) {
    const std::hash<std::string> hash;
    const std::size_t mixed =
        hash(account.name) ^ (hash(account.backend) * 31) ^ (hash(enforcer) * 1021);
    return turns_[mixed % turns_.size()];
}

Executor::Entry* Executor::find(MeasureId id) {
    const auto found = entries_.find(id);
    return found != entries_.end() ? &found->second : nullptr;
}

Executor::Entry* Executor::in_force(const std::string& enforcer, const AccountKey& account) {
    const auto found = targets_.find(Target(enforcer, account, MeasureId()));
    if (found == targets_.end()) {
        return nullptr;
    }
    Entry& newest = entries_.at(*found->second.rbegin());
    const MeasureState state = newest.measure.state;
    const bool holds = state == MeasureState::pending || state == MeasureState::active;
    return holds ? &newest : nullptr;
}

/// What is refused is so many addresses, not the account: each such measure is its own target.
Executor::Target Executor::target_of(const Measure& measure) {
    const MeasureId own = measure.action == Action::refuse ? measure.id : MeasureId();
    return {measure.enforcer, measure.account, own};
}

Enforcer* Executor::enforcer_of(const std::string& name) const {
    const auto found = enforcers_.find(name);
    return found != enforcers_.end() ? found->second : nullptr;
}

std::vector<Measure> Executor::open() const {
    std::vector<Measure> open;
    for (const auto& [id, entry] : entries_) {
        if (!is_final(entry.measure.state)) {
            open.push_back(entry.measure);
        }
    }
    return open;
}

const std::set<MeasureId>& Executor::measures_of(std::string_view backend, std::string_view name)
    const {
    static const std::set<MeasureId> none;
    const auto names = of_account_.find(backend);
    if (names == of_account_.end()) {
        return none;
    }
    const auto found = names->second.find(name);
    return found == names->second.end() ? none : found->second;
}

std::vector<Measure> Executor::open_of(const AccountKey& account) const {
    std::vector<Measure> open;
    for (const MeasureId id : measures_of(account.backend, account.name)) {
        const Measure& measure = entries_.at(id).measure;
        if (!is_final(measure.state)) {
            open.push_back(measure);
        }
    }
    return open;
}

bool Executor::is_held(std::string_view backend, std::string_view name) const {
    return std::ranges::any_of(measures_of(backend, name), [this](MeasureId id) {
        const Measure& measure = entries_.at(id).measure;
        return measure.action != Action::refuse && !is_final(measure.state);
    });
}

}  // namespace fairgate::enforcement
