#include "tracker/presence_table.hpp"

#include <algorithm>

namespace fairgate::tracker {

namespace {

void touch(Presence& presence, std::uint8_t host, Slot slot) {
    const Slot age = slot - presence.last;
    if (age > 0) {
        const Word word = age < word_slots ? presence.word() << static_cast<unsigned>(age) : 0;
        presence.set_word(word | 1U);
        presence.last = slot;
    } else if (age > -word_slots) {
        presence.set_word(presence.word() | Word{1} << static_cast<unsigned>(-age));
    } else {
        return;
    }
    if (presence.visits == 0xff) {
        presence.visits /= 2;
        presence.changes /= 2;
    }
    ++presence.visits;
    if (presence.host != host) {
        presence.host = host;
        ++presence.changes;
    }
}

}  // namespace

PresenceTable::Block& PresenceTable::block_of(AccountId account) {
    while (account.value >= blocks_.size()) {
        blocks_.push_back(Block{});
    }
    return blocks_[account.value];
}

void PresenceTable::set_watch_from(AccountId account, int origins) {
    Block& block = block_of(account);
    const auto from = static_cast<std::uint32_t>(std::clamp(origins, 0, 255));
    block.packed = (block.packed & 0xffffffU) | from << 24U;
}

int PresenceTable::watch_from(AccountId account) const {
    const std::uint32_t from = blocks_[account.value].watch_from();
    return from == 0 ? 2 : static_cast<int>(from);
}

bool PresenceTable::mark(
    AccountId account, OriginKey origin, std::uint8_t host, Slot slot, int window
) {
    const auto kind = static_cast<std::uint8_t>(1 + static_cast<int>(origin.family));
    int others = 0;
    bool found = false;
    Block& first = block_of(account);
    for (Block* block = &first;; block = &more_[block->next() - 1]) {
        for (Presence& presence : block->presences) {
            if (presence.kind == kind && presence.origin == origin.value &&
                slot - presence.last < word_slots) {
                touch(presence, host, slot);
                found = true;
            } else if (presence.used() && slot - presence.last < window) {
                ++others;
            }
        }
        if (block->next() == 0) {
            break;
        }
    }
    if (!found) {
        Presence& presence = place_for_new(first, slot);
        presence = Presence{
            .origin = origin.value,
            .last = slot,
            .halves = {1, 0},
            .host = host,
            .visits = 1,
            .changes = 0,
            .kind = kind
        };
    }
    return others + 1 >= watch_from(account);
}

Presence& PresenceTable::place_for_new(Block& first, Slot slot) {
    Presence* oldest = first.presences.data();
    int count = 0;
    Block* block = &first;
    for (;;) {
        for (Presence& presence : block->presences) {
            if (!presence.used() || slot - presence.last >= word_slots) {
                return presence;
            }
            if (presence.last < oldest->last) {
                oldest = &presence;
            }
            ++count;
        }
        if (block->next() == 0) {
            break;
        }
        block = &more_[block->next() - 1];
    }
    if (count >= most_origins) {
        return *oldest;
    }
    std::uint32_t index = 0;
    if (free_more_.empty()) {
        index = static_cast<std::uint32_t>(more_.size());
        more_.push_back(Block{});
    } else {
        index = free_more_.back();
        free_more_.pop_back();
        more_[index] = Block{};
    }
    block->set_next(index + 1);
    return more_[index].presences[0];
}

bool PresenceTable::is_idle(AccountId account, Slot now) const {
    bool idle = true;
    each(account, now, [&idle](const Presence&) { idle = false; });
    return idle;
}

void PresenceTable::clear(AccountId account) {
    if (account.value >= blocks_.size()) {
        return;
    }
    Block& first = blocks_[account.value];
    for (std::uint32_t next = first.next(); next != 0; next = more_[next - 1].next()) {
        free_more_.push_back(next - 1);
    }
    const std::uint32_t watch_from = first.watch_from();
    first = Block{};
    first.packed = watch_from << 24U;
}

void PresenceTable::clear(AccountId account, OriginKey origin) {
    if (account.value >= blocks_.size()) {
        return;
    }
    for (Block* block = &blocks_[account.value];; block = &more_[block->next() - 1]) {
        for (Presence& presence : block->presences) {
            if (presence.used() && presence.key() == origin) {
                presence = Presence{};
            }
        }
        if (block->next() == 0) {
            return;
        }
    }
}

void PresenceTable::clear_all() {
    for (std::uint32_t id = 0; id < blocks_.size(); ++id) {
        clear(AccountId{id});
    }
}

std::size_t PresenceTable::count_pairs(Slot now) const {
    std::size_t count = 0;
    for (std::uint32_t id = 0; id < blocks_.size(); ++id) {
        each(AccountId{id}, now, [&count](const Presence&) { ++count; });
    }
    return count;
}

}  // namespace fairgate::tracker
