// A WebSocket's bytes give the same messages and the same fault however they are cut.
#include "http/websocket_frames.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate::http;

namespace {

std::string read_in_pieces(
    WebSocketParser::Reads reads, std::string_view bytes, std::size_t piece
) {
    WebSocketParser parser(reads, 512);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        parser.feed(bytes.substr(at, piece));
        while (const auto message = parser.next()) {
            all += std::to_string(static_cast<int>(message->kind)) + "|" +
                   std::to_string(message->code) + "|" + message->data + "\n";
        }
    }
    return all + std::to_string(static_cast<int>(parser.fault())) + parser.why();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto reads = (data[0] & 0x80U) != 0 ? WebSocketParser::Reads::from_client
                                              : WebSocketParser::Reads::from_server;
    const std::size_t piece = 1U + (data[0] & 0x7FU);
    if (read_in_pieces(reads, bytes, bytes.size()) != read_in_pieces(reads, bytes, piece)) {
        std::abort();
    }
    return 0;
}
