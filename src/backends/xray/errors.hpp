#pragma once

#include "base/error.hpp"

#include <string_view>

namespace fairgate::backends::xray {

Error no_core(std::string_view place, std::string_view why);              // FG-XRY-001
Error api_away(std::string_view place, const Error& why);                 // FG-XRY-002
Error other_core(std::string_view place, std::string_view why);           // FG-XRY-003
Error service_off(std::string_view place, std::string_view service);      // FG-XRY-004
Error cannot_give_back(std::string_view account, std::string_view core);  // FG-XRY-005
Error shared_credential(std::string_view account, std::string_view tag);  // FG-XRY-006
Error last_of_hysteria(std::string_view account, std::string_view tag);   // FG-XRY-007
Error bad_accounts_file(std::string_view file, std::string_view why);     // FG-XRY-008
Error newer_than_core(std::string_view file);                             // FG-XRY-009
Error not_removed(std::string_view account, std::string_view tag);        // FG-XRY-010
Error bad_image(std::string_view which, std::string_view why);            // FG-XRY-011
Error not_put_back(std::string_view account, std::string_view tag);       // FG-XRY-012
Error no_inbounds(std::string_view place);                                // FG-XRY-013

}  // namespace fairgate::backends::xray
