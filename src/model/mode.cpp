#include "model/mode.hpp"

namespace fairgate {

std::string_view to_text(Mode mode) {
    switch (mode) {
        case Mode::shadow:
            return "shadow";
        case Mode::warn:
            return "warn";
        case Mode::enforce:
            return "enforce";
    }
    return "shadow";
}

std::optional<Mode> parse_mode(std::string_view text) {
    for (const Mode mode : {Mode::shadow, Mode::warn, Mode::enforce}) {
        if (to_text(mode) == text) {
            return mode;
        }
    }
    return std::nullopt;
}

}  // namespace fairgate
