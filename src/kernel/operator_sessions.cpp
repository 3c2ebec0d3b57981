#include "kernel/operator_sessions.hpp"

#include "kernel/sockets.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace fairgate::kernel {

namespace {

namespace fs = std::filesystem;

bool is_ssh_server(const fs::path& process) {
    std::ifstream file(process / "comm");
    std::string name;
    std::getline(file, name);
    return name.starts_with("sshd") || name == "dropbear";
}

/// 4711 of "socket:[4711]".
std::optional<std::uint32_t> socket_inode(const std::string& link) {
    constexpr std::string_view before = "socket:[";
    if (!link.starts_with(before)) {
        return std::nullopt;
    }
    std::uint32_t inode = 0;
    const auto [end, failed] =
        std::from_chars(link.data() + before.size(), link.data() + link.size(), inode);
    return failed == std::errc{} && *end == ']' ? std::optional(inode) : std::nullopt;
}

void add_inodes_of(const fs::path& process, std::vector<std::uint32_t>& into) {
    std::error_code ignored;  // it may have ended, or belong to somebody else
    for (fs::directory_iterator at(process / "fd", ignored), end; !ignored && at != end;
         at.increment(ignored)) {
        std::error_code gone;
        if (const auto inode = socket_inode(fs::read_symlink(*at, gone).string())) {
            into.push_back(*inode);
        }
    }
}

std::vector<std::uint32_t> inodes_of_ssh_servers() {
    std::vector<std::uint32_t> result;
    std::error_code ignored;
    for (fs::directory_iterator at("/proc", ignored), end; !ignored && at != end;
         at.increment(ignored)) {
        const std::string name = at->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos &&
            is_ssh_server(at->path())) {
            add_inodes_of(at->path(), result);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

Result<std::vector<std::uint16_t>> ssh_ports(const NetworkNamespace& place) {
    std::vector<std::uint16_t> result{22};
    const auto inodes = inodes_of_ssh_servers();
    if (inodes.empty()) {
        return result;
    }
    auto sockets = SocketDiag::open(place);
    if (!sockets) {
        return sockets.error();
    }
    auto listed =
        sockets->list(SocketFilter(listening), Detail::identity, [&](const LiveSocket& socket) {
            if (std::binary_search(inodes.begin(), inodes.end(), socket.inode)) {
                result.push_back(socket.flow.local.port);
            }
        });
    if (!listed) {
        return listed.error();
    }
    return result;
}

Result<> add_operator_sessions(
    ProtectedTargets& targets,
    const NetworkNamespace& place,
    const std::vector<std::uint16_t>& ports
) {
    if (ports.empty()) {
        return {};
    }
    auto sockets = SocketDiag::open(place);
    if (!sockets) {
        return sockets.error();
    }
    return sockets
        ->list(SocketFilter().local_ports(ports), Detail::identity, [&](const LiveSocket& socket) {
            targets.add(socket.flow.peer.address, Protection::operator_session);
        });
}

Result<> add_what_is_here(
    ProtectedTargets& targets, const NetworkNamespace& place, std::string_view ssh_connection
) {
    targets.add_ssh_connection(ssh_connection);
    if (auto done = targets.add_network_of(place); !done) {
        return done;
    }
    const auto ports = ssh_ports(place);
    return ports ? add_operator_sessions(targets, place, *ports) : Result<>(ports.error());
}

}  // namespace fairgate::kernel
