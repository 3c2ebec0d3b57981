#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::backends::panel {

struct PanelVersion {
    int major = 0;
    int minor = 0;
    int patch = 0;

    auto operator<=>(const PanelVersion&) const = default;
};

/// "5.2.1", "v5.2.1", "5.0.0-beta.2" (which is taken as 5.0.0); nothing for anything else.
std::optional<PanelVersion> parse_version(std::string_view text);
std::string to_text(PanelVersion version);

}  // namespace fairgate::backends::panel
