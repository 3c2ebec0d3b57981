#pragma once

#include "model/origin.hpp"
#include "model/violation.hpp"
#include "tracker/dual_stack.hpp"
#include "tracker/origin_table.hpp"
#include "tracker/slot.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

// How many devices an account uses, estimated from when it was active at which origin.
//
// A log line says that a connection was opened, not how long it lived, and a phone is silent most
// of the time. So activity is first bridged: between two signs of life at one origin the device is
// taken to have been there, if the gap is not long compared with its usual gaps. Nothing is ever
// extended beyond the last sign of life, so a hand-over from one network to the next, where the
// old origin falls silent when the new one begins, overlaps in one slot at most.
//
// Origins inside one network that change host from one connection to the next are a carrier's
// address pool and count as one.

namespace fairgate::tracker {

enum class Counting : std::uint8_t {
    overlap,     ///< origins active at the same time, sustained
    distinct,    ///< origins within an interval, as PG-Limiter and V2IpLimit count
    first_come,  ///< origins that hold a slot each; the later ones are the offenders, as in
                 ///< Marzban-Sentry
};

struct CountRule {
    Counting counting = Counting::overlap;
    int window = 30;   ///< slots looked at: five minutes
    int sustain = 6;   ///< slots within it that need so many devices: one minute
    int interval = 6;  ///< slots of distinct
    int lifetime = 9;  ///< slots after its last sign of life in which an origin keeps its place, of
                       ///< first_come: ninety seconds
};

/// What is known of a network's habits, learned over accounts or declared by the operator.
enum class NetworkHabit : std::uint8_t { unjudged, stable, rotating };

/// One origin of one account, as seen from a slot.
struct OriginActivity {
    OriginKey key;
    Word word = 0;  ///< bit 0 is the slot it is seen from
    Asn asn;        ///< 0: not known
    NetworkHabit habit = NetworkHabit::unjudged;
    std::uint8_t visits = 0;
    std::uint8_t changes = 0;
    Asn provider{};  ///< of its network and others; 0: of its network alone
    Ipv4Partner partner = Ipv4Partner::own;
    std::int64_t since = 0;  ///< second of 1970 in which it came, of first_come
};

/// Origins that were taken for one device.
struct CountedDevice {
    std::vector<OriginKey> origins;
    Asn asn;
    int active_slots = 0;    ///< within the window
    std::int64_t since = 0;  ///< second of 1970 in which it came, of first_come
};

struct DeviceCount {
    int devices = 0;
    Confidence confidence = Confidence::high;
    std::vector<std::string> reasons;  ///< why the confidence is not high
};

/// The number of devices now. Takes time linear in origins × window; does not allocate for up to
/// 32 origins.
int count_devices(std::span<const OriginActivity> origins, const CountRule& rule);

/// Whether that many could be counted at all, whatever the networks turn out to be: a test without
/// look-ups for the many accounts that are far from their limit.
bool may_reach(std::span<const Word> words, int devices, const CountRule& rule);

/// count_devices, with how sure it is.
DeviceCount count_with_confidence(std::span<const OriginActivity> origins, const CountRule& rule);

/// The origins grouped as they were counted, the longest active first; of first_come in the order
/// of their coming, so that those beyond the limit stand behind it.
std::vector<CountedDevice> group_devices(
    std::span<const OriginActivity> origins, const CountRule& rule
);

/// Fills gaps of up to `most` silent slots between two active ones.
Word bridged(Word word, int most);

}  // namespace fairgate::tracker
