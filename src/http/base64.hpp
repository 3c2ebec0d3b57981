#pragma once

#include <string>
#include <string_view>

namespace fairgate::http {

/// RFC 4648 section 4, with padding: as HTTP's fields have it.
std::string base64(std::string_view bytes);

}  // namespace fairgate::http
