// A log gives the same lines however its bytes are cut; a line that counts has all that counting
// needs; what was read stands inside the line.
#include "logs/log_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate::logs;

namespace {

void demand(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// Everything that a line says, as one text.
std::string all_of(const ReadLine& read) {
    const AccessLine& line = read.line;
    std::string text = std::to_string(static_cast<int>(line.verdict)) + " ";
    text += std::string(to_text(line.skip)) + " " + std::to_string(line.time.second) + "." +
            std::to_string(line.time.micro) + " " + std::to_string(line.port) + " ";
    text += line.address ? line.address->text() : "-";
    for (const std::string_view part :
         {line.source, line.target, line.inbound, line.outbound, line.email, line.reason}) {
        text += "|";
        text += part;
        demand(
            part.empty() || (part.data() >= read.raw.data() &&
                             part.data() + part.size() <= read.raw.data() + read.raw.size())
        );
    }
    if (line.verdict == Verdict::count) {
        demand(line.has_time && line.address && line.port != 0 && !line.email.empty());
        demand(line.skip == Skip::none);
    }
    return text + (read.forgery ? "!" : "") + "\n";
}

std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
    LogReader reader;
    std::string text;
    const auto take = [&text](const ReadLine& read) { text += all_of(read); };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece), take);
    }
    reader.finish(take);
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    demand(read_in_pieces(bytes, bytes.size()) == read_in_pieces(bytes, 1U + data[0]));
    return 0;
}
