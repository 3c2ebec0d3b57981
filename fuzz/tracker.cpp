// Any marks in any order: the bound stays a bound, the groups agree with the count, and saying a
// thing twice changes nothing.
#include "tracker/tracker.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>
#include <vector>

using namespace fairgate;
using namespace fairgate::tracker;

namespace {

constexpr Slot start = 177'000'000;

void must(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Three bytes a mark: where, which host there, how many slots later (or a little earlier).
Slot feed(Tracker& tracker, std::span<const std::uint8_t> bytes) {
    Slot now = start;
    for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
        const std::uint32_t place = bytes[0];
        now += bytes[2] % 16 == 15 ? bytes[2] / 16 : bytes[2] % 2;
        const Slot slot = bytes[2] % 32 == 3 ? now - 2 : now;
        if (place % 4 == 0) {
            std::array<std::uint8_t, 16> v6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, bytes[0]};
            v6[15] = bytes[1];
            tracker.mark("a", Address::v6(v6), slot);
        } else {
            tracker.mark("a", Address::v4(0xc6120000U | place << 8U | bytes[1]), slot);
        }
    }
    return now;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const CountRule rule;
    Tracker tracker(rule, OriginRule{}, std::make_shared<NoNetworkTable>());
    const std::span bytes(data, size);
    const Slot now = feed(tracker, bytes);
    const auto account = tracker.accounts().find("a");
    if (!account) {
        return 0;
    }
    std::vector<OriginActivity> origins;
    tracker.origins(*account, now, origins);
    const int devices = count_devices(origins, rule);
    must(std::cmp_less_equal(devices, origins.size()));
    must(devices == tracker.devices(*account, now));
    must(devices == 0 || tracker.may_reach(*account, now, devices));
    const DeviceCount counted = count_with_confidence(origins, rule);
    must(counted.devices == devices);
    must(std::cmp_greater_equal(group_devices(origins, rule).size(), devices));
    return 0;
}
