#include "replay/relay.hpp"

#include <algorithm>
#include <thread>

namespace fairgate::replay {

Relay::Relay(unsigned threads, std::size_t places) : places_(places), shards_(threads) {}
Relay::~Relay() = default;

void Relay::run() {
    std::vector<std::jthread> others;
    for (unsigned thread = 1; thread < shards_.size(); ++thread) {
        others.emplace_back([this, thread] { serve(thread); });
    }
    serve(0);
}

void Relay::serve(unsigned thread) {
    while (!is_over(thread)) {
        const std::uint32_t before = changes_.load();
        if (thread == 0) {
            look_around();
        }
        // Counting first: it frees places, and what was just parsed is still in the cache.
        if (count_next(thread) || parse_next(thread) || is_over(thread)) {
            continue;
        }
        changes_.wait(before);
    }
}

bool Relay::count_next(unsigned shard) {
    std::atomic<std::size_t>& counted = shards_[shard].counted;
    const std::size_t number = counted.load(std::memory_order_relaxed);
    if (number >= lined_up_.load() || !may_count(number)) {
        return false;
    }
    count(number, shard);
    counted.store(number + 1);
    tell();
    return true;
}

/// Learns first, if that is asked for and all others have come as far.
bool Relay::may_count(std::size_t number) {
    if (places_[place_of(number)].before == Before::nothing || learned_.load() >= number) {
        return true;
    }
    const std::unique_lock lock(learning_, std::try_to_lock);
    if (!lock.owns_lock() || counted_by_all() < number) {
        return false;
    }
    if (learned_.load() < number) {
        learn(number);
        learned_.store(number);
        tell();
    }
    return true;
}

bool Relay::parse_next(unsigned thread) {
    std::size_t claimed = claimed_.load();
    do {
        if (claimed >= counted_by_all() + places_.size() || end_.load() != unknown) {
            return false;
        }
    } while (!claimed_.compare_exchange_weak(claimed, claimed + 1));
    const Parsed parsed = parse(thread);
    if (parsed.end) {
        std::size_t known = end_.load();
        while (parsed.number < known && !end_.compare_exchange_weak(known, parsed.number)) {
        }
    } else {
        places_[place_of(parsed.number)].parsed.store(parsed.number + 1);
        line_up_all();
    }
    tell();
    return true;
}

void Relay::line_up_all() {
    const std::scoped_lock lock(lining_up_);
    for (std::size_t number = lined_up_.load();; ++number) {
        Place& place = places_[place_of(number)];
        if (place.parsed.load() != number + 1) {
            return;
        }
        place.before = line_up(number);
        lined_up_.store(number + 1);
    }
}

std::size_t Relay::counted_by_all() const {
    std::size_t least = unknown;
    for (const Shard& shard : shards_) {
        least = std::min(least, shard.counted.load());
    }
    return least;
}

bool Relay::is_over(unsigned shard) const { return shards_[shard].counted.load() >= end_.load(); }

void Relay::stop() {
    end_.store(0);
    tell();
}

void Relay::tell() {
    changes_.fetch_add(1);
    changes_.notify_all();
}

}  // namespace fairgate::replay
