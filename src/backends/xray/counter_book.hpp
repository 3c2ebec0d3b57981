#pragma once

#include "backends/xray/core_client.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

/// Bytes of one account since we began to look; only ever grow.
struct Traffic {
    std::uint64_t up = 0;
    std::uint64_t down = 0;

    bool operator==(const Traffic&) const = default;
};

/// "user>>>EMAIL>>>traffic>>>uplink" in its parts. Nothing for other counters, and for an e-mail
/// that holds ">>>" itself: nobody could tell where it ends.
struct UserCounter {
    enum class Way { up, down };
    std::string_view email;
    Way way = Way::up;
};
std::optional<UserCounter> user_counter(std::string_view name);

/// Totals out of counters that others may reset, that start from nothing with their core, and that
/// we never reset. Pure.
class CounterBook {
public:
    /// The first reading ever is where counting begins: what was used before is not known to be
    /// new. `process` says whether the core is the one of the reading before. A counter that is
    /// smaller than last time was reset by someone else: what it shows is new.
    void take(const std::vector<Counter>& counters, Process process);

    const std::map<std::string, Traffic, std::less<>>& totals() const { return totals_; }
    /// How often a counter was found smaller though the core had not been restarted.
    std::uint64_t resets_by_others() const { return resets_; }

private:
    std::map<std::string, std::int64_t, std::less<>> last_;
    std::map<std::string, Traffic, std::less<>> totals_;
    bool begun_ = false;
    std::uint64_t resets_ = 0;
};

}  // namespace fairgate::backends::xray
