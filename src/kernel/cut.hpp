#pragma once

#include "base/error.hpp"
#include "kernel/protected_targets.hpp"
#include "kernel/sockets.hpp"
#include "model/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::kernel {

/// Whose TCP connections to cut, and to which of our ports. Others of the same address go on.
struct CutOrder {
    std::vector<Endpoint> peers;             ///< one without port: all connections of its address
    std::vector<std::uint16_t> local_ports;  ///< of the inbounds; never empty
};

struct LeftConnection {
    LiveSocket socket;
    Error why;
};

/// What a look after the cut showed.
struct CutReport {
    std::size_t cut = 0;
    std::vector<LeftConnection> left;
};

/// "cut 12, left 0", or "cut 11, left 1 (203.0.113.7 port 40211: an operator works …)"; names the
/// first reason.
std::string to_text(const CutReport& report);

/// Lists, cuts and looks again; what came back meanwhile is cut as well, twice. The deny must be in
/// place before, or the customer is back within a second. Takes two listings: 10 to 30 ms with
/// 20,000 sockets. An error means that it is not known what was cut: FG-KRN-001, -002, -005 to
/// -008, and -011 for an order without ports.
Result<CutReport> cut_connections(
    SocketDiag& sockets, const CutOrder& order, const ProtectedTargets& targets
);

}  // namespace fairgate::kernel
