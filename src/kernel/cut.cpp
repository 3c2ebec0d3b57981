#include "kernel/cut.hpp"

#include "kernel/errors.hpp"

#include <utility>

namespace fairgate::kernel {

namespace {

// A client that reconnects while it is cut is met again; one that does so for ever has no deny
// before it, which the report says.
constexpr int most_rounds = 3;

/// Those that may be cut; the others go into the report.
Result<std::vector<LiveSocket>> look(
    SocketDiag& sockets,
    const SocketFilter& filter,
    const ProtectedTargets& targets,
    CutReport& report
) {
    std::vector<LiveSocket> found;
    report.left.clear();
    auto listed = sockets.list(filter, Detail::identity, [&](const LiveSocket& socket) {
        if (auto allowed = may_cut(socket, targets); allowed) {
            found.push_back(socket);
        } else {
            report.left.push_back({.socket = socket, .why = allowed.error()});
        }
    });
    if (!listed) {
        return listed.error();
    }
    return found;
}

}  // namespace

std::string to_text(const CutReport& report) {
    std::string text =
        "cut " + std::to_string(report.cut) + ", left " + std::to_string(report.left.size());
    if (!report.left.empty()) {
        const auto& [socket, why] = report.left.front();
        text += " (" + socket.flow.peer.address.text() + " port " +
                std::to_string(socket.flow.peer.port) + ": " + why.cause + ")";
    }
    return text;
}

Result<CutReport> cut_connections(
    SocketDiag& sockets, const CutOrder& order, const ProtectedTargets& targets
) {
    CutReport report;
    if (order.local_ports.empty()) {
        return errors::no_ports();
    }
    if (order.peers.empty()) {
        return report;
    }
    const auto filter = SocketFilter().local_ports(order.local_ports).peers(order.peers);
    for (int round = 0; round <= most_rounds; ++round) {
        auto found = look(sockets, filter, targets, report);
        if (!found) {
            return found.error();
        }
        if (found->empty()) {
            return report;
        }
        if (round == most_rounds) {
            for (const LiveSocket& socket : *found) {
                report.left.push_back({.socket = socket, .why = errors::came_back(socket)});
            }
            return report;
        }
        auto outcomes = sockets.destroy(*found, targets);
        if (!outcomes) {
            return outcomes.error();
        }
        for (const CutOutcome outcome : *outcomes) {
            report.cut += outcome == CutOutcome::cut ? 1 : 0;
        }
    }
    return report;
}

}  // namespace fairgate::kernel
