#include "replay/time_jumps.hpp"

#include <algorithm>
#include <vector>

namespace fairgate::replay {

namespace {

constexpr tracker::Slot jump_slots = 2160;  // six hours
constexpr std::size_t most_dropped = 3;

tracker::Slot middle_slot(const LineBatch& batch) {
    std::vector<tracker::Slot> slots;
    for (const LineBatch::Shard& shard : batch.shards) {
        for (const tracker::Mark& mark : shard.all()) {
            slots.push_back(mark.slot);
        }
    }
    const auto middle = slots.begin() + static_cast<std::ptrdiff_t>(slots.size() / 2);
    std::ranges::nth_element(slots, middle);
    return *middle;
}

}  // namespace

void drop_time_jumps(LineBatch& batch) {
    if (batch.observations < 8 ||
        batch.newest - tracker::slot_of_second(batch.first_second) <= jump_slots) {
        return;
    }
    const tracker::Slot latest = middle_slot(batch) + jump_slots;
    std::size_t beyond = 0;
    for (const LineBatch::Shard& shard : batch.shards) {
        for (const tracker::Mark& mark : shard.all()) {
            beyond += mark.slot > latest ? 1U : 0U;
        }
    }
    if (beyond == 0 || beyond > most_dropped) {
        return;
    }
    batch.newest = std::numeric_limits<tracker::Slot>::min();
    batch.last_second = std::numeric_limits<std::int64_t>::min();
    for (LineBatch::Shard& shard : batch.shards) {
        const auto dropped = std::ranges::remove_if(shard.all(), [latest](const auto& mark) {
            return mark.slot > latest;
        });
        shard.count -= dropped.size();
        for (std::size_t i = 0; i < shard.count; ++i) {
            tracker::Mark& mark = shard.marks[i];
            // Running by shard, which is enough: it is only compared within one.
            mark.seen = i == 0 ? mark.slot : std::max(shard.marks[i - 1].seen, mark.slot);
            batch.newest = std::max(batch.newest, mark.slot);
        }
    }
    batch.last_second = std::int64_t{batch.newest} * tracker::slot_length.count();
    batch.left_out[static_cast<std::size_t>(LeftOut::time_jump)] += beyond;
    batch.observations -= beyond;
}

}  // namespace fairgate::replay
