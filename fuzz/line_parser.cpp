// Replay reads lines in a hurry and plainly to the same marks and counts.
#include "replay/line_batch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace fairgate;
using replay::LineBatch;
using replay::LineParser;

namespace {

std::string read(const std::string& text, std::size_t taint, LineParser::Speed speed) {
    const std::string padded = text + std::string(128, '\n');
    const replay::LineSettings settings;
    LineParser parser(settings);
    LineBatch batch(1);
    constexpr std::uint64_t offset = 1;  // an input's first line is never read in a hurry
    parser.parse(padded.data(), padded.data() + text.size(), taint, offset, batch, speed);
    std::string all = std::to_string(batch.lines) + " " + std::to_string(batch.observations);
    for (const auto skipped : batch.skipped) {
        all += " " + std::to_string(skipped);
    }
    for (const auto left_out : batch.left_out) {
        all += " " + std::to_string(left_out);
    }
    for (std::size_t i = 0; i < batch.shards[0].count; ++i) {
        const tracker::Mark& mark = batch.shards[0].marks[i];
        all += "\n" + std::string(mark.name.text()) + " " + std::to_string(mark.upper) + " " +
               std::to_string(mark.lower) + " " + std::to_string(mark.slot);
    }
    return all;
}

// In a hurry, an e-mail is not searched for what marks a client's bytes: e-mails are the
// operator's.
bool marks_an_email(const std::string& text) {
    constexpr std::string_view head = "] email: ";
    constexpr std::string_view marker = "invalid domain name: ";
    for (std::size_t at = text.find(head); at != std::string::npos; at = text.find(head, at + 1)) {
        const std::string_view rest = std::string_view(text).substr(at);
        if (rest.substr(0, rest.find('\n')).find(marker) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string lines = text + "\n";
    if (marks_an_email(text)) {
        return 0;
    }
    const std::size_t taint = data[0] % 8 == 0 ? data[0] : 0U;
    if (read(lines, taint, LineParser::Speed::best) !=
        read(lines, taint, LineParser::Speed::plain)) {
        std::abort();
    }
    return 0;
}
