#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/firewall_look.hpp"
#include "model/denial.hpp"
#include "model/measure.hpp"

#include <boost/describe.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::link {

/// deny: refuse the account's addresses and end its connections. cut: only the latter, because
/// something else refuses it. refuse: exactly the order's addresses, and the account goes on.
enum class OrderKind { deny, cut, lift, refuse };
BOOST_DESCRIBE_ENUM(OrderKind, deny, cut, lift, refuse)

/// Which measure of the hub's. With the account: a hub that was put back from a backup gives its
/// numbers again.
struct OrderKey {
    std::int64_t measure = 0;
    std::string account;

    auto operator<=>(const OrderKey&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrderKey, (), (measure, account))

/// What a node is to hold of one measure.
struct Order {
    OrderKey key;
    OrderKind kind = OrderKind::deny;
    std::vector<std::string> names;  ///< of the account, as in the node's log; hostile text
    std::optional<TimePoint> until;  ///< none: until it is lifted
    std::vector<Denial> denials;     ///< empty: what the agent itself sees of the account
    std::string reason;

    bool operator==(const Order&) const = default;
};
BOOST_DESCRIBE_STRUCT(Order, (), (key, kind, names, until, denials, reason))

/// How it stands there. failed: not taken, and `error` says why.
struct Done {
    OrderKey key;
    MeasureState state = MeasureState::pending;
    std::optional<TimePoint> until;
    std::string text;
    std::optional<Error> error;
    std::string by;  ///< what holds it there: "xray:core", "firewall:nftables", "cut"
};

/// What an agent can carry out.
struct Enforcing {
    std::string firewall;  ///< "nftables"; empty: none
    bool cuts = false;
    bool refuses = false;  ///< its agent takes orders about single addresses
    std::optional<FirewallLook> look;
    std::optional<Error> error;
    std::string core;  ///< "Xray 26.4.13 or newer", in which it denies; empty: it has none
    std::optional<Error> core_error;  ///< why it cannot deny there now
};

/// More than that one node never holds for its hub.
inline constexpr std::size_t most_held = 10'000;
/// Of one order.
inline constexpr int most_denials = 1024;
inline constexpr int most_names = 16;
inline constexpr std::size_t longest_name = 256;

Error order_refused(std::string_view why);  ///< FG-AGT-020
Error too_many_orders();                    ///< FG-AGT-021
Error firewall_is_off();                    ///< FG-AGT-022
Error no_journal_here(const Error& store);  ///< FG-AGT-023
/// FG-AGT-024
Error nothing_here(const std::string& account);
Error order_is_over();                          ///< FG-AGT-031
Error all_are_protected(const Error& first);    ///< FG-AGT-032
Error not_ordered(const std::string& node);     ///< FG-NOD-014
Error not_in_core(const std::string& account);  ///< FG-AGT-025
Error core_fails(const Error& core);            ///< FG-AGT-026
Error core_is_gone();                           ///< FG-AGT-027

}  // namespace fairgate::link
