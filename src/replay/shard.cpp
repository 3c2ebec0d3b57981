#include "replay/shard.hpp"

#include <algorithm>

namespace fairgate::replay {

namespace {

constexpr tracker::Slot unset = std::numeric_limits<tracker::Slot>::min();

Address address_of(const tracker::Mark& mark) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(mark.upper >> (56 - 8 * i));
        bytes[8 + i] = static_cast<std::uint8_t>(mark.lower >> (56 - 8 * i));
    }
    return mark.family == tracker::Family::v4 ? Address::v4(static_cast<std::uint32_t>(mark.upper))
                                              : Address::v6(bytes);
}

}  // namespace

Judge::Judge(const ReplayPolicy& policy, std::shared_ptr<const NetworkTable> networks)
    : policy_(policy),
      networks_(networks),
      tracker_(
          policy.count,
          policy.origins,
          networks,
          [this](std::string_view account) { return watch_from(account); }
      ),
      watch_(policy.violation) {}

int Judge::limit_of(std::string_view account, TimePoint at) {
    if (policy_.passes_by) {
        if (auto reason = policy_.passes_by(account, at)) {
            passed_by_.emplace(account, *reason);
            return policy::unlimited;
        }
    }
    return policy_.limits.devices_for(account);
}

int Judge::watch_from(std::string_view account) {
    if (policy_.passes_by) {  // for good; until a time is asked about when it is judged
        if (auto reason = policy_.passes_by(account, TimePoint::max())) {
            passed_by_.emplace(account, *reason);
            return 255;
        }
    }
    const int limit = policy_.limits.devices_for(account);
    return std::min(limit, 250) + policy_.violation.tolerance + 1;
}

bool Judge::is_left_out(const tracker::Mark& mark) {
    const Address address = address_of(mark);
    const auto holds = [&address](const Network& network) { return network.contains(address); };
    if (std::ranges::any_of(policy_.never_counted, holds)) {
        return true;
    }
    if (policy_.countries.all()) {
        return false;
    }
    const auto [known, added] = is_counted_.try_emplace(mark.upper, true);
    if (added) {
        known->second = !policy_.countries.why_left_out(networks_->info_of(address).country);
    }
    left_out_ += known->second ? 0U : 1U;
    return !known->second;
}

void Judge::apply(std::span<const tracker::Mark> marks, tracker::Slot base) {
    if (!policy_.never_counted.empty() || !policy_.countries.all()) {
        trusted_free_.assign(marks.begin(), marks.end());
        std::erase_if(trusted_free_, [this](const tracker::Mark& mark) {
            return is_left_out(mark);
        });
        marks = trusted_free_;
    }
    std::size_t start = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const tracker::Slot seen = std::max(base, marks[i].seen);
        if (seen > current_) {
            tracker_.mark(marks.subspan(start, i - start));
            start = i;
            advance(seen);
        }
    }
    tracker_.mark(marks.subspan(start));
}

void Judge::advance(tracker::Slot to) {
    if (current_ != unset) {
        judge_slot(current_, true);
        for (tracker::Slot slot = current_ + 1; slot < to && !watch_.none_open(); ++slot) {
            judge_slot(slot, false);
        }
    }
    current_ = to;
}

void Judge::judge_slot(tracker::Slot slot, bool changed_too) {
    if (changed_too) {
        for (const AccountId account : tracker_.take_changed()) {
            if (watch_.find(account) == nullptr) {  // the open ones are judged below
                judge(account, slot);
            }
        }
        note_timeline(slot);
    }
    for (const AccountId account : watch_.open()) {
        if (watch_.find(account)->opened != slot) {
            judge(account, slot);
        }
    }
}

void Judge::judge(AccountId account, tracker::Slot slot) {
    const int devices = tracker_.devices(account, slot);
    const int limit = limit_of(tracker_.accounts().name(account), tracker::end_of(slot));
    switch (watch_.judge(account, devices, limit, slot)) {
        case policy::ViolationChange::closed:
            close(account, slot);
            break;
        case policy::ViolationChange::opened:
        case policy::ViolationChange::grew:
            note_origins(account, limit, slot);
            break;
        case policy::ViolationChange::none:
            break;
    }
}

namespace {

void add_once(std::vector<std::string>& known, const std::string& text) {
    if (std::ranges::find(known, text) == known.end() && known.size() < 64) {
        known.push_back(text);
    }
}

}  // namespace

void Judge::note_origins(AccountId account, int limit, tracker::Slot slot) {
    Origins& known = origins_[account.value];
    tracker_.origins(account, slot, buffer_);
    const bool in_order = policy_.count.counting == tracker::Counting::first_come;
    int number = 0;
    for (const tracker::CountedDevice& device : tracker::group_devices(buffer_, policy_.count)) {
        const bool late = in_order && ++number > limit + policy_.violation.tolerance;
        for (const tracker::OriginKey origin : device.origins) {
            const std::string text = tracker_.origin_table().network(origin).text();
            add_once(known.all, text);
            if (late) {
                add_once(known.late, text);
            }
        }
    }
}

void Judge::close(AccountId account, std::optional<tracker::Slot> slot) {
    const policy::OpenViolation over = watch_.take_closed(account);
    ReplayViolation violation;
    violation.account = tracker_.accounts().name(account);
    violation.limit = over.limit;
    violation.devices = over.devices;
    violation.opened = tracker::end_of(over.opened);
    if (slot) {
        violation.closed = tracker::end_of(*slot);
    }
    violation.seconds_over = over.slots_over * tracker::slot_length.count();
    violation.origins = std::move(origins_[account.value].all);
    violation.late = std::move(origins_[account.value].late);
    origins_.erase(account.value);
    closed_.push_back(std::move(violation));
}

void Judge::finish(tracker::Slot slot) {
    if (current_ == unset) {
        return;
    }
    advance(std::max(slot, current_) + 1);
}

void Judge::start_over() {
    if (current_ != unset) {
        judge_slot(current_, true);
        for (const AccountId account : watch_.open()) {
            close(account, current_);
        }
    }
    tracker_.forget_presence();
    current_ = unset;
}

void Judge::note_timeline(tracker::Slot slot) {
    if (followed_.empty()) {
        return;
    }
    const auto account = tracker_.accounts().find(followed_);
    if (!account) {
        return;
    }
    tracker_.origins(*account, slot, buffer_);
    TimelineEntry entry{
        tracker::start_of(slot), tracker::count_devices(buffer_, policy_.count), {}
    };
    for (const tracker::OriginActivity& origin : buffer_) {
        if ((origin.word & 1U) != 0) {
            entry.origins.push_back(tracker_.origin_table().network(origin.key).text());
        }
    }
    if (!entry.origins.empty()) {
        std::ranges::sort(entry.origins);
        timeline_.push_back(std::move(entry));
    }
}

std::vector<ReplayViolation> Judge::take_violations() {
    for (const AccountId account : watch_.open()) {
        close(account, std::nullopt);
    }
    return std::move(closed_);
}

}  // namespace fairgate::replay
