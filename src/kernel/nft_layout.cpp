#include "kernel/nft_layout.hpp"

#include <boost/algorithm/string/replace.hpp>

#include <chrono>
#include <map>
#include <set>

namespace fairgate::kernel::nft {

namespace {

constexpr std::string_view table = "inet fairgate";

/// The whole table, but for the elements of `open` ($PORTS) and the mark of each rule ($MARK).
/// Prerouting, so that packets for containers count as well, and with the port that the customer
/// used: before DNAT (-100). After conntrack (-200), which then knows the connection that a reset
/// ends.
constexpr std::string_view layout = R"( {
 set address4 { type ipv4_addr; flags timeout; }
 set address6 { type ipv6_addr; flags timeout; }
 set door4 { type ipv4_addr . inet_proto . inet_service; flags timeout; }
 set door6 { type ipv6_addr . inet_proto . inet_service; flags timeout; }
 set flow4 { type ipv4_addr . inet_service . inet_proto . inet_service; flags timeout; }
 set flow6 { type ipv6_addr . inet_service . inet_proto . inet_service; flags timeout; }
 set open { type inet_service; $PORTS}
 chain refuse {
  meta l4proto tcp counter reject with tcp reset comment $MARK
  counter drop comment $MARK
 }
 chain early {
  type filter hook prerouting priority -160; policy accept;
  iif lo accept comment $MARK
  meta l4proto != { tcp, udp } accept comment $MARK
  tcp dport @open accept comment $MARK
  ip saddr @address4 jump refuse comment $MARK
  ip6 saddr @address6 jump refuse comment $MARK
  ip saddr . meta l4proto . th dport @door4 jump refuse comment $MARK
  ip6 saddr . meta l4proto . th dport @door6 jump refuse comment $MARK
  ip saddr . th sport . meta l4proto . th dport @flow4 jump refuse comment $MARK
  ip6 saddr . th sport . meta l4proto . th dport @flow6 jump refuse comment $MARK
 }
}
)";

std::string ports_of(const NftSettings& settings) {
    std::string text;
    for (const auto port : std::set(settings.open_ports.begin(), settings.open_ports.end())) {
        text += (text.empty() ? "" : ",") + std::to_string(port);
    }
    return text;
}

// The numbers of RFC 1700, as the kernel keeps them in a set.
constexpr int tcp = 6;
constexpr int udp = 17;

std::string text_of(const NftElement& element, TimePoint now) {
    std::string text = key_of(element.denial);
    if (element.until) {
        // Upwards: rather a second longer than a gap before the journal lifts it.
        const auto left = std::chrono::ceil<std::chrono::seconds>(*element.until - now);
        text += " timeout " + std::to_string(left.count()) + "s";
    }
    return text;
}

}  // namespace

std::string mark_of(const NftSettings& settings) {
    constexpr std::size_t longest = 120;  // nft takes 128
    return ("fairgate 1, open: " + ports_of(settings)).substr(0, longest);
}

std::string make_table(const NftSettings& settings) {
    const std::string ports = ports_of(settings);
    const std::string elements = ports.empty() ? "" : "elements = { " + ports + " }; ";
    std::string text = drop_table() + "table " + std::string(table) + std::string(layout);
    boost::replace_all(text, "$PORTS", elements);
    boost::replace_all(text, "$MARK", "\"" + mark_of(settings) + "\"");
    return text;
}

std::string drop_table() {
    // nft 1.0.6 has no `destroy`: what was just added can always be deleted.
    return "add table " + std::string(table) + "\ndelete table " + std::string(table) + "\n";
}

std::string set_of(const Denial& denial) {
    const std::string_view family = denial.address.is_v4() ? "4" : "6";
    const std::string_view kind = denial.is_whole_address() ? "address"
                                  : denial.peer_port == 0   ? "door"
                                                            : "flow";
    return std::string(kind) + std::string(family);
}

std::string key_of(const Denial& denial) {
    std::string key = denial.address.text();
    if (denial.is_whole_address()) {
        return key;
    }
    if (denial.peer_port != 0) {
        key += " . " + std::to_string(denial.peer_port);
    }
    key += " . " + std::to_string(denial.protocol == Protocol::tcp ? tcp : udp);
    return key + " . " + std::to_string(denial.local_port);
}

std::string change(Order order, std::span<const NftElement> elements, TimePoint now) {
    std::map<std::string, std::string> lists;
    for (const NftElement& element : elements) {
        const bool adding = order == Order::add;
        if (adding && element.until && *element.until <= now) {
            continue;
        }
        std::string& list = lists[set_of(element.denial)];
        list += adding ? text_of(element, now) : key_of(element.denial);
        list += ",";
    }
    std::string commands;
    for (const auto& [set, list] : lists) {
        commands += order == Order::add ? "add" : "delete";
        commands += " element " + std::string(table) + " " + set + " {" + list + "}\n";
    }
    return commands;
}

std::string look_up(const Denial& denial) {
    return "get element " + std::string(table) + " " + set_of(denial) + " {" + key_of(denial) + "}";
}

}  // namespace fairgate::kernel::nft
