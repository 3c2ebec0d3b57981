#include "base/json.hpp"
#include "kernel/errors.hpp"
#include "kernel/nft_layout.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

// Reads what `nft -j -n list table` prints (libnftables-json(5)).

namespace fairgate::kernel::nft {

namespace {

using boost::json::object;

constexpr std::array<std::string_view, 7> sets = {
    "address4", "address6", "door4", "door6", "flow4", "flow6", "open"
};
constexpr int rules_of_early = 9;
constexpr int rules_of_refuse = 2;

/// What has been seen of the table, to be compared with what belongs there.
struct Parts {
    std::set<std::string, std::less<>> sets;
    int early = 0;
    int refuse = 0;
    int strange = 0;
    bool hooked = false;
};

std::string_view text_at(const object& from, std::string_view name) {
    const auto* found = from.if_contains(name);
    const auto* text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::uint64_t number_of(const json::Value* value) {
    boost::system::error_code failed;
    const auto number = value == nullptr ? 0 : value->to_number<std::uint64_t>(failed);
    return failed ? 0 : number;
}

std::optional<Address> address_of(const json::Value& value) {
    const auto* text = value.if_string();
    return text == nullptr ? std::nullopt
                           : Address::parse(std::string_view(text->data(), text->size()));
}

std::optional<std::uint16_t> port_of(const json::Value& value) {
    const auto number = number_of(&value);
    constexpr std::uint64_t last = 65535;
    return number == 0 || number > last ? std::nullopt
                                        : std::optional(static_cast<std::uint16_t>(number));
}

/// ["203.0.113.5", 6, 443] or ["203.0.113.5", 50000, 6, 443]
std::optional<Denial> tuple_of(const boost::json::array& parts) {
    if (parts.size() != 3 && parts.size() != 4) {
        return std::nullopt;
    }
    const auto address = address_of(parts[0]);
    const auto protocol = number_of(&parts[parts.size() - 2]);
    const auto peer = parts.size() == 4 ? port_of(parts[1]) : std::optional<std::uint16_t>(0);
    const auto local = port_of(parts[parts.size() - 1]);
    if (!address || !peer || !local || (protocol != 6 && protocol != 17)) {
        return std::nullopt;
    }
    return Denial{*address, protocol == 6 ? Protocol::tcp : Protocol::udp, *peer, *local};
}

std::optional<Denial> denial_of(const json::Value& value) {
    if (const auto* key = value.if_object()) {
        const auto* parts = key->if_contains("concat");
        return parts != nullptr && parts->is_array() ? tuple_of(parts->get_array()) : std::nullopt;
    }
    const auto address = address_of(value);
    return address ? std::optional(Denial{.address = *address}) : std::nullopt;
}

/// A bare key, or {"elem": {"val": key, "timeout": 3600, "expires": 3599}}.
std::optional<NftElement> element_of(const json::Value& value, TimePoint now) {
    const auto* outer = value.if_object();
    const auto* inner = outer == nullptr ? nullptr : outer->if_contains("elem");
    if (inner == nullptr || !inner->is_object()) {
        const auto denial = denial_of(value);
        return denial ? std::optional(NftElement{*denial, std::nullopt}) : std::nullopt;
    }
    const object& element = inner->get_object();
    const auto* key = element.if_contains("val");
    const auto denial = key == nullptr ? std::nullopt : denial_of(*key);
    if (!denial) {
        return std::nullopt;
    }
    const auto* expires = element.if_contains("expires");
    NftElement read{*denial, std::nullopt};
    constexpr std::uint64_t longest = 10'000'000'000;  // three hundred years, in seconds
    if (expires != nullptr) {
        read.until = now + std::chrono::seconds(std::min(number_of(expires), longest));
    }
    return read;
}

void read_set(const object& set, TimePoint now, Parts& parts, NftListing& listing) {
    const std::string_view name = text_at(set, "name");
    parts.sets.emplace(name);
    const auto* elements = set.if_contains("elem");
    if (name == "open" || elements == nullptr || !elements->is_array()) {
        return;
    }
    for (const json::Value& each : elements->get_array()) {
        if (const auto element = element_of(each, now)) {
            listing.elements.push_back(*element);
        } else {
            ++parts.strange;
        }
    }
}

void read_counter(const object& rule, NftCounters& counters, std::string_view comes_before) {
    const auto* expressions = rule.if_contains("expr");
    if (expressions == nullptr || !expressions->is_array()) {
        return;
    }
    for (const json::Value& each : expressions->get_array()) {
        const auto* expression = each.if_object();
        const auto* counter = expression == nullptr ? nullptr : expression->if_contains("counter");
        if (counter == nullptr || !counter->is_object()) {
            continue;
        }
        const auto packets = number_of(counter->get_object().if_contains("packets"));
        (comes_before == "reject" ? counters.tcp_packets : counters.udp_packets) += packets;
        counters.bytes += number_of(counter->get_object().if_contains("bytes"));
    }
}

void read_rule(const object& rule, std::string_view mark, Parts& parts, NftListing& listing) {
    const std::string_view chain = text_at(rule, "chain");
    if (text_at(rule, "comment") != mark) {
        ++parts.strange;
    } else if (chain == "early") {
        ++parts.early;
    } else {
        ++parts.refuse;
        read_counter(rule, listing.counters, parts.refuse == 1 ? "reject" : "drop");
    }
}

bool is_whole(const Parts& parts) {
    const bool all_sets = parts.sets.size() == sets.size() &&
                          std::ranges::all_of(sets, [&parts](std::string_view name) {
                              return parts.sets.contains(name);
                          });
    return all_sets && parts.hooked && parts.strange == 0 && parts.early == rules_of_early &&
           parts.refuse == rules_of_refuse;
}

void read_part(
    const object& part, std::string_view mark, TimePoint now, Parts& parts, NftListing& listing
) {
    for (const auto& [name, value] : part) {
        const auto* members = value.if_object();
        if (members == nullptr) {
            continue;
        }
        if (name == "set") {
            read_set(*members, now, parts, listing);
        } else if (name == "rule") {
            read_rule(*members, mark, parts, listing);
        } else if (name == "chain" && text_at(*members, "name") == "early") {
            parts.hooked = text_at(*members, "hook") == "prerouting";
        }
    }
}

}  // namespace

Result<NftListing> read_listing(
    std::string_view text, const NftSettings& settings, TimePoint now, const std::string& place
) {
    constexpr std::string_view doing = "list our nftables table";
    auto value = json::parse(text);
    if (!value) {
        return errors::unreadable(doing, place, to_line(value.error()));
    }
    const auto* outer = value->if_object();
    const auto* listed = outer == nullptr ? nullptr : outer->if_contains("nftables");
    if (listed == nullptr || !listed->is_array()) {
        return errors::unreadable(doing, place, "there is no list \"nftables\"");
    }
    Parts parts;
    NftListing listing;
    const std::string mark = mark_of(settings);
    for (const json::Value& each : listed->get_array()) {
        if (const auto* part = each.if_object()) {
            read_part(*part, mark, now, parts, listing);
        }
    }
    listing.whole = is_whole(parts);
    return listing;
}

}  // namespace fairgate::kernel::nft
