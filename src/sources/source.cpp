#include "sources/source.hpp"

namespace fairgate::sources {

std::string_view to_text(SourceState state) {
    switch (state) {
        case SourceState::starting:
            return "starting";
        case SourceState::live:
            return "live";
        case SourceState::silent:
            return "silent";
        case SourceState::stale:
            return "stale";
        case SourceState::failed:
            return "failed";
        case SourceState::paused:
            return "paused";
    }
    return "unknown";
}

}  // namespace fairgate::sources
