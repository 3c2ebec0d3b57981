#pragma once

#include "sim/traffic/lines.hpp"
#include "sim/traffic/story.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::sim::traffic {

/// What to generate. Equal settings give equal bytes.
struct TrafficSettings {
    std::uint64_t seed = 1;
    int accounts = 400;
    Duration length = std::chrono::hours{6};
    Shape shape;
    AddressSpace space = AddressSpace::routed;
    std::chrono::sys_days day{};  ///< the log begins on this day at the shape's hour
};

/// An account and what is true about it.
struct AccountTruth {
    std::string name;   ///< as a backend maps it
    std::string email;  ///< as the core writes it: "17.alice", "alice" or "17"
    Story story = Story::home_phone;
    int limit = 1;
    std::vector<Sharing> sharing;
};

/// The access log of some servers for some hours, and the truth about every account in it.
/// Holds about 56 bytes a line; the text is made when asked for.
class Traffic {
public:
    explicit Traffic(const TrafficSettings& settings);

    const std::vector<AccountTruth>& accounts() const { return accounts_; }
    Interval window() const { return window_; }

    /// Entries in the order in which they reach the merged log. An entry is one line, or the two
    /// of a forgery.
    std::size_t size() const { return entries_.size(); }
    /// When an entry reaches the log (not the time it shows, which is its node's).
    TimePoint time_of(std::size_t entry) const { return entries_[entry].arrives; }
    void append(std::size_t entry, std::string& out);

    /// Account to devices allowed, as `fairgate replay --limits` reads it.
    std::string limits_json() const;
    /// Everything that is true, schema fairgate.truth/1.
    std::string truth_json() const;

private:
    enum class Kind : std::uint8_t { accepted, blocked, rejected, dns, error, forged };
    struct Entry {
        TimePoint shown;
        TimePoint arrives;
        Address source;
        std::uint32_t account = 0;
        std::uint16_t port = 0;
        std::uint8_t node = 0;
        Kind kind = Kind::accepted;
        Protocol protocol = Protocol::vless;
    };

    void name_accounts(Random random, const std::vector<Story>& stories);
    void add_life(Random random, std::uint32_t account, Life life);
    void add_noise(Random random);
    void let_nodes_differ(Random random);

    TrafficSettings settings_;
    Interval window_;
    std::vector<AccountTruth> accounts_;
    std::vector<Entry> entries_;
    std::vector<Address> claimed_;  ///< by account: the address that forged lines give it
    std::vector<LineWriter> writers_;
};

}  // namespace fairgate::sim::traffic
