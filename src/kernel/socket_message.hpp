#pragma once

#include "kernel/netlink_message.hpp"
#include "model/flow.hpp"

#include <cstdint>
#include <linux/inet_diag.h>
#include <optional>

namespace fairgate::kernel {

/// One socket as sock_diag(7) gives it: the body of a SOCK_DIAG_BY_FAMILY message. None when it is
/// shorter than it must be, or of another family. Bytes are 0 where the kernel gave none (UDP, or a
/// kernel before 4.2).
std::optional<LiveSocket> read_socket(ByteSpan body, Protocol protocol);

/// How the kernel names that socket: addresses in the family it keeps it in, and the cookie.
inet_diag_sockid id_of(const LiveSocket& socket);
/// AF_INET or AF_INET6.
std::uint8_t family_of(const LiveSocket& socket);

}  // namespace fairgate::kernel
