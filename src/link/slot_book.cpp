#include "link/slot_book.hpp"

#include "link/address.hpp"
#include "link/ids.hpp"
#include "sources/visible.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::link {

using tracker::Slot;

namespace {

/// No report refers to a pair that was idle for longer: reports are forgotten sooner.
constexpr Slot idle_slots = 90;
constexpr std::size_t most_name = 256;
constexpr std::size_t most_inbound = 64;
constexpr std::size_t most_line = 400;
constexpr std::size_t most_file = 64;
constexpr std::uint8_t lines_when_wanted = 2;
constexpr std::size_t most_wanted = 20'000;
/// A report of more would not fit a frame when all its pairs are new.
constexpr std::size_t most_in_report = 2'000;
/// Bytes of a pair are told so often.
constexpr Slot counter_slots = 3;
/// While the hub is away, idle pairs whose bytes it has not been told stay up to this.
constexpr std::size_t most_idle = 20'000;

}  // namespace

std::string SlotBook::key_of(const Observation& seen) {
    std::string key = bytes_of(seen.address);
    key += static_cast<char>(seen.inbound.size() & 127U);
    key += seen.inbound.substr(0, most_inbound);
    key += seen.account;
    return key;
}

bool SlotBook::mark(Pair& pair, Slot slot) {
    if (slot > pair.last) {
        pair.active = tracker::aligned(pair.active, pair.last, slot);
        pair.last = slot;
    }
    const Slot age = pair.last - slot;
    if (age >= tracker::word_slots) {
        return false;  // too old to matter
    }
    const tracker::Word bit = tracker::Word{1} << static_cast<unsigned>(age);
    const bool fresh = (pair.active & bit) == 0;
    pair.active |= bit;
    return fresh;
}

std::uint32_t SlotBook::number_of(const Observation& seen, Slot slot) {
    std::string key = key_of(seen);
    const auto found = numbers_.find(key);
    if (found != numbers_.end()) {
        return found->second;
    }
    if (numbers_.size() >= settings_.most_pairs) {
        ++not_taken_;
        return settings_.most_pairs;
    }
    std::uint32_t number = 0;
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(pairs_.size());
        pairs_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    Pair& pair = pairs_[number];
    pair = Pair();
    pair.account = seen.account.substr(0, most_name);
    pair.inbound = seen.inbound.substr(0, most_inbound);
    pair.address = seen.address;
    pair.last = slot;
    pair.in_use = true;
    pair.lines_due = wanted_.contains(pair.account) ? lines_when_wanted : 0;
    numbers_.emplace(std::move(key), number);
    return number;
}

void SlotBook::observe(const Observation& seen) {
    const Slot slot = tracker::slot_of(seen.time);
    const std::uint32_t number = number_of(seen, slot);
    if (number == settings_.most_pairs) {
        return;
    }
    // The last bytes of a connection say nothing about its last slot.
    if (seen.kind != ObservationKind::closed && mark(pairs_[number], slot)) {
        fresh_[slot].push_back(number);
    }
    if (pairs_[number].lines_due > 0 && !seen.raw.empty()) {
        note_line(number, seen);
    }
    if (seen.up.count != 0 || seen.down.count != 0) {
        note_bytes(number, seen);
    }
}

void SlotBook::note_line(std::uint32_t number, const Observation& seen) {
    if (lines_.size() >= settings_.lines_a_flush) {
        return;
    }
    --pairs_[number].lines_due;
    wire::Line& line = lines_.emplace_back();
    line.set_pair(number);
    line.set_port(seen.port);
    line.set_time_us(seen.time.time_since_epoch().count());
    line.set_text(sources::visible(seen.raw, most_line));
    line.set_file(sources::visible(seen.file, most_file));
    line.set_offset(seen.offset);
}

void SlotBook::note_bytes(std::uint32_t number, const Observation& seen) {
    Pair& pair = pairs_[number];
    pair.up += seen.up.count;
    pair.down += seen.down.count;
    if (!pair.counted) {
        pair.counted = true;
        counted_.push_back(number);
    }
}

void SlotBook::flush(TimePoint now) {
    const Slot slot = tracker::slot_of(now);
    for (auto& [seen, numbers] : fresh_) {
        std::ranges::sort(numbers);
        for (std::size_t from = 0; from < numbers.size(); from += most_in_report) {
            const auto begin = numbers.begin() + static_cast<std::ptrdiff_t>(from);
            const auto size = std::min(most_in_report, numbers.size() - from);
            add(now, seen, {begin, begin + static_cast<std::ptrdiff_t>(size)});
        }
    }
    fresh_.clear();
    if (slot - counters_slot_ >= counter_slots) {
        counters_slot_ = slot;
        due_.insert(due_.end(), counted_.begin(), counted_.end());
        counted_.clear();
    }
    const bool is_told = !reports_.empty() && reports_.back().sequence > sent_;
    if (!lines_.empty() || (!due_.empty() && !is_told)) {
        add(now, slot, {});
    }
    forget_reports(now);
    if (slot - swept_ >= 6) {
        swept_ = slot;
        forget_pairs(slot);
    }
}

void SlotBook::add(TimePoint now, Slot slot, std::vector<std::uint32_t> numbers) {
    Report& report = reports_.emplace_back();
    report.sequence = ++sequence_;
    report.made = now;
    report.slot = slot;
    report.active = pack(numbers);
    report.size = sizeof(Report) + report.active.size();
    report.lines = std::exchange(lines_, {});
    for (const wire::Line& line : report.lines) {
        report.size += sizeof line + line.text().size();
    }
    bytes_ += report.size;
}

void SlotBook::forget_reports(TimePoint now) {
    while (!reports_.empty()) {
        const Report& oldest = reports_.front();
        const Duration age = now - oldest.made;
        const bool taken = oldest.sequence <= acknowledged_;
        const bool over = age > (taken ? settings_.keep : settings_.most_age);
        if (!over && bytes_ <= settings_.most_bytes) {
            return;
        }
        if (!taken) {
            ++lost_;
            ++lost_untold_;
        }
        bytes_ -= oldest.size;
        reports_.pop_front();
    }
}

void SlotBook::forget_pairs(Slot now) {
    std::erase_if(numbers_, [&](const auto& entry) {
        Pair& pair = pairs_[entry.second];
        const bool is_kept = pair.counted && numbers_.size() <= most_idle;
        if (now - pair.last <= idle_slots || is_kept) {
            return false;
        }
        pair = Pair();
        free_.push_back(entry.second);
        return true;
    });
    // Small numbers first, so that distances stay small.
    std::ranges::sort(free_, std::ranges::greater());
}

void SlotBook::connected(std::uint64_t have) {
    for (std::uint32_t number = 0; number < pairs_.size(); ++number) {
        Pair& pair = pairs_[number];
        pair.defined = false;
        if (pair.in_use && !pair.counted && pair.up + pair.down > 0) {
            pair.counted = true;
            due_.push_back(number);
        }
    }
    wanted_.clear();
    sent_ = std::min(have, sequence_);
    acknowledged_ = sent_;
}

void SlotBook::acknowledged(std::uint64_t sequence) {
    acknowledged_ = std::max(acknowledged_, std::min(sequence, sent_));
}

void SlotBook::define(wire::Report& out, std::uint32_t number) {
    Pair& pair = pairs_[number];
    if (pair.defined || !pair.in_use) {
        return;
    }
    pair.defined = true;
    wire::Pair& told = *out.add_pairs();
    told.set_id(number);
    told.set_account(pair.account);
    told.set_address(bytes_of(pair.address));
    told.set_inbound(pair.inbound);
}

bool SlotBook::next(wire::Report& out) {
    const auto report = std::ranges::upper_bound(reports_, sent_, {}, [](const Report& one) {
        return one.sequence;
    });
    if (report == reports_.end()) {
        return false;
    }
    out.Clear();
    out.set_sequence(report->sequence);
    out.set_slot(report->slot);
    out.set_active(report->active);
    out.set_lost(std::exchange(lost_untold_, 0));
    const auto active = unpack(report->active, settings_.most_pairs);
    for (const std::uint32_t number : *active) {
        define(out, number);
    }
    for (const wire::Line& line : report->lines) {
        define(out, line.pair());
        *out.add_lines() = line;
    }
    sent_ = report->sequence;
    if (sent_ == sequence_) {
        tell_bytes(out);
    }
    return true;
}

void SlotBook::tell_bytes(wire::Report& out) {
    const std::size_t size = std::min(due_.size(), most_in_report);
    const auto end = due_.begin() + static_cast<std::ptrdiff_t>(size);
    for (auto number = due_.begin(); number != end; ++number) {
        Pair& pair = pairs_[*number];
        if (!pair.in_use || !std::exchange(pair.counted, false)) {
            continue;  // it was forgotten meanwhile
        }
        define(out, *number);
        wire::Counter& counter = *out.add_counters();
        counter.set_pair(*number);
        counter.set_up(pair.up);
        counter.set_down(pair.down);
    }
    due_.erase(due_.begin(), end);
}

void SlotBook::want(std::string_view account) {
    if (wanted_.size() >= most_wanted) {
        wanted_.clear();
    }
    wanted_.emplace(account);
    for (Pair& pair : pairs_) {
        if (pair.in_use && pair.account == account) {
            pair.lines_due = lines_when_wanted;
        }
    }
}

std::size_t SlotBook::waiting() const {
    return static_cast<std::size_t>(std::ranges::count_if(reports_, [this](const Report& one) {
        return one.sequence > acknowledged_;
    }));
}

}  // namespace fairgate::link
