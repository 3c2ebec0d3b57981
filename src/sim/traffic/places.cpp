#include "sim/traffic/places.hpp"

#include <algorithm>
#include <cstdint>

namespace fairgate::sim::traffic {

namespace {

/// Another provider of the list than this one, and of another ASN where ASNs are known.
const Provider& other_than(
    Random& random, const std::vector<Provider>& list, const Provider& other
) {
    while (true) {
        const Provider& drawn = random.pick(list);
        if (drawn.name != other.name) {
            return drawn;
        }
    }
}

const Provider& with_v6(Random& random, const std::vector<Provider>& list) {
    while (true) {
        const Provider& drawn = random.pick(list);
        if (drawn.v6) {
            return drawn;
        }
    }
}

Duration hours_around(Random& random, double low, double high) {
    return minutes(60 * random.log_uniform(low, high));
}

}  // namespace

const Provider& Places::fixed() {
    return random_.pick(
        random_.chance(shape_.mixed_share / 3) ? providers_.mixed : providers_.fixed
    );
}

const Provider& Places::rotating_carrier() {
    return random_.pick(
        random_.chance(shape_.mixed_share) ? providers_.mixed : providers_.rotating
    );
}

const Provider& Places::fixed_other_than(const Provider& other) {
    return other_than(random_, providers_.fixed, other);
}

const Provider& Places::carrier_other_than(const Provider& other) {
    return other_than(random_, providers_.mobile, other);
}

const Provider& Places::fixed_with_v6() { return with_v6(random_, providers_.fixed); }

const Provider& Places::carrier_with_v6() { return with_v6(random_, providers_.mobile); }

Network Places::homes_of(const Provider& provider) {
    const int length = provider.v4.length() + 1;
    return {Address::v4(provider.v4.base().v4_bits() | std::uint32_t{1} << (32 - length)), length};
}

LeaseV6 Places::home_lease_v6(const Provider& provider) {
    return {
        .range = any_subnet64(random_, *provider.v6),
        .renewal = Renewal::never,
        .period = {},
        .privacy_period = hours_around(random_, 0.15, 6)
    };
}

Uplink Places::home(const Provider& provider) {
    return has_v6(provider) ? dual_stack_home(provider) : home_v4(provider);
}

Uplink Places::home_v4(const Provider& provider) {
    // The range is one address, so that every copy of the uplink has the same.
    const Network line{any_v4(random_, homes_of(provider)), 32};
    return {random_, LeaseV4{.range = line, .renewal = Renewal::never, .period = {}}, std::nullopt};
}

Uplink Places::home_v6(const Provider& provider) {
    LeaseV6 lease = home_lease_v6(provider);
    lease.privacy_period = hours_around(random_, 0.1, 1);
    return {random_, std::nullopt, lease};
}

Uplink Places::dual_stack_home(const Provider& provider) {
    const Network line{any_v4(random_, homes_of(provider)), 32};
    const Duration hold = random_.chance(0.5) ? Duration{} : minutes(random_.log_uniform(0.5, 10));
    return {
        random_,
        LeaseV4{.range = line, .renewal = Renewal::never, .period = {}},
        home_lease_v6(provider),
        random_.uniform(0.3, 0.8),
        hold
    };
}

Uplink Places::phone(const Provider& provider) {
    if (has_v6(provider)) {
        return dual_stack_phone(provider);
    }
    return phone_v4(provider);
}

Uplink Places::phone_v4(const Provider& provider) {
    const LeaseV4 lease{
        .range = homes_of(provider),
        .renewal = random_.chance(0.5) ? Renewal::by_period : Renewal::never,
        .period = hours_around(random_, 0.7, 3)
    };
    return {random_, lease, std::nullopt};
}

Uplink Places::dual_stack_phone(const Provider& provider) {
    const LeaseV4 v4{
        .range = homes_of(provider),
        .renewal = Renewal::by_period,
        .period = hours_around(random_, 0.7, 3)
    };
    const LeaseV6 v6{
        .range = *provider.v6,
        .renewal = Renewal::by_period,
        .period = hours_around(random_, 0.2, 2),
        .privacy_period = hours_around(random_, 1, 6)
    };
    const Duration hold = random_.chance(0.5) ? Duration{} : minutes(random_.log_uniform(0.5, 10));
    return {random_, v4, v6, random_.uniform(0.3, 0.8), hold};
}

Uplink Places::cells(const Provider& provider) {
    const Duration period = minutes(shape_.cell_minutes.draw(random_));
    const LeaseV4 v4{.range = homes_of(provider), .renewal = Renewal::by_period, .period = period};
    if (!has_v6(provider)) {
        return {random_, v4, std::nullopt};
    }
    const LeaseV6 v6{
        .range = *provider.v6,
        .renewal = Renewal::by_period,
        .period = period,
        .privacy_period = period
    };
    return {random_, v4, v6, random_.uniform(0.2, 0.8), minutes(2)};
}

Uplink Places::pool_in_24(const Provider& provider) {
    const LeaseV4 lease{
        .range = any_subnet24(random_, homes_of(provider)),
        .renewal = Renewal::by_connection,
        .period = {}
    };
    return {random_, lease, std::nullopt};
}

Network Places::pool_of(const Provider& provider) {
    const int room = 1 << std::min(2, 19 - provider.v4.length());  // the lower half is pools
    const auto which = static_cast<std::uint32_t>(random_.between(0, room - 1));
    return {Address::v4(provider.v4.base().v4_bits() | which << 12), 20};
}

Uplink Places::pool_in_20(const Provider& provider) {
    const Network pool = pool_of(provider);
    const LeaseV4 lease{.range = pool, .renewal = Renewal::by_connection, .period = {}};
    if (!has_v6(provider)) {
        return {random_, lease, std::nullopt};
    }
    const LeaseV6 v6{
        .range = any_subnet64(random_, *provider.v6),
        .renewal = Renewal::never,
        .period = {},
        .privacy_period = hours_around(random_, 1, 6)
    };
    return {random_, lease, v6, random_.uniform(0.1, 0.6), {}};
}

Uplink Places::pool_of_few(const Provider& provider) {
    const LeaseV4 lease{
        .range = pool_of(provider),
        .renewal = Renewal::by_connection,
        .period = {},
        .hosts = random_.between(4, 12)
    };
    return {random_, lease, std::nullopt};
}

Uplink Places::pool_by_minute(const Provider& provider) {
    const LeaseV4 lease{
        .range = pool_of(provider),
        .renewal = Renewal::by_period,
        .period = minutes(random_.log_uniform(0.4, 2))
    };
    return {random_, lease, std::nullopt};
}

Uplink Places::exit_of(const Provider& provider) {
    const LeaseV4 v4{
        .range = provider.v4,
        .renewal = Renewal::by_period,
        .period = minutes(random_.log_uniform(4, 40))
    };
    if (!provider.v6) {
        return {random_, v4, std::nullopt};
    }
    const LeaseV6 v6{
        .range = *provider.v6,
        .renewal = Renewal::by_period,
        .period = minutes(random_.log_uniform(4, 40)),
        .privacy_period = minutes(60)
    };
    return {random_, v4, v6, 0.5, minutes(1)};
}

Duration Places::linger() {
    return random_.chance(shape_.linger_chance) ? seconds(random_.uniform(3, 30)) : Duration{};
}

}  // namespace fairgate::sim::traffic
