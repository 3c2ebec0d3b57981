#pragma once

#include "base/error.hpp"

#include <string>

namespace fairgate::config {

/// Who may be able to read a file. Secrets are refused when everyone can.
enum class Readers { anyone, owner_and_group };

/// The whole of a file of at most 64 MiB; FG-CFG-001, FG-CFG-012. Blocks.
Result<std::string> read_whole(const std::string& path, Readers readers = Readers::anyone);

/// The secret in a file: its text without the newline at the end. FG-CFG-001, FG-CFG-012, and
/// FG-CFG-009 for an empty file.
Result<std::string> read_secret(const std::string& path);

}  // namespace fairgate::config
