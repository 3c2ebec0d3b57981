#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/denial.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What our table in nf_tables looks like, in nft's words and in its JSON. Only numbers and
// Address::text() ever come into these words.

namespace fairgate::kernel {

/// A denial, and until when the kernel is to keep it.
struct NftElement {
    Denial denial;
    std::optional<TimePoint> until;  ///< none: until it is removed

    bool operator==(const NftElement&) const = default;
};

struct NftSettings {
    /// Ports of TCP that are never refused, whatever address asks: those of SSH.
    std::vector<std::uint16_t> open_ports = {22};
};

/// Packets and bytes refused since the table was made.
struct NftCounters {
    std::uint64_t tcp_packets = 0;
    std::uint64_t udp_packets = 0;
    std::uint64_t bytes = 0;
};

/// What a listing of our table says.
struct NftListing {
    bool whole = false;  ///< each set, chain and rule is as this version makes it, and no other
    std::vector<NftElement> elements;
    NftCounters counters;
};

namespace nft {

/// Makes the table anew, whatever is there, in one transaction.
std::string make_table(const NftSettings& settings);
/// The comment of each rule: the version of this layout and the open ports, so that an older table
/// and one that somebody touched are told from ours.
std::string mark_of(const NftSettings& settings);
/// Takes it away, whether it is there or not.
std::string drop_table();

/// The set of the table that holds such denials: "address4", "door6", "flow4".
std::string set_of(const Denial& denial);
/// "203.0.113.5", "203.0.113.5 . 6 . 443", "203.0.113.5 . 50000 . 17 . 443"
std::string key_of(const Denial& denial);

enum class Order { add, take_away };
/// One command for each set concerned. Those whose time is over by `now` are left out of an
/// addition.
std::string change(Order order, std::span<const NftElement> elements, TimePoint now);
std::string look_up(const Denial& denial);

/// Reads `list table inet fairgate`. FG-KRN-006.
Result<NftListing> read_listing(
    std::string_view json, const NftSettings& settings, TimePoint now, const std::string& place
);

}  // namespace nft

}  // namespace fairgate::kernel
