#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

/// What can go wrong with a store. Nothing here ends the program; after any of these nothing of
/// the transaction has been stored.
namespace fairgate::store::errors {

inline constexpr std::string_view cannot_open = "FG-STO-001";
inline constexpr std::string_view newer_version = "FG-STO-002";  ///< written by a later Fairgate
inline constexpr std::string_view corrupt = "FG-STO-003";
inline constexpr std::string_view disk_full = "FG-STO-004";
inline constexpr std::string_view busy = "FG-STO-005";  ///< another process held it for too long
inline constexpr std::string_view read_only = "FG-STO-006";
inline constexpr std::string_view io_failed = "FG-STO-007";
inline constexpr std::string_view altered = "FG-STO-008";  ///< its migrations are not ours
inline constexpr std::string_view in_use = "FG-STO-009";   ///< another daemon owns it
inline constexpr std::string_view not_found = "FG-STO-010";
inline constexpr std::string_view unreadable_row = "FG-STO-011";
inline constexpr std::string_view refused = "FG-STO-012";   ///< refers to a row that is not there
inline constexpr std::string_view failed = "FG-STO-013";    ///< anything else
inline constexpr std::string_view not_ours = "FG-STO-014";  ///< a database of another program

/// The file was moved or deleted while it was open: what is written would be lost.
inline constexpr std::string_view moved = "FG-STO-015";

/// "there is no dec_7"
Error no_such(const std::string& id);

}  // namespace fairgate::store::errors
