#include "cli/lines.hpp"

#include "cli/table.hpp"
#include "cli/text.hpp"

namespace fairgate::cli {

std::string text_at(const json::Value& data, std::string_view path) {
    const json::Value& value = value_at(data, path);
    if (const auto* text = value.if_string()) {
        return printable(*text);
    }
    return value.is_null() ? "" : json::serialize(value);
}

std::string bullet_lines(const json::Value& list, std::string_view indent) {
    std::string text;
    if (const auto* array = list.if_array()) {
        for (const json::Value& element : *array) {
            text += std::string(indent) + text_at(element, "") + "\n";
        }
    }
    return text;
}

std::string heading(std::string_view text, const Look& look) {
    return painted(text, Paint::bold, look.color) + "\n";
}

std::string check_lines(const json::Value& checks, const Look& look) {
    std::string text;
    const auto* array = checks.if_array();
    if (array == nullptr) {
        return text;
    }
    for (const json::Value& check : *array) {
        const std::string state = text_at(check, "state");
        const std::string stage = text_at(check, "stage");
        const std::string what = text_at(check, "what");
        text += state_text(state, look) + "  " + (stage.empty() ? "" : stage + ": ") +
                text_at(check, "name") + (what.empty() ? "" : ": " + what) + "\n";
        for (const std::string_view part : {"cause", "next"}) {
            const std::string more = text_at(check, part);
            if (!more.empty() && state != "ok") {
                text += "      " + std::string(part == "next" ? "Try: " : "") + more + "\n";
            }
        }
    }
    return text;
}

int count_checks(const json::Value& checks, std::string_view state) {
    int count = 0;
    if (const auto* array = checks.if_array()) {
        for (const json::Value& check : *array) {
            count += text_at(check, "state") == state ? 1 : 0;
        }
    }
    return count;
}

}  // namespace fairgate::cli
