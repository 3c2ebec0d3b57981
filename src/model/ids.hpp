#pragma once

#include "model/decision.hpp"
#include "model/measure.hpp"
#include "model/violation.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate {

/// How stored things are named wherever people and programs see them: "vio_12", "dec_7", "mea_3".
template <class Id>
inline constexpr std::string_view id_prefix = "";
template <>
inline constexpr std::string_view id_prefix<ViolationId> = "vio_";
template <>
inline constexpr std::string_view id_prefix<DecisionId> = "dec_";
template <>
inline constexpr std::string_view id_prefix<MeasureId> = "mea_";

template <class Id>
    requires(!id_prefix<Id>.empty())
std::string to_text(Id id) {
    return std::string(id_prefix<Id>) + std::to_string(id.value);
}

/// Reads what to_text() wrote: `parse_id<DecisionId>("dec_7")`.
template <class Id>
    requires(!id_prefix<Id>.empty())
std::optional<Id> parse_id(std::string_view text) {
    if (!text.starts_with(id_prefix<Id>)) {
        return std::nullopt;
    }
    text.remove_prefix(id_prefix<Id>.size());
    Id id;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id.value);
    if (failed != std::errc{} || end != text.data() + text.size() || id.value <= 0) {
        return std::nullopt;
    }
    return id;
}

}  // namespace fairgate
