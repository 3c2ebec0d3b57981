#include "backends/panel/version.hpp"

#include <array>
#include <charconv>

namespace fairgate::backends::panel {

std::optional<PanelVersion> parse_version(std::string_view text) {
    std::string_view rest = text;
    if (rest.starts_with('v')) {
        rest.remove_prefix(1);
    }
    PanelVersion version;
    const std::array parts{&version.major, &version.minor, &version.patch};
    int count = 0;
    for (int* part : parts) {
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), *part);
        if (failed != std::errc{}) {
            break;
        }
        ++count;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        if (!rest.starts_with('.')) {
            break;
        }
        rest.remove_prefix(1);
    }
    if (count < 2) {
        return std::nullopt;
    }
    return version;
}

std::string to_text(PanelVersion version) {
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
           std::to_string(version.patch);
}

}  // namespace fairgate::backends::panel
