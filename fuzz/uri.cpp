// Addresses, queries and dates: what was parsed prints back to the same.
#include "http/uri.hpp"

#include "http/date.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace fairgate::http;

namespace {

void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto base = parse_base(text)) {
        const auto again = parse_base(base->text() + base->path);
        expect(again && again->host == base->host && again->port == base->port);
        expect(again->path == base->path && again->host_field == base->host_field);
        expect(base->host_field.find_first_of("\r\n @/") == std::string::npos);
    }
    if (const auto query = Query::parse(text)) {
        const auto again = Query::parse(query->text());
        expect(again && again->all() == query->all());
    }
    expect(percent_decode(percent_encode(text)) == text);
    if (const auto date = parse_date(text)) {
        expect(parse_date(to_date(*date)) == date);
    }
    const Target target = split_target(text);
    expect(target.path.size() + target.query.size() <= text.size());
    return 0;
}
