// Text that others wrote is printable for a terminal afterwards, and printing it twice changes
// nothing; any words are a command line or an error with a code.
#include "cli/parse.hpp"
#include "cli/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace fairgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string once = cli::printable(text);
    for (const char c : once) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            std::abort();
        }
    }
    if (cli::printable(once) != once || cli::display_width(once) > once.size()) {
        std::abort();
    }
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (c == '\n') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    const auto parsed = cli::parse(words, TimePoint{});
    if (!parsed && !parsed.error().code.starts_with("FG-CLI-")) {
        std::abort();
    }
    return 0;
}
