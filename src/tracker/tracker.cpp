#include "tracker/tracker.hpp"

#include "tracker/relation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::tracker {

namespace {

/// The last eight bits tell one home from another inside an origin well enough.
std::uint8_t host_of(const Mark& mark) {
    return static_cast<std::uint8_t>(mark.family == Family::v4 ? mark.upper : 0);
}

}  // namespace

Mark Mark::of(std::string_view account, const Address& address, Slot slot) {
    Mark mark;
    mark.name = NameKey::of(account);
    mark.tag = mark.name.tag();
    mark.slot = slot;
    mark.seen = slot;
    if (address.is_v4()) {
        mark.upper = address.v4_bits();
    } else {
        mark.family = Family::v6;
        mark.upper = address.upper_half();
        mark.lower = address.lower_half();
    }
    return mark;
}

Tracker::Tracker(
    CountRule rule,
    OriginRule origins,
    std::shared_ptr<const NetworkTable> networks,
    std::function<int(std::string_view)> watch_from
)
    : rule_(rule),
      table_(std::move(networks)),
      origins_(origins),
      comings_(rule.lifetime),
      watch_from_(std::move(watch_from)) {}

AccountId Tracker::mark_one(const Mark& mark, std::uint32_t likely) {
    const std::size_t known = accounts_.size();
    const AccountId account = accounts_.find_or_add(mark.name, mark.tag, likely);
    if (accounts_.size() != known && watch_from_) {
        presences_.set_watch_from(account, watch_from_(mark.name.text()));
    }
    const OriginKey origin = mark.family == Family::v4
                                 ? origins_.of_v4(static_cast<std::uint32_t>(mark.upper))
                                 : origins_.of_v6(mark.upper, mark.lower);
    if (rule_.counting == Counting::first_come) {
        comings_.saw(account, origin, mark.time());
    }
    // Asked here, while the account's presence is in the cache, and not when the slot ends.
    const int window = std::max(rule_.window, rule_.lifetime);
    if (presences_.mark(account, origin, host_of(mark), mark.slot, window) && !is_noted(account) &&
        may_reach(account, mark.seen, presences_.watch_from(account))) {
        note_changed(account);
    }
    return account;
}

void Tracker::mark(std::span<const Mark> marks) {
    constexpr std::size_t batch = 64;
    std::array<std::uint32_t, batch> ids{};
    for (; !marks.empty(); marks = marks.subspan(std::min(batch, marks.size()))) {
        const std::size_t count = std::min(batch, marks.size());
        for (std::size_t i = 0; i < count; ++i) {
            accounts_.prefetch_entry(marks[i].tag);
            if (marks[i].family == Family::v6) {
                origins_.prefetch_entry(marks[i].upper, marks[i].lower);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            ids[i] = accounts_.prefetch_name(marks[i].tag);
            presences_.prefetch(ids[i]);
            if (marks[i].family == Family::v6) {
                origins_.prefetch_bits(marks[i].upper, marks[i].lower);
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            mark_one(marks[i], ids[i]);
        }
    }
}

AccountId Tracker::mark(std::string_view account, const Address& address, Slot slot) {
    return mark_one(Mark::of(account, address, slot), AccountTable::no_id);
}

AccountId Tracker::mark(std::string_view account, const Address& address, TimePoint time) {
    Mark mark = Mark::of(account, address, slot_of(time));
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    mark.second = second_of_slot(second.time_since_epoch().count());
    return mark_one(mark, AccountTable::no_id);
}

void Tracker::restore_coming(
    std::string_view account, const Address& address, TimePoint since, TimePoint last
) {
    mark(account, address, last);
    if (rule_.counting == Counting::first_come) {
        const auto second = std::chrono::floor<std::chrono::seconds>(since);
        comings_.put(know(account), origins_.of(address), second.time_since_epoch().count());
    }
}

void Tracker::forget_presence(AccountId account, const Network& origin) {
    const OriginKey key = origins_.of(origin.base());
    presences_.clear(account, key);
    comings_.forget(account, key);
}

void Tracker::watch_again() {
    for (std::uint32_t value = 0; watch_from_ && value < accounts_.capacity(); ++value) {
        const AccountId id{value};
        if (accounts_.is_known(id)) {
            presences_.set_watch_from(id, watch_from_(accounts_.name(id)));
        }
    }
}

bool Tracker::is_noted(AccountId account) const {
    const std::size_t word = account.value / 64;
    return word < is_changed_.size() && (is_changed_[word] >> account.value % 64 & 1U) != 0;
}

void Tracker::note_changed(AccountId account) {
    const std::size_t word = account.value / 64;
    if (word >= is_changed_.size()) {
        is_changed_.resize(std::max(word + 1, is_changed_.size() * 2));
    }
    is_changed_[word] |= std::uint64_t{1} << account.value % 64;
    changed_.push_back(account.value);
}

std::vector<AccountId> Tracker::take_changed() {
    std::ranges::sort(changed_);
    std::vector<AccountId> accounts;
    accounts.reserve(changed_.size());
    for (const std::uint32_t id : changed_) {
        is_changed_[id / 64] &= ~(std::uint64_t{1} << id % 64);
        accounts.push_back(AccountId{id});
    }
    changed_.clear();
    return accounts;
}

Asn Tracker::asn_of(OriginKey key) const {
    if (const auto known = asns_.find(key)) {
        return *known;
    }
    const Asn asn = table_->asn_of(origins_.network(key).base());
    asns_.put(key, asn);
    return asn;
}

void Tracker::origins(AccountId account, Slot now, std::vector<OriginActivity>& out) const {
    out.clear();
    presences_.each(account, now, [&](const Presence& presence) {
        const Asn asn = asn_of(presence.key());
        out.push_back(
            {presence.key(),
             aligned(presence.word(), presence.last, now),
             asn,
             networks_.habit(asn),
             presence.visits,
             presence.changes,
             networks_.dual_stack().provider(asn),
             presence.key().family == Family::v6 ? networks_.dual_stack().partner(asn)
                                                 : Ipv4Partner::own,
             comings_.since(
                 account, presence.key(), presence.last * std::int64_t{slot_length.count()}
             )}
        );
    });
}

int Tracker::devices(AccountId account, Slot now) const {
    if (rule_.counting == Counting::overlap) {
        // Of most accounts one place was active, whatever its network is.
        const Word window = newest_slots(rule_.window);
        int active = 0;
        presences_.each(account, now, [&](const Presence& presence) {
            active += (aligned(presence.word(), presence.last, now) & window) != 0 ? 1 : 0;
        });
        if (active < 2) {
            return active;
        }
    }
    origins(account, now, buffer_);
    return count_devices(buffer_, rule_);
}

AccountId Tracker::know(std::string_view account) {
    const NameKey key = NameKey::of(account);
    const std::size_t known = accounts_.size();
    const AccountId id = accounts_.find_or_add(key, key.tag());
    if (accounts_.size() != known) {
        presences_.set_watch_from(id, watch_from_ ? watch_from_(account) : 2);
    }
    return id;
}

int Tracker::origin_count(AccountId account, Slot now) const {
    const int reach = rule_.counting == Counting::first_come
                          ? std::max(rule_.window, rule_.lifetime)
                          : rule_.window;
    int count = 0;
    presences_.each(account, now, [&](const Presence& presence) {
        count += now - presence.last < reach ? 1 : 0;
    });
    return count;
}

std::optional<Slot> Tracker::last_slot(AccountId account, Slot now) const {
    std::optional<Slot> last;
    presences_.each(account, now, [&last](const Presence& presence) {
        last = std::max(last.value_or(presence.last), presence.last);
    });
    return last;
}

Tracker::At Tracker::at(AccountId account, const Address& address, Slot now) const {
    At best = At::nowhere_near;
    const Mark asked = Mark::of({}, address, now);
    presences_.each(account, now, [&](const Presence& presence) {
        const Network network = origins_.network(presence.key());
        if (now - presence.last >= rule_.window || !network.contains(address)) {
            return;
        }
        const bool same_host = presence.host == host_of(asked);
        best = std::max(best, same_host ? At::here : At::same_origin);
    });
    return best;
}

bool Tracker::may_reach(AccountId account, Slot now, int devices) const {
    std::array<Word, PresenceTable::most_origins> words;  // NOLINT(*-member-init): filled below
    std::size_t count = 0;
    presences_.each(account, now, [&](const Presence& presence) {
        if (count < words.size()) {
            words[count++] = aligned(presence.word(), presence.last, now);
        }
    });
    return std::cmp_greater_equal(count, devices) &&
           tracker::may_reach(std::span(words).first(count), devices, rule_);
}

namespace {

/// Adds one account's activities to what is known of their networks.
void sample(std::uint32_t tag, std::span<OriginActivity> activities, Networks& into) {
    std::ranges::sort(activities, {}, [](const OriginActivity& a) {
        return std::pair(a.key.family, a.asn);
    });
    std::vector<Asn> v4;
    for (auto it = activities.begin(); it != activities.end();) {
        const auto end = std::find_if(it, activities.end(), [it](const OriginActivity& a) {
            return a.asn != it->asn || a.key.family != it->key.family;
        });
        if (it->key.family == Family::v4) {
            into.add_sample(it->asn, static_cast<int>(end - it));
            if (it->asn.value != 0) {
                v4.push_back(it->asn);
            }
        } else if (it->asn.value != 0) {
            into.dual_stack().add_sample(tag, it->asn, v4);
        }
        it = end;
    }
}

}  // namespace

void Tracker::sample_networks(Slot now, unsigned thinning, Networks& into) const {
    const std::uint32_t mask = (std::uint32_t{1} << thinning) - 1;
    std::vector<AccountId> sampled;
    for (std::uint32_t value = 0; value < accounts_.capacity(); ++value) {
        const AccountId id{value};
        if (accounts_.is_known(id) && (accounts_.tag(id) & mask) == 0) {
            sampled.push_back(id);
        }
    }
    std::size_t active = 0;
    std::vector<OriginActivity> activities;
    const Word window = (Word{1} << static_cast<unsigned>(std::min(rule_.window, 63))) - 1;
    for (std::size_t i = 0; i < sampled.size(); ++i) {
        presences_.prefetch(sampled[std::min(i + 16, sampled.size() - 1)].value);
        origins(sampled[i], now, activities);
        std::erase_if(activities, [window](const OriginActivity& a) {
            return (a.word & window) == 0;
        });
        active += activities.empty() ? std::size_t{0} : std::size_t{1};
        sample(accounts_.tag(sampled[i]), activities, into);
    }
    into.dual_stack().add_accounts(active);
}

void Tracker::forget_idle(Slot now, const std::function<bool(AccountId)>& may_forget) {
    std::vector<bool> used(origins_.v6_count());
    for (std::uint32_t value = 0; value < accounts_.capacity(); ++value) {
        const AccountId id{value};
        if (!accounts_.is_known(id)) {
            continue;
        }
        bool idle = true;
        presences_.each(id, now, [&](const Presence& presence) {
            idle = false;
            if (presence.key().family == Family::v6) {
                used[presence.origin] = true;
            }
        });
        if (idle && may_forget(id)) {
            forget_presence(id);
            accounts_.remove(id);
        }
    }
    // Numbers of forgotten origins may be given again, so no cache may remember them.
    comings_.forget_before((now - word_slots + 1) * std::int64_t{slot_length.count()});
    origins_.keep_only(used);
    asns_.clear();
}

void Tracker::forget_presence() {
    presences_.clear_all();
    comings_.forget_all();
}

std::size_t Tracker::allocated_bytes() const {
    return accounts_.allocated_bytes() + origins_.allocated_bytes() + presences_.allocated_bytes() +
           is_changed_.capacity() * 8 + changed_.capacity() * 4;
}

}  // namespace fairgate::tracker
