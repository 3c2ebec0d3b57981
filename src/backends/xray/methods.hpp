#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fairgate::backends::xray {

/// The two families of cores with this API. They differ in the names of services and messages only.
enum class Core : std::uint8_t { xray, v2ray };
BOOST_DESCRIBE_ENUM(Core, xray, v2ray)

/// Every call that is ever sent to a core; there is no way to send another. What each release range
/// has is in releases.hpp. Why the others are missing: docs/cores.md.
enum class Method : std::uint8_t {
    sys_stats,
    query_stats,
    users_stats,
    all_online,        ///< only where the operator says that the core is new enough
    online_addresses,  ///< the same
    list_inbounds,
    inbound_users,
    inbound_users_count,
    alter_inbound
};
BOOST_DESCRIBE_ENUM(
    Method,
    sys_stats,
    query_stats,
    users_stats,
    all_online,
    online_addresses,
    list_inbounds,
    inbound_users,
    inbound_users_count,
    alter_inbound
)

std::span<const Method> methods();

/// "/xray.app.stats.command.StatsService/GetSysStats".
std::string path_of(Core core, Method method);

/// The operations that alter_inbound may carry.
enum class Operation : std::uint8_t { add_user, remove_user };

/// "xray.app.proxyman.command.AddUserOperation", as a core finds it. V2Ray 5 takes it without the
/// prefix "types.v2fly.org/" too (v2ray-core common/serial/typed_message.go).
std::string type_of(Core core, Operation operation);

/// "xray.proxy.vless.Account".
std::string account_type(Core core, std::string_view protocol);

/// "xray.proxy.vless" of "xray.proxy.vless.Account" and of "xray.proxy.vless.inbound.Config": an
/// account of one package in an inbound of another makes a core panic.
std::string_view package_of(std::string_view type);

}  // namespace fairgate::backends::xray
