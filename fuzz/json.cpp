// Any text is a JSON value or an error with its code; a value that was read can be written and read
// again. (Not to the same text: Boost 1.81 rounds doubles of many digits to a neighbour.)
#include "base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fairgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = json::parse({reinterpret_cast<const char*>(data), size});
    if (!value) {
        return value.error().code == "FG-JSN-001" ? 0 : (std::abort(), 0);
    }
    if (!json::parse(json::serialize(*value))) {
        std::abort();
    }
    return 0;
}
