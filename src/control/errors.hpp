#pragma once

#include "base/error.hpp"
#include "model/account.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What can be wrong with what an operator asks.
namespace fairgate::control::errors {

/// FG-CTL-001: "source main", "enforcer x"
Error no_such(std::string_view kind, const std::string& name);
Error no_account(const std::string& name);  ///< FG-CTL-002
/// FG-CTL-003: several backends have it.
Error which_account(const std::string& name, const std::vector<AccountKey>& all);
/// FG-CTL-004: a member of the request that is not right; `pointer` as in RFC 6901.
Error wrong_value(std::string pointer, std::string what, std::string next = {});
/// FG-CTL-005: it is set in a file, which a command does not change.
Error set_in_file(const std::string& what, const std::string& key);
Error not_set(const std::string& what);                               ///< FG-CTL-006
Error bad_cursor();                                                   ///< FG-CTL-007
Error nothing_chosen();                                               ///< FG-CTL-008: undo of what?
Error not_in_force(const std::string& id, const std::string& state);  ///< FG-CTL-009
Error no_complete_list(const std::string& backend);                   ///< FG-CTL-010
Error too_many_gone(std::size_t gone, std::size_t looked_at);         ///< FG-CTL-011

}  // namespace fairgate::control::errors
