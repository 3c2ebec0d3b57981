#pragma once

#include "base/clock.hpp"
#include "model/address.hpp"
#include "sim/traffic/story.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::demo {

/// An account of the demo and what is true about it.
struct Person {
    std::string name;
    sim::traffic::Story story = sim::traffic::Story::home_phone;
    int limit = 1;
    std::string_view words;   ///< its story in a line; empty: one of the crowd
    Duration shares_after{};  ///< from the beginning of a chapter; of those who share

    bool is_honest() const { return sim::traffic::is_honest(story); }
};

/// The accounts with a story to look at, then a crowd of honest ones. Without a table of networks
/// those stories are left out that nobody could tell from sharing, or sharing from them.
std::vector<Person> people(sim::traffic::AddressSpace space, int crowd);

/// Somebody connects, or forges a line in an account's name.
struct Visit {
    Duration at{};  ///< from the beginning of the chapter
    Address source;
    Address claimed{};  ///< forged only: whom the line names
    std::uint32_t person = 0;
    std::uint16_t port = 0;
    std::uint8_t node = 0;
    enum class Kind : std::uint8_t { honest, forged } kind = Kind::honest;
};

constexpr int node_count = 3;
constexpr Duration chapter_length = std::chrono::hours(2);

/// What everybody does in the chapter of that number, in time order. The same at each start of the
/// program.
std::vector<Visit> chapter(
    const std::vector<Person>& everybody, sim::traffic::AddressSpace space, std::uint64_t number
);

}  // namespace fairgate::demo
