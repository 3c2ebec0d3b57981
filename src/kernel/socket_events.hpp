#pragma once

#include "base/error.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/network_namespace.hpp"
#include "model/flow.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Listings taken once a second miss what a connection moved after the last of them, and short
// connections altogether. The kernel tells of each socket that ends, with its final counts.

namespace fairgate::kernel {

/// What one reading found.
struct EventBatch {
    std::size_t closed = 0;
    /// The kernel had more to tell than it could keep: some that ended were not told, and only a
    /// listing shows which are gone.
    bool has_gap = false;
};

/// Every TCP connection that ends in one namespace, with its final bytes. Not blocking: `fd()`
/// becomes readable when there is something (an asio stream_descriptor may wait on it, and must
/// release() it before this goes).
class SocketEvents {
public:
    /// Only connections to these local ports, chosen in the kernel; none: all. FG-KRN-001 to -003,
    /// -005.
    static Result<SocketEvents> open(
        const NetworkNamespace& place, const std::vector<std::uint16_t>& local_ports = {}
    );

    int fd() const { return descriptor_.get(); }

    /// Gives what has ended since, oldest first, at most a thousand at once; the fd stays readable
    /// while there are more. `state` is closed. The end of a direction (FIN) counts as one byte of
    /// it, as the kernel counts. FG-KRN-005.
    Result<EventBatch> read(const std::function<void(const LiveSocket&)>& ended);

private:
    SocketEvents() = default;

    Descriptor descriptor_;
    std::string place_;
    std::vector<std::uint16_t> ports_;  ///< sorted
    std::vector<std::byte> buffer_;
};

}  // namespace fairgate::kernel
