#include "geo/mmdb_fields.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fairgate::geo {

namespace {

using Spelling = std::array<const char*, 3>;

constexpr std::array<Spelling, 4> asn_spellings = {{
    {"autonomous_system_number", nullptr},
    {"asn", nullptr},
    {"as_number", nullptr},
    {"traits", "autonomous_system_number", nullptr},
}};
constexpr std::array<Spelling, 5> organisation_spellings = {{
    {"autonomous_system_organization", nullptr},
    {"as_name", nullptr},
    {"as_organization", nullptr},
    {"organization", nullptr},
    {"name", nullptr},
}};
constexpr std::array<Spelling, 4> country_spellings = {{
    {"country", "iso_code", nullptr},
    {"country_code", nullptr},
    {"country", nullptr},
    {"registered_country", "iso_code", nullptr},
}};

std::optional<std::string_view> text_at(MMDB_entry_s record, const char* const* path) {
    MMDB_entry_data_s data{};
    if (path == nullptr || MMDB_aget_value(&record, &data, path) != MMDB_SUCCESS ||
        !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) {
        return std::nullopt;
    }
    return std::string_view(data.utf8_string, data.data_size);
}

/// "AS64500" or "64500".
std::optional<std::uint32_t> number_in(std::string_view text) {
    if (text.starts_with("AS")) {
        text.remove_prefix(2);
    }
    std::uint32_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

std::optional<std::uint32_t> number_at(MMDB_entry_s record, const char* const* path) {
    MMDB_entry_data_s data{};
    if (path == nullptr || MMDB_aget_value(&record, &data, path) != MMDB_SUCCESS ||
        !data.has_data) {
        return std::nullopt;
    }
    switch (data.type) {
        case MMDB_DATA_TYPE_UINT16:
            return data.uint16;
        case MMDB_DATA_TYPE_UINT32:
            return data.uint32;
        case MMDB_DATA_TYPE_UINT64:
            return data.uint64 <= UINT32_MAX
                       ? std::optional(static_cast<std::uint32_t>(data.uint64))
                       : std::nullopt;
        case MMDB_DATA_TYPE_UTF8_STRING:
            return number_in({data.utf8_string, data.data_size});
        default:
            return std::nullopt;
    }
}

bool is_country(std::string_view text) { return text.size() == 2; }

}  // namespace

bool Fields::learn(MMDB_entry_s record) {
    MMDB_entry_data_s whole{};
    const char* const nothing = nullptr;
    if (MMDB_aget_value(&record, &whole, &nothing) != MMDB_SUCCESS) {
        return false;
    }
    for (std::size_t i = 0; asn_ == nullptr && i < asn_spellings.size(); ++i) {
        asn_ = number_at(record, asn_spellings[i].data()) ? asn_spellings[i].data() : nullptr;
    }
    for (std::size_t i = 0; organisation_ == nullptr && i < organisation_spellings.size(); ++i) {
        const Spelling& spelling = organisation_spellings[i];
        organisation_ = text_at(record, spelling.data()) ? spelling.data() : nullptr;
    }
    for (std::size_t i = 0; country_ == nullptr && i < country_spellings.size(); ++i) {
        const auto text = text_at(record, country_spellings[i].data());
        country_ = text && is_country(*text) ? country_spellings[i].data() : nullptr;
    }
    return true;
}

Asn Fields::asn(MMDB_entry_s record) const { return Asn{number_at(record, asn_).value_or(0)}; }

std::string Fields::organisation(MMDB_entry_s record) const {
    return std::string(text_at(record, organisation_).value_or(""));
}

std::string Fields::country(MMDB_entry_s record) const {
    const auto text = text_at(record, country_);
    return text && is_country(*text) ? std::string(*text) : std::string();
}

}  // namespace fairgate::geo
