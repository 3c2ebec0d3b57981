#pragma once

#include "base/error.hpp"
#include "importing/plan.hpp"

#include <set>
#include <string>
#include <string_view>

/// What can be wrong with the files of another tool.
namespace fairgate::importing::errors {

Error cannot_read(const std::string& file, const std::string& cause);   ///< FG-IMP-001
Error nothing_found(std::string_view peer, const std::string& looked);  ///< FG-IMP-002
/// FG-IMP-010: files of no tool that is known, or of several.
Error whose_is_unclear(const std::string& looked, const std::set<Peer>& found);
/// FG-IMP-003: text that is not what its name says; `where` has line and column if they are known.
Error not_that(const std::string& where, std::string_view form, const std::string& cause);
/// FG-IMP-004
Error wrong_value(const std::string& where, std::string_view expected, const std::string& got);
Error bad_archive(const std::string& file, const std::string& cause);   ///< FG-IMP-005
Error bad_database(const std::string& file, const std::string& cause);  ///< FG-IMP-006
Error does_not_fit(const std::string& what, const std::string& cause);  ///< FG-IMP-007

}  // namespace fairgate::importing::errors
