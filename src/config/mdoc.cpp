#include "config/mdoc.hpp"

#include <algorithm>

namespace fairgate::config::mdoc {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\\' ? "\\e" : std::string(1, c);
    }
    if (!out.empty() && (out[0] == '.' || out[0] == '\'')) {
        out.insert(0, "\\&");
    }
    return out;
}

std::string prose(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t end = text.find(". ");
        end = end == std::string_view::npos ? text.size() : end + 1;
        out += escaped(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace fairgate::config::mdoc
