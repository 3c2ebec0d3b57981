#pragma once

#include "base/error.hpp"
#include "kernel/network_namespace.hpp"
#include "model/address.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairgate::kernel {

/// Why an address is never blocked, and no connection of it cut.
enum class Protection : std::uint8_t {
    loopback,
    no_single_machine,  ///< unspecified, multicast, broadcast
    own,                ///< an address of this machine
    gateway,
    operator_session,  ///< who works on this machine right now
    panel,
    node,
    hub,
    trusted  ///< the operator said so
};

/// Addresses that nothing in this folder acts on, whatever asks for it. Everything that blocks or
/// cuts takes one of these and asks it first. It is a picture of one moment (an operator logs in, a
/// lease changes the own address): read it anew for each act, which takes under a millisecond.
class ProtectedTargets {
public:
    /// Knows loopback and what is no single machine; the rest is added.
    ProtectedTargets() = default;

    void add(const Address& address, Protection why);
    void add(const Network& network, Protection why);

    /// The value of SSH_CONNECTION ("peer port address port", sshd(8)); "" is fine. What it does
    /// not understand it leaves out.
    void add_ssh_connection(std::string_view text);
    /// The own addresses and all gateways of a namespace. FG-KRN-001, -003, -005 to -007.
    Result<> add_network_of(const NetworkNamespace& place);

    /// FG-KRN-004 says which rule refuses it and what to do instead.
    Result<> allow(const Address& address) const;
    /// As above, for everything inside of it.
    Result<> allow(const Network& network) const;

    std::optional<Protection> why(const Address& address) const;

private:
    std::map<Address, Protection> addresses_;
    std::vector<std::pair<Network, Protection>> networks_;
};

}  // namespace fairgate::kernel
