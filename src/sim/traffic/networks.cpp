#include "sim/traffic/networks.hpp"

#include <array>
#include <cstddef>

namespace fairgate::sim::traffic {

namespace {

Provider provider(
    std::string_view name, std::uint32_t asn, std::string_view v4, std::string_view v6 = {}
) {
    Provider made{.name = name, .asn = asn, .v4 = *Network::parse(v4), .v6 = std::nullopt};
    if (!v6.empty()) {
        made.v6 = *Network::parse(v6);
    }
    return made;
}

Providers routed() {
    return Providers{
        .fixed =
            {provider("Deutsche Telekom", 3320, "79.192.0.0/10", "2003::/23"),
             provider("Vodafone Germany", 3209, "88.64.0.0/12", "2a00::/22"),
             provider("Free", 12322, "82.224.0.0/11", "2a01:e20::/27"),
             provider("Orange France", 3215, "86.192.0.0/11", "2a01:c910::/29"),
             provider("Telecom Italia", 3269, "79.0.0.0/10", "2a01:2000::/20"),
             provider("BT", 2856, "86.128.0.0/10", "2a01:4c8::/29"),
             provider("Sky UK", 5607, "90.192.0.0/11", "2a02:c78::/29"),
             provider("TCI", 58224, "5.232.0.0/14", "2a04:2680:10::/44"),
             provider("Shatel", 31549, "151.238.0.0/15"),
             provider("Asiatech", 43754, "46.143.0.0/17"),
             provider("Rostelecom", 12389, "178.64.0.0/13"),
             provider("Novotelecom", 31200, "37.192.0.0/14"),
             provider("Comcast", 7922, "73.0.0.0/8", "2601:200::/23"),
             provider("VNPT", 45899, "14.160.0.0/11", "2001:ee0::/30"),
             provider("FPT", 18403, "42.112.0.0/13", "2405:4800::/30"),
             provider("Turk Telekom", 9121, "85.96.0.0/12", "2a00:1d30::/29"),
             provider("KPN", 1136, "77.160.0.0/12", "2a02:a440::/26"),
             provider("Telefonica Spain", 3352, "83.32.0.0/11", "2a02:9100::/24")},
        .mobile =
            {provider("Free Mobile", 51207, "37.160.0.0/12", "2a0d:e480::/29"),
             provider("Three UK", 206067, "188.28.0.0/14", "2a04:4a43::/32"),
             provider("MCI", 197207, "5.208.0.0/13", "2a02:4540::/29"),
             provider("Rightel", 57218, "5.72.0.0/15"),
             provider("Verizon Wireless", 6167, "97.160.0.0/13", "2600:1008::/29"),
             provider("Turkcell", 16135, "178.244.0.0/14", "2a02:4e0::/32"),
             provider("Docomo", 9605, "27.228.0.0/15", "240a:6b::/32"),
             provider("MobiFone", 131429, "42.1.64.0/18", "2402:9d80::/32")},
        .rotating =
            {provider("Irancell", 44244, "5.112.0.0/12", "2a01:5ec0::/33"),
             provider("T-Mobile US", 21928, "172.32.0.0/11", "2607:fb98::/29"),
             provider("MegaFon", 31133, "178.179.0.0/16")},
        .mixed =
            {provider("MTS", 8359, "91.76.0.0/14", "2a00:1fa0::/29"),
             provider("Viettel", 7552, "27.72.0.0/13", "2402:800::/32")},
        .exits =
            {provider("Cloudflare", 13335, "104.24.0.0/15", "2a09:bac4::/30"),
             provider("M247", 9009, "146.70.64.0/18"),
             provider("Datacamp", 212238, "149.102.224.0/19")},
    };
}

/// RFC 2544 (198.18/15), RFC 3849 and RFC 9637 (2001:db8::/32, 3fff::/20).
Providers unrouted() {
    return Providers{
        .fixed =
            {provider("home-a", 0, "198.18.0.0/17", "2001:db8::/34"),
             provider("home-b", 0, "198.18.128.0/17", "2001:db8:4000::/34")},
        .mobile =
            {provider("mobile-a", 0, "198.19.0.0/18", "3fff::/24"),
             provider("mobile-b", 0, "198.19.64.0/18", "3fff:100::/24")},
        .rotating = {provider("rotating", 0, "198.19.128.0/18")},
        .mixed = {provider("mixed", 0, "198.19.192.0/19")},
        .exits = {provider("exit", 0, "198.19.224.0/19", "3fff:200::/24")},
    };
}

/// The base of a prefix with `value` put into the bits from `length` up to `up_to`.
Network subnet(const Network& within, std::uint64_t value, int up_to) {
    if (within.base().is_v4()) {
        const int free = up_to - within.length();
        const auto bits = static_cast<std::uint32_t>(value & ((std::uint64_t{1} << free) - 1));
        return {Address::v4(within.base().v4_bits() | bits << (32 - up_to)), up_to};
    }
    const int free = up_to - within.length();
    const std::uint64_t upper =
        within.base().upper_half() | (value & ((std::uint64_t{1} << free) - 1)) << (64 - up_to);
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[i] = static_cast<std::uint8_t>(upper >> (56 - 8 * i));
    }
    return {Address::v6(bytes), up_to};
}

}  // namespace

Providers providers(AddressSpace space) {
    return space == AddressSpace::routed ? routed() : unrouted();
}

Address any_v4(Random& random, const Network& within) {
    if (within.length() == 32) {
        return within.base();
    }
    const Network host = subnet(within, random.next(), 32);
    return host.base();
}

Network any_subnet24(Random& random, const Network& within) {
    return within.length() >= 24 ? within : subnet(within, random.next(), 24);
}

Network any_subnet64(Random& random, const Network& within) {
    return subnet(within, random.next(), 64);
}

Address any_host64(Random& random, const Network& net) {
    std::array<std::uint8_t, 16> bytes = net.base().bytes();
    const std::uint64_t host = random.next();
    for (std::size_t i = 0; i < 8; ++i) {
        bytes[8 + i] = static_cast<std::uint8_t>(host >> (56 - 8 * i));
    }
    return Address::v6(bytes);
}

}  // namespace fairgate::sim::traffic
