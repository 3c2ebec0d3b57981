// What the kernel answers is read without reading past it, and a socket's name goes back as it
// came: another name would cut another socket.
#include "kernel/netlink_message.hpp"
#include "kernel/own_network.hpp"
#include "kernel/socket_message.hpp"
#include "kernel/tracked_flow.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <linux/inet_diag.h>
#include <vector>

using namespace fairgate;
using namespace fairgate::kernel;

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_socket(ByteSpan body) {
    const auto socket = read_socket(body, Protocol::tcp);
    if (!socket) {
        return;
    }
    auto message = *read_as<inet_diag_msg>(body);
    require(socket->cookie != ~std::uint64_t{0});
    require(family_of(*socket) == message.idiag_family);
    message.id = id_of(*socket);
    const auto again = read_socket(std::as_bytes(std::span(&message, 1)), Protocol::tcp);
    require(again && again->flow == socket->flow && again->cookie == socket->cookie);
    require(again->family == socket->family && again->device == socket->device);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteSpan datagram(reinterpret_cast<const std::byte*>(data), size);
    std::vector<Address> addresses;
    std::size_t read = 0;
    MessageReader messages(datagram);
    while (const auto message = messages.next()) {
        read += message->body.size();
        require(read <= size);
        require(error_of(*message) >= 0);
        check_socket(message->body);
        take_address(message->body, addresses);
        take_gateways(message->body, addresses);
        if (const auto flow = read_tracked_flow(message->body)) {
            require(flow->tuple.size() <= message->body.size());
        }
    }
    require(addresses.size() <= size);
    return 0;
}
