#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string_view>

/// What can go wrong between an agent and its hub. `place` is the other one: an address, a node.
namespace fairgate::link {

Error token_refused();                    ///< FG-AGT-001
Error not_a_node(std::string_view node);  ///< FG-AGT-002: revoked
Error no_common_version(std::string_view theirs, unsigned oldest, unsigned newest);  ///< FG-AGT-003
Error frame_too_large(std::string_view place, std::size_t size);                     ///< FG-AGT-004
Error bad_frame(std::string_view place, std::string_view why);                       ///< FG-AGT-005
Error out_of_turn(std::string_view place, std::string_view what);                    ///< FG-AGT-006
Error connection_lost(std::string_view place, std::string_view why);                 ///< FG-AGT-007
Error not_the_hub(std::string_view place);                                           ///< FG-AGT-008
Error no_answer(std::string_view node, std::string_view why);                        ///< FG-NOD-010
Error fell_behind(std::string_view place);                                           ///< FG-AGT-009

}  // namespace fairgate::link
