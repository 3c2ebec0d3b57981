#pragma once

#include "base/error.hpp"

#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace fairgate::policy {

/// A pattern over account names: "vip_*", "*_family", "re:^user[0-9]+$".
class NamePattern {
public:
    /// Stands for the digits in a name that say how many devices it may use: "*.{devices}.User".
    static constexpr std::string_view devices_word = "{devices}";
    /// Stands for the part of a name that is the same in all accounts of one person: "{person}_*".
    static constexpr std::string_view person_word = "{person}";

    /// Text with '*' and '?' and at most one of the words, or a regular expression (ECMAScript)
    /// behind "re:". FG-LIM-001.
    static Result<NamePattern> parse(std::string_view text);
    bool matches(std::string_view name) const;
    const std::string& text() const { return text_; }
    /// Whether the number of devices stands in the names.
    bool tells_devices() const { return tells_ == Tells::devices; }
    /// What the name says, from 1 to 10000; nothing where it does not match or says another number.
    std::optional<int> devices_in(std::string_view name) const;
    /// The shortest text that stands for the person; nothing where it does not match.
    std::optional<std::string> person_in(std::string_view name) const;

private:
    enum class Tells { nothing, devices, person };
    std::optional<std::string> told_in(std::string_view name) const;

    std::string text_;
    std::optional<std::regex> regex_;
    Tells tells_ = Tells::nothing;
};

}  // namespace fairgate::policy
