#include "control/why.hpp"

#include "control/enforcing.hpp"
#include "control/errors.hpp"
#include "control/undo.hpp"
#include "control/why_address.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/mode.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

struct Record {
    DecisionView view;
    Evidence evidence;
};

/// The decision with the steps of its measures in the evidence's timeline. Waits for the disk.
Result<Record> read_record(store::Store& store, DecisionId id) {
    auto read = read_decision(store, id);
    if (!read) {
        return read.error();
    }
    Record record;
    static_cast<DecisionRow&>(record.view) = row_of(read->decision);
    record.evidence = std::move(read->decision.evidence);
    for (const Measure& measure : read->measures) {
        const auto steps = store.measures().history(measure.id);
        if (!steps) {
            return steps.error();
        }
        MeasureRow row = row_of(measure, *steps);
        record.evidence.timeline.insert(
            record.evidence.timeline.end(), row.history.begin(), row.history.end()
        );
        record.view.measures.push_back(std::move(row));
    }
    return record;
}

/// The newest decision about the account, whatever became of it.
Result<std::optional<Decision>> newest_about(store::Store& store, const AccountKey& account) {
    store::DecisionFilter filter;
    filter.backend = account.backend;
    filter.account = account.name;
    store::Cursor one;
    one.limit = 1;
    auto page = store.decisions().list(filter, one);
    if (!page) {
        return page.error();
    }
    return page->rows.empty() ? std::optional<Decision>() : std::optional(page->rows.front());
}

std::string over_text(const AccountNow& account) {
    return counted(static_cast<std::size_t>(account.devices), "device") + " at once, limit " +
           devices_text(account.limit.chosen.devices);
}

/// What can be done now. Of what was frozen only the next step of the ladder still holds.
void renew_next(Evidence& evidence, const DecisionView& decision) {
    std::vector<std::string> next;
    if (decision.state == DecisionState::in_force) {
        next.push_back(
            decision.until ? "ends by itself at " + at_text(*decision.until)
                           : "stays until an operator releases it"
        );
    }
    for (std::string& frozen : evidence.next) {
        if (frozen.starts_with("the next violation")) {
            next.push_back(std::move(frozen));
        }
    }
    if (decision.state == DecisionState::in_force) {
        next.push_back("release it: fairgate undo " + decision.id);
    }
    for (const std::string& way : ways_to_allow(decision.account, evidence)) {
        next.push_back("allow it: " + way);
    }
    evidence.next = std::move(next);
}

/// In the order of time, each step once: a decision and its measure tell of the same moment.
void put_in_order(std::vector<EvidenceEvent>& timeline) {
    for (auto next = timeline.begin(); next != timeline.end(); ++next) {
        const auto place = std::upper_bound(
            timeline.begin(),
            next,
            next->time,
            [](TimePoint time, const EvidenceEvent& event) { return time < event.time; }
        );
        std::rotate(place, next, next + 1);
    }
    const auto same = [](const EvidenceEvent& a, const EvidenceEvent& b) {
        return a.what == b.what && b.time - a.time < std::chrono::seconds(1);
    };
    const auto doubled = std::ranges::unique(timeline, same);
    timeline.erase(doubled.begin(), doubled.end());
}

/// "ali: 198.51.100.4 was refused for 1 m: 3 devices for 2 slots …"; the account itself goes on.
std::string refusal_of(
    const DecisionView& decision, const Evidence& evidence, const std::string& length
) {
    std::string addresses;
    for (const std::string& address : evidence.refused) {
        addresses += (addresses.empty() ? "" : ", ") + address;
    }
    std::string what = " not refused, only noted";
    switch (decision.state) {
        case DecisionState::in_force:
            what = " refused" + until_text(decision.until);
            break;
        case DecisionState::released:
            what = " was refused" + length;
            break;
        case DecisionState::undone:
            what = " was refused, and that was taken back";
            break;
        case DecisionState::shadow:
            what = " would have been refused" + length;
            break;
        case DecisionState::warned:
            break;
    }
    return decision.account + ": " + (addresses.empty() ? "who came too late" : addresses) + what +
           ": " + (evidence.verdict.empty() ? decision.reason : evidence.verdict);
}

/// "ali was blocked for 15 s: 2 devices at once, limit 1"
std::string verdict_of(const DecisionView& decision, const Evidence& evidence) {
    const std::string because = evidence.verdict.empty() ? decision.reason : evidence.verdict;
    const std::string length =
        decision.until ? " for " + for_people(*decision.until - decision.decided) : "";
    if (decision.action == Action::refuse) {
        return refusal_of(decision, evidence, length);
    }
    switch (decision.state) {
        case DecisionState::in_force:
            return decision.account + " is blocked" + until_text(decision.until) + ": " + because;
        case DecisionState::released:
            return decision.account + " was blocked" + length + ": " + because;
        case DecisionState::undone:
            return decision.account + " was blocked, and that was taken back: " + because;
        case DecisionState::shadow:
            return decision.account + " would have been " +
                   (decision.action == Action::warn ? "warned" : "blocked" + length) + ": " +
                   because;
        case DecisionState::warned:
            break;
    }
    return decision.account +
           (decision.action == Action::warn ? " was warned: " : " was not blocked, only noted: ") +
           because;
}

/// What stands between being over the limit and being blocked.
std::vector<std::string> held_back_by(const Live& live, const AccountDetail& detail) {
    std::vector<std::string> notes = not_enforcing_because(live);
    if (detail.mode != Mode::enforce) {
        notes.push_back(detail.mode_why);
    }
    if (detail.evidence.confidence == Confidence::low) {
        notes.emplace_back("the count is not sure enough to block: a warning is the most");
    }
    return notes;
}

/// The first reason that holds, as one sentence.
std::string not_blocked_verdict(const AccountDetail& detail) {
    const AccountNow& account = detail.now;
    const std::string name = account.facts.key.name;
    if (account.held) {
        return name + " is blocked" + until_text(account.held->due) + ": " +
               fairgate::to_text(account.held->decision);
    }
    if (account.passed_by) {
        return name + " is not limited: " + *account.passed_by;
    }
    if (!account.online) {
        return name + " is not online" +
               (account.last_seen ? "; last seen " + at_text(*account.last_seen) : "");
    }
    if (!account.over_since && account.devices > account.limit.chosen.devices) {
        return name + " is not blocked yet: " + over_text(account) +
               "; judged when the next ten seconds are over";
    }
    if (!account.over_since) {
        return name + " is not blocked: " + over_text(account);
    }
    return name + " is over its limit since " + at_text(*account.over_since) +
           " and not blocked: " + over_text(account);
}

std::string earlier_text(const Decision& decision) {
    const std::string id = fairgate::to_text(decision.id);
    return "the last decision was " + id + " at " + at_text(decision.decided) + " (" +
           boost::describe::enum_to_string(decision.state, "") + "): " + decision.reason +
           " (fairgate why " + id + ")";
}

Why about_now(const Live& live, const AccountDetail& detail) {
    Why why;
    why.subject = detail.now.facts.key.name;
    why.verdict = not_blocked_verdict(detail);
    why.evidence = detail.evidence;
    if (detail.now.over_since && !detail.now.held) {
        why.notes = held_back_by(live, detail);
    }
    if (detail.now.devices > detail.now.limit.chosen.devices && !detail.now.passed_by) {
        for (const std::string& way : ways_to_allow(why.subject, *why.evidence)) {
            why.evidence->next.push_back("allow it: " + way);
        }
    }
    return why;
}

asio::awaitable<Result<Why>> why_decision(Records records, DecisionId id) {
    auto reading = [id](store::Store& store) { return read_record(store, id); };
    auto record = co_await records.with(std::move(reading));
    if (!record) {
        co_return record.error();
    }
    Why why;
    why.subject = record->view.id;
    why.verdict = verdict_of(record->view, record->evidence);
    put_in_order(record->evidence.timeline);
    renew_next(record->evidence, record->view);
    if (record->view.state == DecisionState::warned ||
        record->view.state == DecisionState::shadow) {
        why.notes.push_back(record->view.reason);
    }
    for (const MeasureRow& measure : record->view.measures) {
        if (!measure.note.empty()) {
            why.notes.push_back(measure.enforcer + ": " + measure.note);
        }
        if (!measure.last_error.empty()) {
            why.notes.push_back(measure.enforcer + " failed: " + measure.last_error);
        }
    }
    why.decision = std::move(record->view);
    why.evidence = std::move(record->evidence);
    co_return why;
}

asio::awaitable<Result<Why>> why_account(
    const Live& live, Records records, std::string name, WhyQuestion question
) {
    const auto found = find_account(live, name);
    if (!found) {
        co_return found.error();
    }
    const auto detail = live.account(found->facts.key);
    if (!detail) {
        co_return errors::no_account(name);
    }
    if (detail->now.held && question == WhyQuestion::why) {
        co_return co_await why_decision(records, detail->now.held->decision);
    }
    Why why = about_now(live, *detail);
    auto reading = [key = found->facts.key](store::Store& store) {
        return newest_about(store, key);
    };
    const auto last = co_await records.with(std::move(reading));
    if (!last) {
        co_return last.error();
    }
    if (*last) {
        why.notes.push_back(earlier_text(**last));
    }
    co_return why;
}

}  // namespace

asio::awaitable<Result<Why>> why(Desk desk, std::string subject, WhyQuestion question) {
    const Live& live = desk.live;
    if (const auto id = parse_id<DecisionId>(subject);
        id && live.find_account({"", subject}).empty()) {
        co_return co_await why_decision(desk.records, *id);
    }
    const auto address = Address::parse(subject);
    if (address && live.find_account({"", subject}).empty()) {
        co_return co_await why_address(desk, *address);
    }
    co_return co_await why_account(live, desk.records, std::move(subject), question);
}

}  // namespace fairgate::control
