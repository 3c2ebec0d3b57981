#pragma once

#include "base/error.hpp"
#include "kernel/descriptor.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

// A container has a network of its own: its sockets, addresses and firewall are not to be seen
// from the machine's. A netlink socket belongs for ever to the namespace in which it was made, so
// a thread goes in, makes it, and ends; nothing of ours stays inside.

namespace fairgate::kernel {

/// What tells two namespaces apart; the same for each way of naming one.
struct NamespaceId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    auto operator<=>(const NamespaceId&) const = default;
};

/// A network namespace. Holds it open, so that it does not go while it is used. Cheap to copy;
/// may be used by any thread. Own needs no privilege; another one needs CAP_SYS_ADMIN.
class NetworkNamespace {
public:
    /// The one that the calling thread is in, and every thread that uses this.
    static NetworkNamespace own();
    /// That of a running process: /proc/PID/ns/net. FG-KRN-003.
    static Result<NetworkNamespace> of_process(pid_t process);
    /// One that `ip netns` named: /run/netns/NAME. FG-KRN-003.
    static Result<NetworkNamespace> named(std::string_view name);

    /// As an operator names it: "" the own one; "web" as `named`; "process:xray" that of the
    /// running processes of this name (as in /proc/PID/comm; where some are here and some in one
    /// other network, the other one is meant); a path begins with "/" ("/run/docker/netns/3f2a").
    /// FG-KRN-003, also where processes of that name are in several other networks.
    static Result<NetworkNamespace> find(std::string_view place);

    /// Does `work` in a thread of its own that has entered this namespace, and waits for it; in the
    /// own one at once. FG-KRN-003 when it cannot be entered. `work` must not throw. For libraries
    /// that open their netlink sockets themselves.
    Result<> inside(const std::function<void()>& work) const;

    /// A netlink socket (AF_NETLINK, close-on-exec) of this namespace. FG-KRN-002 when the kernel
    /// does not have that protocol, -003.
    Result<Descriptor> open_netlink(int protocol) const;

    NamespaceId id() const { return id_; }
    /// "this machine", "process 4711", "namespace web": for people.
    const std::string& name() const { return name_; }

private:
    NetworkNamespace() = default;
    static Result<NetworkNamespace> open(const std::string& path, std::string name);

    std::shared_ptr<const Descriptor> entry_;  ///< none: the own one
    NamespaceId id_;
    std::string name_;
};

}  // namespace fairgate::kernel
