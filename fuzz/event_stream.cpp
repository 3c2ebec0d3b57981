// An event stream gives the same events however its bytes are cut.
#include "http/events.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate::http;

namespace {

std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
    EventParser parser(512);
    std::string all;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        parser.feed(bytes.substr(at, piece));
        while (const auto event = parser.next()) {
            all += event->id + "|" + event->type + "|" + event->data + "|" +
                   event->comment.value_or("-") + "\n";
        }
    }
    return all + std::to_string(parser.dropped_lines());
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
