#pragma once

#include "base/error.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/protected_targets.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace fairgate::kernel {

/// Port 22, and the ports that a running SSH server listens on, as far as this user may see whose
/// sockets are whose.
Result<std::vector<std::uint16_t>> ssh_ports(const NetworkNamespace& place);

/// Adds everyone who is connected to these ports now. Where customers come in by SSH, name the
/// operators' port alone; else they are all protected. FG-KRN-002, -003, -005 to -007.
Result<> add_operator_sessions(
    ProtectedTargets& targets,
    const NetworkNamespace& place,
    const std::vector<std::uint16_t>& ports
);

/// Adds all that is protected without being told of: the own network, who is logged in by SSH, and
/// the operator whose SSH_CONNECTION that is ("": nobody's). Takes some milliseconds, so that it is
/// read anew for each act. FG-KRN-001 to -003, -005 to -007.
Result<> add_what_is_here(
    ProtectedTargets& targets, const NetworkNamespace& place, std::string_view ssh_connection
);

}  // namespace fairgate::kernel
