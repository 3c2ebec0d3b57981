#include "daemon/engine.hpp"

#include "model/time.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::daemon {

using tracker::Slot;

Engine::Engine(
    Settings settings, std::shared_ptr<const NetworkTable> networks, Rules rules, FactsOf facts
)
    : settings_(std::move(settings)),
      networks_(std::move(networks)),
      rules_(std::move(rules)),
      facts_(std::move(facts)),
      tracker_(
          settings_.count,
          settings_.origins,
          networks_,
          [this](std::string_view account) { return watch_from(account); }
      ),
      watch_(settings_.violation) {}

int Engine::watch_from(std::string_view account) const {
    const int limit = limit_of(facts_of(account)).chosen.devices;
    return std::min(limit, 250) + settings_.violation.tolerance + 1;
}

bool Engine::is_settled(const Observation& seen) const {
    if (seen.time >= newest_fresh_) {  // nearly every line
        return false;
    }
    const auto from = fresh_from_.find(seen.account);
    return from != fresh_from_.end() && seen.time < from->second;
}

std::optional<std::string> Engine::why_left_out(const Observation& seen, const std::string& node)
    const {
    if (is_settled(seen)) {
        return "before the account was given back";
    }
    if (!refused_.empty() && is_refused(seen)) {
        return "refused: it came later than the limit allows";
    }
    if (rules_.ignored_nodes.contains(node)) {
        return "on node " + node + ", which is not counted";
    }
    if (!rules_.never_counted.empty()) {
        if (const auto entry = rules_.never_counted.find(seen.address, *networks_, seen.time)) {
            return "never counted: " + *entry;
        }
    }
    return rules_.countries.all()
               ? std::nullopt
               : rules_.countries.why_left_out(networks_->info_of(seen.address).country);
}

void Engine::observe(const Observation& seen, const std::string& node) {
    if (const auto why = why_left_out(seen, node)) {
        if (const auto known = tracker_.accounts().find(seen.account)) {
            book_.leave_out(*known, seen, *why);
        }
        return;
    }
    const AccountId account = tracker_.mark(seen.account, seen.address, seen.time);
    if (book_.find(account) != nullptr || is_worth_noting(account, tracker::slot_of(seen.time))) {
        const auto& table = tracker_.origin_table();
        const int length = seen.address.is_v4() ? table.rule().v4_length : table.rule().v6_length;
        book_.note(account, seen, Network(seen.address, length).text(), node);
    }
}

bool Engine::is_worth_noting(AccountId account, Slot slot) const {
    const int origins = tracker_.origin_count(account, slot);
    return origins > 1 && (book_.has_room_for_any() || origins >= tracker_.watch_from(account));
}

bool Engine::wants_lines(std::string_view account, TimePoint time) const {
    const auto id = find(account);
    return id && is_worth_noting(*id, tracker::slot_of(time));
}

SlotOutcome Engine::close_slot(Slot slot, Closing closing) {
    now_ = tracker::end_of(slot);
    SlotOutcome outcome;
    for (const AccountId account : tracker_.take_changed()) {
        if (watch_.find(account) == nullptr) {
            judge(account, slot, closing, outcome);
        }
    }
    for (const AccountId account : watch_.open()) {
        if (watch_.find(account)->opened != slot) {
            judge(account, slot, closing, outcome);
        }
    }
    return outcome;
}

void Engine::judge(AccountId account, Slot slot, Closing closing, SlotOutcome& outcome) {
    const std::string name(tracker_.accounts().name(account));
    const AccountFacts facts = facts_of(name);
    const bool passed = rules_.exceptions.why_passed_by(facts, now_).has_value();
    const int limit = passed ? policy::unlimited : limit_of(facts).chosen.devices;
    const int devices = tracker_.devices(account, slot);
    const policy::OpenViolation* open_before = watch_.find(account);
    const bool would_close =
        open_before != nullptr && devices - settings_.violation.tolerance <= limit;
    if (would_close && closing == Closing::held && !passed) {
        return;
    }
    const bool late =
        open_before != nullptr && counts_first_come() && has_new_late_comers(account, limit, slot);
    switch (watch_.judge(account, devices, limit, slot)) {
        case policy::ViolationChange::none:
            break;
        case policy::ViolationChange::opened:
            outcome.opened.push_back(open(account, *watch_.find(account), slot));
            if (counts_first_come()) {
                has_new_late_comers(account, limit, slot);
            }
            break;
        case policy::ViolationChange::grew:
            open_[name].devices = devices;
            outcome.grew.push_back(open_[name]);
            break;
        case policy::ViolationChange::closed: {
            Violation violation = so_far(std::move(open_[name]));
            watch_.take_closed(account);
            open_.erase(name);
            known_late_.erase(name);
            violation.closed = std::max(now_, violation.opened);  // the clock may have been set
            outcome.closed.push_back(std::move(violation));
            break;
        }
    }
    if (late) {  // the violation is open: what is done about it is not about this one yet
        outcome.opened.push_back(open(account, *watch_.find(account), slot));
    }
}

Opened Engine::open(AccountId account, const policy::OpenViolation& over, Slot slot) {
    Opened opened;
    const std::string name(tracker_.accounts().name(account));
    opened.facts = facts_of(name);
    opened.evidence = freeze(account, slot);
    Violation& violation = opened.violation;
    violation.account = opened.facts.key;
    violation.limit = over.limit;
    violation.devices = over.devices;
    violation.opened = now_;
    violation.confidence = opened.evidence.confidence;
    for (const EvidenceDevice& device : opened.evidence.counted) {
        violation.origins.insert(
            violation.origins.end(), device.origins.begin(), device.origins.end()
        );
        for (const std::string& node : device.nodes) {
            if (std::ranges::find(opened.nodes, node) == opened.nodes.end()) {
                opened.nodes.push_back(node);
            }
        }
    }
    if (const auto before = open_.find(name); before != open_.end()) {
        violation.id = before->second.id;  // the same; one more came
        violation.opened = before->second.opened;
        violation.devices = std::max(violation.devices, before->second.devices);
    }
    open_[name] = violation;
    return opened;
}

void Engine::set_rules(Rules rules) {
    rules_ = std::move(rules);
    tracker_.watch_again();
}

void Engine::restore(const Violation& violation) {
    const AccountId account = tracker_.know(violation.account.name);
    policy::OpenViolation over;
    over.account = account;
    over.limit = violation.limit;
    over.devices = violation.devices;
    over.opened = tracker::slot_of(violation.opened) - 1;
    over.last_over = over.opened;
    watch_.restore(over);
    open_[violation.account.name] = violation;
}

void Engine::restore(const RotatingNetwork& network, Asn asn) {
    if (!network.confirmed_by.empty()) {
        tracker_.networks().declare(asn, tracker::NetworkHabit::rotating);
        return;
    }
    tracker_.networks().restore(asn, network.accounts, network.median_origins);
}

void Engine::clock_was_set(Duration by) {
    const auto slots = static_cast<Slot>(by / tracker::slot_length);
    tracker_.forget_presence();
    now_ += by;
    newest_fresh_ += by;
    for (auto& [account, from] : fresh_from_) {
        from += by;
    }
    for (auto& [account, addresses] : refused_) {
        for (auto& [address, until] : addresses) {
            until = until == TimePoint::max() ? until : until + by;
        }
    }
    for (const AccountId account : watch_.open()) {
        policy::OpenViolation moved = *watch_.find(account);
        moved.opened += slots;
        moved.last_over += slots;
        watch_.restore(moved);
    }
}

std::optional<Violation> Engine::start_afresh(const std::string& account, TimePoint from) {
    const bool whole = settings_.acts_on == ActsOn::accounts;
    if (whole) {  // else who holds a slot keeps it
        TimePoint& fresh_from = fresh_from_[account];
        fresh_from = std::max(fresh_from, from);
        newest_fresh_ = std::max(newest_fresh_, from);
    }
    const auto found = open_.find(account);
    if (found == open_.end() || found->second.opened > from) {
        return std::nullopt;
    }
    Violation violation = so_far(std::move(found->second));
    violation.closed = from;
    open_.erase(found);
    known_late_.erase(account);
    const auto id = tracker_.accounts().find(account);
    if (id && watch_.find(*id) != nullptr) {
        watch_.take_closed(*id);
    }
    if (id && whole) {
        tracker_.forget_presence(*id);
        book_.forget(*id);
    }
    return violation;
}

void Engine::forget_fresh_starts(TimePoint before) {
    std::erase_if(fresh_from_, [before](const auto& entry) { return entry.second < before; });
    newest_fresh_ = {};
    for (const auto& [account, from] : fresh_from_) {
        newest_fresh_ = std::max(newest_fresh_, from);
    }
}

Violation Engine::so_far(Violation violation) const {
    const auto id = tracker_.accounts().find(violation.account.name);
    if (const policy::OpenViolation* over = id ? watch_.find(*id) : nullptr) {
        violation.seconds_over += over->slots_over * tracker::slot_length.count();
    }
    return violation;
}

void Engine::keep_house(Slot now) {
    unsigned thinning = 0;
    while (tracker_.accounts().size() >> thinning > 4'000) {
        ++thinning;
    }
    tracker_.sample_networks(now, thinning, tracker_.networks());
    tracker_.networks().judge();
    // Longer than lines are read again, or come late and still count.
    const TimePoint long_ago = tracker::start_of(now) - std::chrono::minutes(15);
    book_.forget_before(long_ago);
    forget_fresh_starts(long_ago);
    forget_let_in(long_ago);
    tracker_.forget_idle(now, [this](AccountId account) {
        book_.forget(account);
        return watch_.find(account) == nullptr;
    });
}

}  // namespace fairgate::daemon
