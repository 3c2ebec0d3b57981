#pragma once

#include "base/clock.hpp"
#include "model/limit.hpp"
#include "model/mode.hpp"
#include "model/violation.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace fairgate {

/// One device as it was counted.
struct EvidenceDevice {
    std::vector<std::string> origins;    ///< "203.0.113.0/24"
    std::vector<std::string> addresses;  ///< up to 8, newest first
    std::string network;                 ///< "AS64500 Example Telecom", or empty
    std::string country;
    TimePoint first_seen;
    TimePoint last_seen;
    std::int64_t seconds_active = 0;
    std::int64_t connections = 0;
    std::vector<std::string> nodes;
    std::vector<std::string> inbounds;
};
BOOST_DESCRIBE_STRUCT(
    EvidenceDevice,
    (),
    (origins,
     addresses,
     network,
     country,
     first_seen,
     last_seen,
     seconds_active,
     connections,
     nodes,
     inbounds)
)

/// Something that was seen and left out of the count, and why.
struct NotCounted {
    std::string what;  ///< "198.51.100.9"
    std::string why;   ///< "same origin as 198.51.100.7", "trusted network", …
};
BOOST_DESCRIBE_STRUCT(NotCounted, (), (what, why))

/// A step on the way to the decision.
struct EvidenceEvent {
    TimePoint time;
    std::string what;
};
BOOST_DESCRIBE_STRUCT(EvidenceEvent, (), (time, what))

/// A raw line or sample that proves it, control bytes made visible.
struct EvidenceLine {
    std::string where;  ///< "node:file:offset", or what of it is known
    std::string text;
};
BOOST_DESCRIBE_STRUCT(EvidenceLine, (), (where, text))

/// When the account was active at one origin, and what was known of its network.
struct EvidenceOrigin {
    std::string network;  ///< "203.0.113.0/24"
    std::string slots;    ///< 16 hexadecimal digits: a bit for each 10 s, the lowest is the newest
    std::int64_t asn = 0;
    std::int64_t provider = 0;
    std::string habit;    ///< of the network: unjudged, stable, rotating
    std::string partner;  ///< whose IPv4 comes with this IPv6: own, assumed, any
    int visits = 0;
    int changes = 0;
    std::int64_t since = 0;  ///< second of 1970 in which it came, of first_come
};
BOOST_DESCRIBE_STRUCT(
    EvidenceOrigin, (), (network, slots, asn, provider, habit, partner, visits, changes, since)
)

/// What was counted and how, so that it can be counted again (`fairgate replay --decision`). Empty
/// in evidence that is older than this.
struct EvidencePresence {
    TimePoint until;       ///< end of the newest slot
    std::string counting;  ///< overlap, distinct, first_come
    int window = 0;        ///< in slots of 10 s, as the next two
    int sustain = 0;
    int interval = 0;
    int lifetime = 0;                     ///< of first_come, in slots too
    std::vector<EvidenceOrigin> origins;  ///< up to 256
    int left_out = 0;                     ///< origins beyond them
};
BOOST_DESCRIBE_STRUCT(
    EvidencePresence, (), (until, counting, window, sustain, interval, lifetime, origins, left_out)
)

/// Everything that led to a decision, frozen when it was made.
struct Evidence {
    std::string verdict;  ///< "3 devices at once for 4 m 50 s, limit 2"
    DeviceLimit limit;
    int devices = 0;
    std::vector<EvidenceDevice> counted;
    std::vector<NotCounted> not_counted;
    std::vector<EvidenceEvent> timeline;
    std::string policy;  ///< counting, window, sustain, configuration revision, in words
    Mode mode = Mode::shadow;
    std::vector<std::string> counterfactual;  ///< "would not have happened with limit 3"
    std::vector<EvidenceLine> lines;          ///< up to 50
    std::vector<std::string> next;            ///< what comes next and what can be done
    Confidence confidence = Confidence::high;
    std::vector<std::string> confidence_reasons;
    EvidencePresence presence;
    std::vector<std::string> refused;  ///< addresses that came later than the limit allows
    std::string part_of;  ///< "msr_12": a block that this completes, and that ends it; mostly empty
};
BOOST_DESCRIBE_STRUCT(
    Evidence,
    (),
    (verdict,
     limit,
     devices,
     counted,
     not_counted,
     timeline,
     policy,
     mode,
     counterfactual,
     lines,
     next,
     confidence,
     confidence_reasons,
     presence,
     refused,
     part_of)
)

}  // namespace fairgate
