#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fairgate::setup {

/// alone: mode 0600, whoever runs us. service: also readable for the group that the service runs
/// as, where there is one and we are root (0640 root:fairgate), else 0600. secret: the same, and
/// nothing for others even where an old file let them.
enum class Owner : std::uint8_t { alone, service, secret };

/// Writes a file that is whole at any moment: beside its place, to the disk, then into its place.
/// An old file's owner and mode stay. Its folder is made if it is not there. FG-SET-007.
Result<void> write_file(const std::string& path, std::string_view text, Owner owner);

/// A second name for what is there now, so that it stays when its place is taken. FG-SET-007.
Result<void> keep_copy(const std::string& path, const std::string& copy);

/// FG-SET-010 when this user may not write there. Makes nothing.
Result<void> may_write(const std::string& path);

}  // namespace fairgate::setup
