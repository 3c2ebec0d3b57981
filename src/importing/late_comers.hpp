#pragma once

#include "importing/keys.hpp"

#include <string>
#include <string_view>

/// What Marzban-Sentry and luIP-marzban have in common: who comes too late is refused by address.
namespace fairgate::importing {

/// counting.method, and how long an address is refused and a slot is kept; `unit` is that of the
/// numbers, as the operator calls it ("s", "min").
struct LateComers {
    std::string_view ban_key;
    std::string_view lifetime_key;
    Duration unit;
    std::string_view unit_name;
};
void take_late_comers(Draft& draft, Keys& keys, const LateComers& late);

/// The firewall that does it. Without a known name, the one that their program uses.
void take_firewall(Draft& draft, Keys& keys, std::string_view key, std::string_view usual);

/// Host, port and whether TLS is spoken, as their names are there.
struct PanelKeys {
    std::string_view host;
    std::string_view port;
    std::string_view tls;
    std::string_view username;
    std::string_view password;
};
void take_panel(Draft& draft, Keys& keys, const PanelKeys& names);

}  // namespace fairgate::importing
