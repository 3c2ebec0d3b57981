#include "kernel/capability.hpp"

#include "kernel/conntrack.hpp"
#include "kernel/errors.hpp"
#include "kernel/socket_events.hpp"
#include "kernel/sockets.hpp"

#include <array>
#include <cerrno>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairgate::kernel {

namespace {

template <class T>
std::optional<Error> error_in(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error());
}

std::optional<Error> try_listing(const NetworkNamespace& place) {
    auto sockets = SocketDiag::open(place);
    if (!sockets) {
        return sockets.error();
    }
    // Nothing has port 0: the kernel walks its table and gives nothing.
    return error_in(
        sockets->list(SocketFilter().local_ports({0}), Detail::bytes, [](const LiveSocket&) {})
    );
}

std::optional<Error> try_cutting(const NetworkNamespace& place) {
    // The kernel asks for it only once it has found the socket.
    if (!has_net_admin()) {
        return errors::netlink_failed("cut connections", place.name(), EPERM);
    }
    auto sockets = SocketDiag::open(place);
    return sockets ? error_in(sockets->probe_destroy()) : error_in(sockets);
}

std::optional<Error> try_conntrack(const NetworkNamespace& place) {
    auto table = Conntrack::open(place);
    return table ? error_in(table->count()) : error_in(table);
}

}  // namespace

std::string_view to_text(Ability ability) {
    switch (ability) {
        case Ability::list_sockets:
            return "see live connections";
        case Ability::cut_sockets:
            return "cut live connections";
        case Ability::hear_endings:
            return "hear of connections that end";
        case Ability::track_addresses:
            return "delete tracked connections";
    }
    return "";
}

std::optional<Error> why_not(Ability ability, const NetworkNamespace& place) {
    switch (ability) {
        case Ability::list_sockets:
            return try_listing(place);
        case Ability::cut_sockets:
            return try_cutting(place);
        case Ability::hear_endings:
            return error_in(SocketEvents::open(place));
        case Ability::track_addresses:
            return try_conntrack(place);
    }
    return std::nullopt;
}

std::vector<Capability> probe_capabilities(const NetworkNamespace& place) {
    std::vector<Capability> result;
    for (const Ability ability :
         {Ability::list_sockets,
          Ability::cut_sockets,
          Ability::hear_endings,
          Ability::track_addresses}) {
        result.push_back({.ability = ability, .missing = why_not(ability, place)});
    }
    return result;
}

bool has_net_admin() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> sets{};
    return ::syscall(SYS_capget, &header, sets.data()) == 0 &&
           (sets[0].effective & (1U << CAP_NET_ADMIN)) != 0;
}

}  // namespace fairgate::kernel
