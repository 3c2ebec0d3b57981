#include "importing/usual_places.hpp"

#include <array>

namespace fairgate::importing {

namespace {

constexpr std::array places = {
    UsualPlace{Peer::pg_limiter, "/etc/opt/pg-limiter", ".env"},
    UsualPlace{Peer::pg_limiter, "/opt/pg-limiter", ".env"},
    UsualPlace{Peer::pg_limiter, "~/pg-limiter", ".env"},
    UsualPlace{Peer::pg_limiter, "/var/lib/pg-limiter/data"},
    UsualPlace{Peer::v2iplimit, "~/V2IpLimit", "config.json"},
    UsualPlace{Peer::v2iplimit, "/opt/V2IpLimit", "config.json"},
    UsualPlace{Peer::v2iplimit, "~/v2iplimit", "config.json"},
    UsualPlace{Peer::v2iplimit, "/opt/v2iplimit", "config.json"},
    UsualPlace{Peer::v2iplimit, "~/Marzban-iplimit", "config.json"},
    UsualPlace{Peer::marzban_sentry, "~/Marzban-Sentry", ".env"},
    UsualPlace{Peer::marzban_sentry, "/opt/Marzban-Sentry", ".env"},
    UsualPlace{Peer::luip, "~/luIP-marzban", ".env"},
    UsualPlace{Peer::luip, "/opt/luIP-marzban", ".env"},
};

}  // namespace

std::span<const UsualPlace> usual_places() { return places; }

std::string path_of(const UsualPlace& place, std::string_view home) {
    return place.path.starts_with('~') ? std::string(home) + std::string(place.path.substr(1))
                                       : std::string(place.path);
}

}  // namespace fairgate::importing
