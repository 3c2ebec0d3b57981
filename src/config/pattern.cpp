#include "config/pattern.hpp"

#include <string_view>

namespace fairgate::config {

namespace {

/// The regular expression that means exactly this text.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos) {
            out += '\\';
        }
        out += c;
    }
    return out;
}

}  // namespace

std::string pattern_text(const NameText& pattern) {
    if (!pattern.match.empty()) {
        return pattern.match;
    }
    if (!pattern.regex.empty()) {
        return "re:^(?:" + pattern.regex + ")$";
    }
    const std::string& part = pattern.prefix.empty() ? pattern.suffix : pattern.prefix;
    const bool plain = part.find_first_of("*?") == std::string::npos && !part.starts_with("re:");
    if (pattern.prefix.empty()) {
        return plain ? "*" + part : "re:" + escaped(part) + "$";
    }
    return plain ? part + "*" : "re:^" + escaped(part);
}

}  // namespace fairgate::config
