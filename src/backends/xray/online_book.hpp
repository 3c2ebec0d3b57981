#pragma once

#include "backends/xray/core_client.hpp"
#include "base/clock.hpp"
#include "model/address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::backends::xray {

/// An account did something at an address.
struct Sighting {
    std::string email;
    Address address;
    TimePoint time;

    bool operator==(const Sighting&) const = default;
};

/// Which of the addresses that a core calls online were really used since it was last asked. A core
/// keeps an address for minutes after a phone has vanished (Xray-core app/stats/online_map.go), so
/// only a last_seen that goes on counts. Pure.
class OnlineBook {
public:
    struct Outcome {
        std::vector<Sighting> seen;
        std::size_t idle = 0;      ///< on the list, and not used since
        std::size_t left_out = 0;  ///< nobody's own address, or no address at all
    };
    /// What stood for longer than `window` is not told the first time.
    Outcome take(const std::vector<OnlineAddress>& online, TimePoint now, Duration window);

    /// How far the core's clock is ahead of ours, from the newest that was seen; as rough as the
    /// time between two answers. Nothing before the first.
    std::optional<Duration> clock_offset() const { return offset_; }
    /// Our clock was set (back: negative).
    void clock_was_set() { offset_.reset(); }

private:
    using Key = std::pair<std::string, Address>;
    std::map<Key, std::int64_t> last_;
    std::optional<Duration> offset_;
};

}  // namespace fairgate::backends::xray
