// Any text is a configuration or a list of faults; each fault has a code, and one that has a place
// has it inside the text. The same text read as limits and as a policy does no harm either.
#include "config/limits_file.hpp"
#include "config/load.hpp"
#include "config/show.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fairgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const config::Loaded loaded = config::load_text("f.toml", text);
    for (const Error& fault : loaded.faults) {
        if (!fault.code.starts_with("FG-CFG-") || fault.what.empty()) {
            std::abort();
        }
    }
    if (loaded.faults.empty()) {
        (void)config::effective(loaded);
    }
    (void)config::load_text("p.toml", text, config::Purpose::policy);
    (void)config::load_text("s.toml", text, config::Purpose::secrets);
    (void)config::read_limits("l", text);
    return 0;
}
