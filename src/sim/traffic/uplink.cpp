#include "sim/traffic/uplink.hpp"

#include "sim/traffic/networks.hpp"

#include <cstdint>

namespace fairgate::sim::traffic {

Duration seconds(double count) { return Duration{static_cast<std::int64_t>(count * 1e6)}; }

Duration minutes(double count) { return seconds(60 * count); }

Duration random_span(Random& random, Duration mean) {
    return seconds(random.uniform(0.5, 1.5) * static_cast<double>(mean.count()) * 1e-6);
}

Uplink::Uplink(
    Random& random,
    std::optional<LeaseV4> v4,
    std::optional<LeaseV6> v6,
    double v6_share,
    Duration family_hold
)
    : v4_(v4), v6_(v6), v6_share_(v6_share), family_hold_(family_hold) {
    if (v4_) {
        for (int i = 0; i < v4_->hosts; ++i) {
            hosts_.push_back(any_v4(random, v4_->range));
        }
        address_v4_ = another_v4(random);
    }
    if (v6_) {
        subnet_ = any_subnet64(random, v6_->range);
        address_v6_ = any_host64(random, subnet_);
    }
}

Address Uplink::source(TimePoint time, Random& random) {
    if (!v4_ || !v6_) {
        return v4_ ? source_v4(time, random) : source_v6(time, random);
    }
    if (time >= family_until_) {
        use_v6_ = random.chance(v6_share_);
        family_until_ = time + random_span(random, family_hold_);
    }
    return use_v6_ ? source_v6(time, random) : source_v4(time, random);
}

Address Uplink::another_v4(Random& random) {
    return hosts_.empty() ? any_v4(random, v4_->range) : random.pick(hosts_);
}

Address Uplink::source_v4(TimePoint time, Random& random) {
    switch (v4_->renewal) {
        case Renewal::never:
            break;
        case Renewal::by_connection:
            address_v4_ = another_v4(random);
            break;
        case Renewal::by_period:
            if (time >= v4_until_) {
                address_v4_ = another_v4(random);
                v4_until_ = time + random_span(random, v4_->period);
            }
            break;
    }
    return address_v4_;
}

Address Uplink::source_v6(TimePoint time, Random& random) {
    const bool moved = v6_->renewal == Renewal::by_connection ||
                       (v6_->renewal == Renewal::by_period && time >= subnet_until_);
    if (moved) {
        subnet_ = any_subnet64(random, v6_->range);
        subnet_until_ = time + random_span(random, v6_->period);
    }
    if (moved || time >= privacy_until_) {
        address_v6_ = any_host64(random, subnet_);
        privacy_until_ = time + random_span(random, v6_->privacy_period);
    }
    return address_v6_;
}

}  // namespace fairgate::sim::traffic
