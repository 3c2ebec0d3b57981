#include "sessions/inbound_sight.hpp"

namespace fairgate::sessions {

namespace {

constexpr std::uint32_t least_lines = 20;   ///< fewer say nothing
constexpr std::uint32_t most_lines = 1000;  ///< then all are halved: what counts is the recent past
/// An inbound that listens on many ports (a range to hop on) says nothing by them.
constexpr std::size_t most_ports = 16;
/// More would be names that somebody makes up.
constexpr std::size_t most_inbounds = 1000;

}  // namespace

std::string_view to_text(Sight sight) {
    switch (sight) {
        case Sight::unknown:
            return "unknown";
        case Sight::direct:
            return "direct";
        case Sight::partly:
            return "partly";
        case Sight::none:
            return "none";
        case Sight::header:
            return "header";
        case Sight::shared:
            return "shared";
    }
    return "unknown";
}

Sight InboundSight::sight() const {
    const std::uint32_t lines = joined + missing + header + shared;
    if (lines < least_lines) {
        return Sight::unknown;
    }
    if (header * 2 > lines) {
        return Sight::header;
    }
    if (shared * 10 > lines) {
        return Sight::shared;
    }
    // One line in twenty may be forged, or its connection too short for a machine under load.
    if (joined * 20 >= lines * 19) {
        return Sight::direct;
    }
    return joined * 20 <= lines ? Sight::none : Sight::partly;
}

InboundSight& InboundSights::of(std::string_view inbound) {
    const auto found = inbounds_.find(inbound);
    if (found != inbounds_.end()) {
        return found->second;
    }
    if (inbounds_.size() >= most_inbounds) {
        inbounds_.clear();
    }
    return inbounds_[std::string(inbound)];
}

void InboundSights::note(std::string_view inbound, Meeting meeting) {
    InboundSight& it = of(inbound);
    if (it.joined + it.missing + it.header + it.shared >= most_lines) {
        it.joined /= 2;
        it.missing /= 2;
        it.header /= 2;
        it.shared /= 2;
    }
    switch (meeting) {
        case Meeting::joined:
            ++it.joined;
            break;
        case Meeting::missing:
            ++it.missing;
            break;
        case Meeting::header:
            ++it.header;
            break;
        case Meeting::shared:
            ++it.shared;
            break;
    }
}

void InboundSights::note_port(std::string_view inbound, std::uint16_t port) {
    InboundSight& it = of(inbound);
    if (it.ports.size() < most_ports) {
        it.ports.insert(port);
    }
}

Sight InboundSights::sight(std::string_view inbound) const {
    const auto found = inbounds_.find(inbound);
    return found == inbounds_.end() ? Sight::unknown : found->second.sight();
}

bool InboundSights::may_use(std::string_view inbound, std::uint16_t port) const {
    const auto found = inbounds_.find(inbound);
    return found == inbounds_.end() || found->second.sight() != Sight::direct ||
           found->second.ports.size() >= most_ports || found->second.ports.contains(port);
}

}  // namespace fairgate::sessions
