#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

/// What can go wrong in `fairgate setup` itself. What a panel, a core or the network says keeps its
/// own code.
namespace fairgate::setup::errors {

Error nobody_to_ask();                                        ///< FG-SET-001
Error no_answer(std::string_view key, std::string_view why);  ///< FG-SET-002
Error bad_answer(
    std::string_view key, const std::string& expected, const std::string& next
);                                                                            // 003
Error other_certificate(const std::string& place, const std::string& shown);  ///< FG-SET-004
Error faulty_configuration(const std::string& file, std::size_t faults);      ///< FG-SET-005
Error cannot_extend(const std::string& file);                                 ///< FG-SET-006
Error cannot_write(const std::string& file, const std::string& cause);        ///< FG-SET-007
Error result_has_faults(const std::string& file, const Error& first);         ///< FG-SET-008
Error stopped(const std::string& kept);                                       ///< FG-SET-009
Error not_allowed(const std::string& folder, const std::string& cause);       ///< FG-SET-010
Error unusable_log(
    const std::string& path, const std::string& cause, const std::string& next
);                                                                          // 011
Error nothing_to_watch();                                                   ///< FG-SET-012
Error bad_answers_file(const std::string& file, const std::string& cause);  ///< FG-SET-013
/// FG-SET-014: one of the rights that limits need.
Error no_right(const std::string& place, const std::string& what, const std::string& next);

Error changed_meanwhile(const std::string& file);  ///< FG-SET-015

}  // namespace fairgate::setup::errors
