#include "http/message.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const Header& field : fields_) {
        if (same_name(field.name, name)) {
            return field.value;
        }
    }
    return std::nullopt;
}

void Headers::set(std::string name, std::string value) {
    std::erase_if(fields_, [&](const Header& field) { return same_name(field.name, name); });
    add(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) {
    fields_.push_back(Header{std::move(name), std::move(value)});
}

}  // namespace fairgate::http
