#include "link/slot_reader.hpp"

#include "link/address.hpp"
#include "link/errors.hpp"
#include "link/ids.hpp"
#include "tracker/slot.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::link {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_name = 256;
constexpr std::size_t most_inbound = 64;
constexpr std::size_t most_inbounds = 200;
constexpr int most_lines = 1'000;
constexpr int most_counters = 250'000;
/// What is older than this says nothing about now.
constexpr Duration oldest = 15min;
/// Slots are ten seconds; clocks that agree better than this are left alone.
constexpr Duration agrees = 2s;

bool is_right(const wire::Pair& pair) {
    return pair.id() < SlotReader::most_pairs && !pair.account().empty() &&
           pair.account().size() <= most_name && pair.inbound().size() <= most_inbound &&
           address_of(pair.address()).has_value();
}

/// Grows by an eighth, not by as much again: a hub has as many of these as agents.
template <class Items>
void make_room(Items& items, std::size_t size) {
    if (size > items.capacity()) {
        Items larger;  // a string's reserve() at least doubles it
        larger.reserve(size + size / 8 + 64);
        larger.insert(larger.end(), items.begin(), items.end());
        items = std::move(larger);
    }
}

/// No customer comes from there, whatever an agent says.
bool can_be(const Address& address) { return !address.is_loopback() && !address.is_unspecified(); }

std::optional<TimePoint> time_of(std::int64_t slot, TimePoint now, Duration offset) {
    constexpr std::int64_t most = 1LL << 30U;
    if (slot < 0 || slot > most) {
        return std::nullopt;
    }
    TimePoint time = tracker::start_of(static_cast<tracker::Slot>(slot)) + tracker::slot_length / 2;
    if (offset > agrees || offset < -agrees) {
        time -= offset;
    }
    if (time < now - oldest || time > now + 2 * tracker::slot_length) {
        return std::nullopt;
    }
    return std::min(time, now);
}

}  // namespace

void SlotReader::connected() {
    for (Pair& pair : pairs_) {
        pair.known = 0;
    }
}

void SlotReader::each_pair(const std::function<void(std::string_view, const Address&)>& take
) const {
    for (const Pair& pair : pairs_) {
        if (pair.account_size > 0) {
            take(account_of(pair), pair.address);
        }
    }
}

std::string_view SlotReader::account_of(const Pair& pair) const {
    return std::string_view(texts_).substr(pair.text, pair.account_size);
}

/// A node has a few; of one that makes up hundreds those beyond are left out.
std::uint8_t SlotReader::number_of_inbound(const std::string& inbound) {
    const auto found = std::ranges::find(inbounds_, inbound);
    if (found != inbounds_.end()) {
        return static_cast<std::uint8_t>(found - inbounds_.begin());
    }
    if (inbounds_.size() > most_inbounds) {
        return 0;
    }
    inbounds_.push_back(inbound);
    return static_cast<std::uint8_t>(inbounds_.size() - 1);
}

std::optional<std::string> SlotReader::fault(
    const wire::Report& report, const std::optional<std::vector<std::uint32_t>>& active
) const {
    if (!active) {
        return "its list of active pairs cannot be read";
    }
    if (report.lines_size() > most_lines || report.counters_size() > most_counters) {
        return "it has more lines or counters than an agent sends";
    }
    if (!std::ranges::all_of(report.pairs(), is_right)) {
        return "a pair of it has no account, no address, or a number that is too large";
    }
    std::vector<std::uint32_t> told;
    for (const wire::Pair& pair : report.pairs()) {
        told.push_back(pair.id());
    }
    std::ranges::sort(told);
    const auto known = [&](std::uint32_t number) {
        return is_known(number) || std::ranges::binary_search(told, number);
    };
    const bool all_known =
        std::ranges::all_of(*active, known) &&
        std::ranges::all_of(
            report.lines(), [&](const wire::Line& line) { return known(line.pair()); }
        ) &&
        std::ranges::all_of(report.counters(), [&](const wire::Counter& counter) {
            return known(counter.pair());
        });
    if (!all_known) {
        return "it speaks of a pair that it did not introduce";
    }
    return std::nullopt;
}

void SlotReader::define(const wire::Pair& told) {
    if (told.id() >= pairs_.size()) {
        make_room(pairs_, std::size_t{told.id()} + 1);
        pairs_.resize(told.id() + 1);
    }
    Pair& pair = pairs_[told.id()];
    const Address address = *address_of(told.address());
    const std::uint8_t inbound = number_of_inbound(told.inbound());
    pair.known = 1;
    if (pair.address == address && account_of(pair) == told.account() && pair.inbound == inbound) {
        return;
    }
    amounts_.erase(told.id());
    dead_ += pair.account_size;
    pair.address = address;
    pair.text = static_cast<std::uint32_t>(texts_.size());
    pair.account_size = static_cast<std::uint16_t>(told.account().size()) & 0x7fffU;
    pair.inbound = inbound;
    make_room(texts_, texts_.size() + told.account().size());
    texts_ += told.account();
}

void SlotReader::tidy_texts() {
    if (dead_ < (64U << 10U) || dead_ * 2 < texts_.size()) {
        return;
    }
    std::string texts;
    texts.reserve(texts_.size() - dead_);
    for (Pair& pair : pairs_) {
        const auto at = static_cast<std::uint32_t>(texts.size());
        texts += account_of(pair);
        pair.text = at;
    }
    texts_ = std::move(texts);
    dead_ = 0;
}

SlotReader::Amounts SlotReader::count(const wire::Counter& counter) {
    const auto [found, first] = amounts_.try_emplace(counter.pair());
    Amounts& seen = found->second;
    Amounts more;
    if (!first || begins_ == Begins::anew) {
        // Less than before: the agent had forgotten the pair, and counts anew.
        const bool anew = counter.up() < seen.up || counter.down() < seen.down;
        more.up = counter.up() - (anew ? 0 : seen.up);
        more.down = counter.down() - (anew ? 0 : seen.down);
    }
    seen = {counter.up(), counter.down()};
    return more;
}

Result<SlotReader::Taken> SlotReader::take(
    const wire::Report& report, TimePoint now, Duration offset, const Observe& observe
) {
    const auto active = unpack(report.active(), most_pairs);
    if (const auto why = fault(report, active)) {
        return bad_frame(node_, *why);
    }
    tidy_texts();
    for (const wire::Pair& pair : report.pairs()) {
        define(pair);
    }
    Taken taken;
    if (report.sequence() <= have_) {
        return taken;
    }
    have_ = report.sequence();
    taken.lost = report.lost();
    const auto time = time_of(report.slot(), now, offset);
    const auto tell = [&](std::uint32_t number, Observation seen) {
        const Pair& pair = pairs_[number];
        if (!time || !can_be(pair.address)) {
            ++taken.passed_over;
            return;
        }
        seen.time = *time;
        seen.account = account_of(pair);
        seen.inbound = inbounds_[pair.inbound];
        seen.address = pair.address;
        taken.observations += seen.kind == ObservationKind::closed ? 0U : 1U;
        observe(seen);
    };
    for (const wire::Counter& counter : report.counters()) {
        const Amounts more = count(counter);
        if (more.up + more.down > 0) {
            Observation seen;  // of any slot since the last one; in which, the list below says
            seen.kind = ObservationKind::closed;
            seen.up.count = more.up;
            seen.down.count = more.down;
            tell(counter.pair(), seen);
        }
    }
    for (const std::uint32_t number : *active) {
        Observation seen;  // that it was active: at least one connection
        seen.kind = ObservationKind::opened;
        tell(number, seen);
    }
    for (const wire::Line& line : report.lines()) {
        Observation seen;  // one of the connections that were told of above
        seen.kind = ObservationKind::alive;
        seen.port = static_cast<std::uint16_t>(line.port() & 0xFFFFU);
        seen.raw = line.text();
        seen.file = line.file();
        seen.offset = line.offset();
        tell(line.pair(), seen);
    }
    return taken;
}

std::size_t SlotReader::memory() const {
    return pairs_.capacity() * sizeof(Pair) + texts_.capacity() +
           amounts_.size() * (sizeof(Amounts) + 32);
}

}  // namespace fairgate::link
