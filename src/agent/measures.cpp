#include "agent/measures.hpp"

#include "base/run_on.hpp"
#include "link/errors.hpp"
#include "store/retention.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// More than the hub has under way.
constexpr std::size_t most_waiting = 128;
constexpr std::size_t fingerprint_part = 16;

/// "FG-KRN-001: what: where: cause", as the journal keeps it.
Error error_of(const std::string& line) {
    const std::size_t colon = line.find(": ");
    Error error;
    error.code = line.substr(0, colon);
    error.what = colon == std::string::npos ? line : line.substr(colon + 2);
    return error;
}

}  // namespace

enforcement::OrderedBy Measures::by(std::string who, std::string reason) {
    enforcement::OrderedBy by;
    by.who = std::move(who);
    by.via = "agent";
    by.reason = std::move(reason);
    return by;
}

bool Measures::is_in_force(const Measure& measure) {
    return measure.state == MeasureState::pending || measure.state == MeasureState::active;
}

Measures::Measures(Parts parts)
    : parts_(std::move(parts)),
      shelf_(parts_.store, parts_.store_thread),
      journal_(parts_.store, parts_.executor, parts_.store_thread),
      cut_only_(parts_.clock),
      core_deny_(make_core_deny()),
      orders_(parts_.executor, most_waiting) {}

enforcement::AddressEnforcer& Measures::firewall(const std::string& driver) {
    auto& made = firewalls_[driver];
    if (!made) {
        made = std::make_unique<enforcement::AddressEnforcer>(
            parts_.make_blocker(driver),
            parts_.never,
            [this](const Measure& measure) { return find(measure.account); },
            parts_.kernel_thread,
            parts_.clock
        );
    }
    return *made;
}

asio::awaitable<Result<void>> Measures::look_at_journal() {
    const auto open = co_await journal_.unfinished();
    if (!open) {
        co_return open.error();
    }
    // A driver that was switched off or changed since still has to let go.
    std::set<std::string> drivers;
    if (!parts_.driver.empty()) {
        drivers.insert(parts_.driver);
    }
    for (const Measure& measure : *open) {
        held_.insert_or_assign(measure.account, Holding{measure, ""});
        if (measure.enforcer.starts_with(prefix)) {
            drivers.insert(measure.enforcer.substr(prefix.size()));
        }
    }
    add_enforcer(cut_only_);
    add_enforcer(core_deny_);
    for (const std::string& driver : drivers) {
        add_enforcer(firewall(driver));
    }
    make_executor();
    co_return Result<void>{};
}

/// With what ends live connections around it, where sockets are seen.
void Measures::add_enforcer(enforcement::Enforcer& acts) {
    if (parts_.sockets == nullptr) {
        enforcers_.push_back(&acts);
        return;
    }
    const auto whom = [](const AccountKey& account) { return AccountKey{"", account.name}; };
    enforcers_.push_back(&cutting_.emplace_back(acts, *parts_.sockets, parts_.clock, whom));
}

void Measures::make_executor() {
    enforcement::Listeners listeners;
    listeners.changed = [this](const enforcement::MeasureEvent& event) { changed(event); };
    listeners.alarm = [this](const enforcement::Alarm& alarm) {
        parts_.log(alarm.measure.account.name + ": " + to_line(alarm.error));
    };
    executor_ = std::make_unique<enforcement::Executor>(
        parts_.executor,
        parts_.clock,
        journal_,
        enforcers_,
        enforcement::ExecutorSettings{},
        std::move(listeners)
    );
}

asio::awaitable<Result<void>> Measures::take_up() {
    if (auto done = co_await shelf_.load(); !done) {
        co_return done;
    }
    if (auto done = co_await look_at_journal(); !done) {
        co_return done;
    }
    for (const link::OrderKey& key : shelf_.keys()) {
        if (!held_.contains(account_of(key))) {
            shelf_.drop(key);
        }
    }
    learn_names();
    const auto resumed = co_await executor_->resume();
    if (!resumed) {
        co_return resumed.error();
    }
    if (resumed->open > 0) {
        parts_.log("took up " + std::to_string(resumed->open) + " measures of before");
    }
    co_await lift_what_is_not_ours();
    co_return Result<void>{};
}

asio::awaitable<void> Measures::lift_what_is_not_ours() {
    for (const Measure& measure : executor_->open()) {
        std::string why;
        if (!key_of(measure.account)) {
            why = "this machine belongs to another hub now";
        } else if (!may_hold(measure.enforcer)) {
            why = "its core or firewall is no longer the one that is switched on";
        }
        if (!why.empty() && is_in_force(measure)) {
            auto undone = co_await executor_->undo(measure.id, by("agent", why));
            parts_.log(
                measure.account.name + ": is lifted, " + why +
                (undone ? "" : ": " + to_line(undone.error()))
            );
        }
    }
}

asio::awaitable<void> Measures::run() { return executor_->run(); }
asio::awaitable<void> Measures::settle() { return executor_->settle(); }

asio::awaitable<void> Measures::listen() {
    for (;;) {
        auto order = co_await orders_.pop();
        if (!order) {
            co_return;
        }
        co_await carry_out(*std::move(order));
    }
}

asio::awaitable<void> Measures::keep_house() {
    constexpr auto look_every = 10s;
    constexpr auto clean_every = 60s;
    constexpr int share = 50;  // of the time at most: fail2ban's client takes a quarter of a second
    asio::steady_timer timer(parts_.executor);
    std::optional<std::chrono::steady_clock::time_point> cleaned;
    for (;;) {
        const auto began = std::chrono::steady_clock::now();
        co_await look_after_firewall();
        const auto took = std::chrono::steady_clock::now() - began;
        if (!cleaned || began - *cleaned >= clean_every) {
            cleaned = began;
            co_await clean();
        }
        timer.expires_after(std::clamp<std::chrono::nanoseconds>(took * share, look_every, 5min));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Measures::look_after_firewall() {
    if (parts_.driver.empty()) {
        co_return;
    }
    // First, because a firewall that is asked whether it works may put its rules back.
    co_await look_at_firewall();
    const auto ready = co_await firewall(parts_.driver).ready();
    if (!ready && !fails_) {
        parts_.log(to_line(ready.error()));
    }
    fails_ = ready ? std::nullopt : std::optional(ready.error());
    if (!ready) {
        look_.reset();
    }
}

asio::awaitable<void> Measures::clean() {
    store::RetentionSettings kept;
    kept.decisions = std::chrono::days(7);
    kept.audit = std::chrono::days(7);
    (void)co_await shelf_.clean();  // tried again the next time
    auto forget = [this, kept, now = parts_.clock.now()] {
        return store::forget_old(parts_.store, kept, now);
    };
    (void)co_await run_on(parts_.store_thread, std::move(forget));
}

// ---- how they stand ----------------------------------------------------------------------------

void Measures::changed(const enforcement::MeasureEvent& event) {
    const Measure& measure = event.measure;
    const bool over = enforcement::is_final(measure.state);
    count_lost(event);
    const auto found = held_.find(measure.account);
    if (over) {
        core_deny_.forget(measure.id);
        remove_again(measure);
    }
    if (found != held_.end() && found->second.measure.id > measure.id) {
        return;  // an older one gives way
    }
    // "2 addresses refused; cut 3, left 0" says more than that it is still so a moment later.
    std::string text = event.what;
    if (found != held_.end() && measure.state == MeasureState::active &&
        (found->second.text.find("cut ") != std::string::npos || text == "in force")) {
        text = found->second.text;
    }
    if (over) {
        const bool again = found != held_.end() && take_again(measure, found->second.measure.state);
        held_.erase(measure.account);
        if (again) {
            return;
        }
        why_not_core_.erase(measure.account);
        if (const auto key = key_of(measure.account)) {
            shelf_.drop(*key);
        }
    } else {
        held_.insert_or_assign(measure.account, Holding{measure, text});
    }
    tell(measure, text);
}

void Measures::tell(const Measure& measure, const std::string& text) const {
    const auto key = key_of(measure.account);
    if (!key) {
        return;
    }
    parts_.tell(done_of(*key, Holding{measure, text}));
}

link::Done Measures::done_of(const link::OrderKey& key, const Holding& holding) const {
    const Measure& measure = holding.measure;
    link::Done done;
    done.key = key;
    done.state = measure.state;
    done.until = measure.due;
    done.by = measure.enforcer;
    done.text = measure.note.empty() ? holding.text : measure.note;
    if (const auto why = why_not_core_.find(measure.account); why != why_not_core_.end()) {
        done.text = why->second + (done.text.empty() ? "" : "; " + done.text);
    }
    if (!measure.last_error.empty()) {
        const Error* const why = core_deny_.why(measure.id);
        done.error = why != nullptr ? *why : error_of(measure.last_error);
        done.text.clear();
    }
    return done;
}

void Measures::refuse(const link::OrderKey& key, Error error) const {
    link::Done done;
    done.key = key;
    done.state = MeasureState::failed;
    done.error = std::move(error);
    parts_.tell(done);
}

std::vector<link::Done> Measures::held() const {
    std::vector<link::Done> all;
    for (const auto& [account, holding] : held_) {
        if (const auto key = key_of(account)) {
            all.push_back(done_of(*key, holding));
        }
    }
    return all;
}

link::Enforcing Measures::enforcing() const {
    link::Enforcing now;
    now.firewall = parts_.driver;
    now.error = fails_;
    if (parts_.core != nullptr) {
        const std::string version = parts_.core->version();
        now.core = version.empty() ? "Xray or V2Ray" : version;
        now.core_error = parts_.core->error() ? parts_.core->error() : parts_.core->cannot_block();
    }
    now.refuses = true;
    now.look = look_;
    return now;
}

AccountKey Measures::account_of(const link::OrderKey& key) const {
    AccountKey account;
    account.backend =
        parts_.authority.substr(0, fingerprint_part) + "/" + std::to_string(key.measure);
    account.name = key.account;
    return account;
}

/// Nothing for one of another hub.
std::optional<link::OrderKey> Measures::key_of(const AccountKey& account) const {
    const std::string ours = parts_.authority.substr(0, fingerprint_part) + "/";
    if (!account.backend.starts_with(ours)) {
        return std::nullopt;
    }
    link::OrderKey key;
    key.account = account.name;
    const char* const end = account.backend.data() + account.backend.size();
    const auto read = std::from_chars(account.backend.data() + ours.size(), end, key.measure);
    return read.ptr == end ? std::optional(key) : std::nullopt;
}

}  // namespace fairgate::agent
