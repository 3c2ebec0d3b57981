#include "control/cursor.hpp"

#include "base/json.hpp"
#include "control/errors.hpp"

#include <sodium.h>

#include <charconv>

namespace fairgate::control {

namespace {

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
// A name is at most 255 bytes, four times that in base 64 and escapes.
constexpr std::size_t longest = 4096;

}  // namespace

std::string to_cursor(const std::vector<std::string>& parts) {
    const std::string text = json::write(parts);
    std::string encoded(sodium_base64_encoded_len(text.size(), variant), '\0');
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    sodium_bin2base64(encoded.data(), encoded.size(), bytes, text.size(), variant);
    encoded.pop_back();  // the zero behind it
    return encoded;
}

Result<std::vector<std::string>> parse_cursor(
    std::string_view cursor, std::string_view kind, std::size_t parts
) {
    if (cursor.size() > longest) {
        return errors::bad_cursor();
    }
    std::string text(cursor.size(), '\0');
    std::size_t size = 0;
    const int failed = sodium_base642bin(
        reinterpret_cast<unsigned char*>(text.data()),
        text.size(),
        cursor.data(),
        cursor.size(),
        nullptr,
        &size,
        nullptr,
        variant
    );
    text.resize(size);
    auto read = json::read<std::vector<std::string>>(text, json::Unknown::refuse);
    if (failed != 0 || !read || read->size() != parts || read->front() != kind) {
        return errors::bad_cursor();
    }
    return read;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

Result<store::Cursor> store_cursor(
    std::string_view cursor, std::string_view kind, std::size_t limit
) {
    store::Cursor place;
    place.limit = static_cast<int>(limit);
    if (cursor.empty()) {
        return place;
    }
    const auto parts = parse_cursor(cursor, kind, 2);
    const auto from = parts ? parse_number(parts->back()) : std::nullopt;
    if (!from || *from <= 0) {
        return errors::bad_cursor();
    }
    place.from = *from;
    return place;
}

std::optional<std::string> next_cursor(
    const std::optional<std::int64_t>& next, std::string_view kind
) {
    if (!next) {
        return std::nullopt;
    }
    return to_cursor({std::string(kind), std::to_string(*next)});
}

}  // namespace fairgate::control
