#pragma once

#include "model/address.hpp"

#include <map>
#include <string>

namespace fairgate::daemon {

/// A machine of the operator's own. Nobody's device is at its address, and to refuse it would cut
/// off the installation itself.
struct Server {
    enum class Kind { panel, node };
    Kind kind = Kind::node;
    std::string name;  ///< "panel main", "node de-1": for people
    std::string host;  ///< a name or an address, without a port

    auto operator<=>(const Server&) const = default;
};

/// "the address of panel main"
inline std::string who_is_there(const Server& server) { return "the address of " + server.name; }

/// Who is at an address.
using OwnServers = std::map<Address, Server>;

}  // namespace fairgate::daemon
