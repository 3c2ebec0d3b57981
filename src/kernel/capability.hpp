#pragma once

#include "base/error.hpp"
#include "kernel/network_namespace.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace fairgate::kernel {

/// What the rest of the program may ask of a kernel.
enum class Ability {
    list_sockets,    ///< see live connections and their bytes
    cut_sockets,     ///< SOCK_DESTROY
    hear_endings,    ///< final counts of each connection
    track_addresses  ///< conntrack entries can be deleted
};

/// "see live connections", for people.
std::string_view to_text(Ability ability);

/// Tries it in that namespace without changing anything: no socket and no entry is touched. None:
/// it works. The first time the kernel may load a module for it.
std::optional<Error> why_not(Ability ability, const NetworkNamespace& place);

struct Capability {
    Ability ability = Ability::list_sockets;
    std::optional<Error> missing;  ///< none: it works
};

/// Tries each, which takes a few milliseconds.
std::vector<Capability> probe_capabilities(const NetworkNamespace& place);

/// Whether this process has CAP_NET_ADMIN (capabilities(7)).
bool has_net_admin();

}  // namespace fairgate::kernel
