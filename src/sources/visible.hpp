#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fairgate::sources {

/// Hostile text made fit to show: bytes that are no printable UTF-8, control characters and those
/// that turn the direction of writing become "\x1b". At most `limit` bytes are read; "…" tells
/// that there was more.
std::string visible(std::string_view text, std::size_t limit = 200);

}  // namespace fairgate::sources
