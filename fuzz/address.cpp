// Any text is refused, or parsed to a value that prints back to itself.
#include "model/address.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using fairgate::Address;
using fairgate::Network;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto address = Address::parse(text)) {
        if (Address::parse(address->text()) != address) {
            std::abort();
        }
    }
    if (const auto network = Network::parse(text)) {
        if (Network::parse(network->text()) != network || !network->contains(network->base())) {
            std::abort();
        }
    }
    return 0;
}
