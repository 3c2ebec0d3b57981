// A response is read the same however its bytes are cut, and its body keeps to the limit.
#include "http/codec.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate::http;

namespace {

constexpr std::size_t body_limit = 4096;

std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
    ResponseParser parser("GET", body_limit);
    std::string waiting;
    for (std::size_t at = 0; at < bytes.size() && !parser.done(); at += piece) {
        waiting += bytes.substr(at, piece);
        if (parser.feed(waiting) != Fault::none) {
            return "not read";
        }
    }
    if (!parser.done() && parser.end() != Fault::none) {
        return "not read";
    }
    if (!parser.head_done()) {
        return "not read";
    }
    const Response head = parser.take_head();
    const std::string body = parser.take_body();
    if (body.size() > body_limit) {
        std::abort();
    }
    return std::to_string(head.status) + body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (read_in_pieces(bytes, bytes.size()) != read_in_pieces(bytes, 1U + data[0])) {
        std::abort();
    }
    return 0;
}
