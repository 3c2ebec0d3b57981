#pragma once

#include "model/account.hpp"
#include "tracker/chunks.hpp"
#include "tracker/origin_table.hpp"
#include "tracker/slot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace fairgate::tracker {

/// One account at one origin: 20 bytes, so that three and a link fill one cache line.
struct Presence {
    std::uint32_t origin = 0;
    Slot last = 0;                          ///< newest slot with activity
    std::array<std::uint32_t, 2> halves{};  ///< the word of slots, newest in bit 0
    std::uint8_t host = 0;     ///< the last host part seen, to tell a home from a carrier's pool
    std::uint8_t visits = 0;   ///< activities seen; halved together with changes when full
    std::uint8_t changes = 0;  ///< how many of them came from another host than the one before
    std::uint8_t kind = 0;     ///< 0: free, else 1 + Family

    Word word() const { return Word{halves[1]} << 32U | halves[0]; }
    void set_word(Word word) {
        halves = {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32U)};
    }
    bool used() const { return kind != 0; }
    OriginKey key() const { return {origin, kind == 2 ? Family::v6 : Family::v4}; }
};
static_assert(sizeof(Presence) == 20);

/// Who was where in the last 64 slots. An origin idle for longer is forgotten; its place is used
/// again.
class PresenceTable {
public:
    /// Marks activity. Late and repeated marks change nothing twice; older than the word's 64
    /// slots are ignored. True when as many origins as set_watch_from() named were active within
    /// `window` slots, this one among them.
    bool mark(AccountId account, OriginKey origin, std::uint8_t host, Slot slot, int window);

    /// From how many origins on mark() reports an account: 2 unless set.
    void set_watch_from(AccountId account, int origins);
    int watch_from(AccountId account) const;

    /// Calls `take(const Presence&)` for each origin active within the 64 slots before `now`.
    template <class Take>
    void each(AccountId account, Slot now, Take&& take) const {
        if (account.value >= blocks_.size()) {
            return;
        }
        for (const Block* block = &blocks_[account.value];; block = &more_[block->next() - 1]) {
            for (const Presence& presence : block->presences) {
                if (presence.used() && now - presence.last < word_slots) {
                    take(presence);
                }
            }
            if (block->next() == 0) {
                return;
            }
        }
    }

    bool is_idle(AccountId account, Slot now) const;
    void clear(AccountId account);
    /// One origin of it.
    void clear(AccountId account, OriginKey origin);
    /// Forgets everything: the log's time went backwards, or a source was down for long.
    void clear_all();
    void prefetch(std::uint32_t id) const {
        if (id < blocks_.size()) {
            __builtin_prefetch(&blocks_[id]);
        }
    }
    std::size_t allocated_bytes() const {
        return blocks_.allocated_bytes() + more_.allocated_bytes();
    }
    /// Origins tracked at `now`; walks everything.
    std::size_t count_pairs(Slot now) const;

    /// More origins than this of one account at once replace its oldest: no account may cost more.
    static constexpr int most_origins = 255;

private:
    struct alignas(64) Block {
        std::array<Presence, 3> presences;
        std::uint32_t packed = 0;  ///< low 24 bits: 1 + index of the next block; high 8: watch from

        std::uint32_t next() const { return packed & 0xffffffU; }
        void set_next(std::uint32_t next) { packed = (packed & 0xff000000U) | next; }
        std::uint32_t watch_from() const { return packed >> 24U; }
    };
    static_assert(sizeof(Block) == 64);

    Block& block_of(AccountId account);
    Presence& place_for_new(Block& first, Slot slot);

    Chunks<Block, 15> blocks_;
    Chunks<Block, 12> more_;
    std::vector<std::uint32_t> free_more_;
};

}  // namespace fairgate::tracker
