#pragma once

#include "base/error.hpp"
#include "kernel/descriptor.hpp"
#include "kernel/netlink_message.hpp"
#include "kernel/network_namespace.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::kernel {

/// Whether the kernel says that a listing is whole, or that things changed while it was made.
enum class Listing { whole, interrupted };

/// A conversation with the kernel in one namespace. Blocks, for 5 seconds at most; one thread at
/// a time. `doing` is for errors: "list sockets".
class NetlinkSocket {
public:
    static Result<NetlinkSocket> open(const NetworkNamespace& place, int protocol);

    std::uint32_t next_sequence() { return ++sequence_; }

    /// FG-KRN-001, -002, -005.
    Result<> send(ByteSpan requests, std::string_view doing);
    /// One datagram from the kernel, valid until the next call. FG-KRN-005, -006.
    Result<ByteSpan> receive(std::string_view doing);

    /// Sends one request for a listing and gives each entry of the answer, of which nothing may be
    /// kept. What the kernel answers instead of one: FG-KRN-001, -002, -005.
    Result<Listing> list(
        const RequestWriter& request,
        std::string_view doing,
        const std::function<void(const NetlinkMessage&)>& entry
    );

    const std::string& place() const { return place_; }
    int fd() const { return descriptor_.get(); }

private:
    NetlinkSocket() = default;
    void drain();

    Descriptor descriptor_;
    std::string place_;
    std::vector<std::byte> buffer_;
    std::uint32_t sequence_ = 0;
};

/// list(), begun anew when it was interrupted, at most `most_tries` times in all (FG-KRN-007);
/// `anew` is called before each try.
Result<> list_whole(
    NetlinkSocket& socket,
    const std::function<void(RequestWriter&, std::uint32_t sequence)>& ask,
    std::string_view doing,
    const std::function<void()>& anew,
    const std::function<void(const NetlinkMessage&)>& entry
);
inline constexpr int most_tries = 5;

}  // namespace fairgate::kernel
