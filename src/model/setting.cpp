#include "model/setting.hpp"

#include <charconv>

namespace fairgate {

std::string to_text(const NetworkScope& scope) {
    if (const auto* asn = std::get_if<Asn>(&scope)) {
        return "AS" + std::to_string(asn->value);
    }
    return std::get<Network>(scope).text();
}

std::optional<NetworkScope> parse_network_scope(std::string_view text) {
    if (!text.starts_with("AS") && !text.starts_with("as")) {
        const auto network = Network::parse(text);
        return network ? std::optional<NetworkScope>(*network) : std::nullopt;
    }
    text.remove_prefix(2);
    Asn asn;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), asn.value);
    if (failed != std::errc{} || end != text.data() + text.size() || asn.value == 0) {
        return std::nullopt;
    }
    return asn;
}

}  // namespace fairgate
