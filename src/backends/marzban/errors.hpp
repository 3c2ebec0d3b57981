#pragma once

#include "backends/panel/errors.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// What can go wrong with a Marzban panel, besides what all panels have in common.
namespace fairgate::backends::marzban {

/// 401: FG-MZB-001.
Error refused_login(int status, std::string_view cause);

inline constexpr panel::Product product{"MZB", "Marzban", refused_login};

using panel::is_forbidden;
using panel::is_missing_route;
using panel::is_missing_user;
using panel::is_passing;

inline Error not_understood(std::string_view call, std::string_view why) {
    return panel::not_understood(product, call, why);
}
Error version_too_old(std::string_view text);    // FG-MZB-012
Error other_product(std::string_view told_by);   // FG-MZB-014
Error no_restricted_inbounds(std::string_view);  // FG-MZB-026
Error nobody_visible(std::string_view user);     // FG-MZB-027
Error too_many_changes(std::size_t waiting);     // FG-MZB-028

Error not_sudo(std::string_view core);                                // FG-MZB-034
Error node_away(std::string_view node, std::string_view status);      // FG-MZB-035
Error stream_refused(std::string_view core);                          // FG-MZB-036
Error few_connections(std::size_t streams, std::size_t left_out);     // FG-MZB-037
Error user_of_others(std::string_view user, std::string_view cause);  // FG-MZB-038

}  // namespace fairgate::backends::marzban
