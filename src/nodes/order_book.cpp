#include "nodes/order_book.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::nodes {

namespace {

bool agree(const std::optional<TimePoint>& one, const std::optional<TimePoint>& other) {
    if (!one || !other) {
        return one.has_value() == other.has_value();
    }
    return std::chrono::abs(*one - *other) <= OrderBook::agrees;
}

}  // namespace

void OrderBook::connected() {
    disconnected();
    for (auto& [key, entry] : entries_) {
        entry.there.reset();
    }
    tidy();
}

void OrderBook::disconnected() {
    known_ = false;
    for (auto& [key, entry] : entries_) {
        entry.sent.reset();
        entry.asked.reset();
        entry.refused.reset();
    }
}

void OrderBook::tidy() {
    std::erase_if(entries_, [](const auto& each) {
        return !each.second.wanted && !is_there(each.second);
    });
}

bool OrderBook::is_in_force(const link::Done& done) {
    return done.state != MeasureState::lifted && done.state != MeasureState::failed;
}

bool OrderBook::is_there(const Entry& entry) { return entry.there && is_in_force(*entry.there); }

void OrderBook::held(const std::vector<link::Done>& orders, bool last) {
    for (const link::Done& one : orders) {
        if (entries_.size() < 2 * link::most_held) {
            entries_[one.key].there = one;
        }
    }
    known_ = last;
    tidy();
}

OrderBook::Whose OrderBook::done(const link::Done& done) {
    const auto found = entries_.find(done.key);
    if (found == entries_.end()) {
        if (!is_in_force(done) || entries_.size() >= 2 * link::most_held) {
            return Whose::ours;  // it was ours, and is over
        }
        entries_[done.key].there = done;
        return Whose::stranger;
    }
    Entry& entry = found->second;
    entry.there = done;
    if (done.state == MeasureState::failed && !entry.refused) {
        entry.refused = entry.asked;
    }
    // What it was told to lift is answered when that has begun, what it was told to hold at once.
    entry.asked.reset();
    tidy();
    return Whose::ours;
}

void OrderBook::want(std::vector<link::Order> orders) {
    for (auto& [key, entry] : entries_) {
        entry.wanted.reset();
    }
    for (link::Order& order : orders) {
        const link::OrderKey key = order.key;
        entries_[key].wanted = std::move(order);
    }
    tidy();
}

void OrderBook::ask_all_again() {
    for (auto& [key, entry] : entries_) {
        entry.refused.reset();
    }
}

/// Whether the node should be told again what is wanted.
bool OrderBook::differs(const Entry& entry, TimePoint now) {
    const link::Order& wanted = *entry.wanted;
    if (wanted.until && *wanted.until <= now + agrees) {
        return false;  // it is lifted there at any moment
    }
    if (!is_there(entry)) {
        return !entry.refused || now - *entry.refused >= ask_again || now < *entry.refused;
    }
    if (!agree(wanted.until, entry.there->until)) {
        return true;
    }
    // What it refuses is settled once it does.
    const bool settled = entry.there->state == MeasureState::active || !entry.sent;
    return !settled && (entry.sent->denials != wanted.denials || entry.sent->names != wanted.names);
}

std::optional<link::Order> OrderBook::order_for(Entry& entry, TimePoint now) {
    std::optional<link::Order> order;
    if (entry.wanted && differs(entry, now)) {
        order = entry.wanted;
    } else if (!entry.wanted && is_there(entry) && entry.there->state != MeasureState::lifting) {
        order.emplace();
        order->key = entry.there->key;
        order->kind = link::OrderKind::lift;
    }
    if (order) {
        entry.sent = order;
        entry.asked = now;
        entry.refused.reset();
    }
    return order;
}

std::optional<link::Order> OrderBook::next(TimePoint now) {
    if (!known_) {
        return std::nullopt;
    }
    const auto waits = [now](const Entry& entry) {
        return entry.asked && now >= *entry.asked && now - *entry.asked < answer_time;
    };
    const auto under_way =
        std::ranges::count_if(entries_, [&](const auto& each) { return waits(each.second); });
    if (std::cmp_greater_equal(under_way, most_under_way)) {
        return std::nullopt;
    }
    for (auto& [key, entry] : entries_) {
        if (!waits(entry)) {
            if (auto order = order_for(entry, now)) {
                return order;
            }
        }
    }
    return std::nullopt;
}

OrderBook::Answer OrderBook::answer(const link::OrderKey& key) const {
    Answer answer;
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        return answer;
    }
    const Entry& entry = found->second;
    answer.stand = entry.wanted ? Stand::unanswered : Stand::unwanted;
    if (!entry.there || entry.asked || !entry.wanted) {
        return answer;
    }
    answer.text = entry.there->text;
    answer.error = entry.there->error;
    switch (entry.there->state) {
        case MeasureState::active:
            answer.stand = Stand::holds;
            break;
        case MeasureState::failed:
            answer.stand = Stand::refused;
            break;
        case MeasureState::pending:
            answer.stand = answer.error ? Stand::fails : Stand::unanswered;
            break;
        case MeasureState::lifting:
        case MeasureState::lifted:
            break;
    }
    return answer;
}

bool OrderBook::holds(const link::OrderKey& key) const {
    const auto found = entries_.find(key);
    return found != entries_.end() && is_there(found->second);
}

std::size_t OrderBook::size() const {
    return static_cast<std::size_t>(std::ranges::count_if(entries_, [](const auto& each) {
        return is_there(each.second);
    }));
}

std::vector<link::Done> OrderBook::all() const {
    std::vector<link::Done> all;
    for (const auto& [key, entry] : entries_) {
        if (is_there(entry)) {
            all.push_back(*entry.there);
        }
    }
    return all;
}

}  // namespace fairgate::nodes
