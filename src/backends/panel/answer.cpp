#include "backends/panel/answer.hpp"

#include <algorithm>

namespace fairgate::backends::panel {

namespace {

constexpr std::size_t most_detail = 200;

/// One line, and cut between characters rather than within one.
std::string for_an_error(std::string text) {
    std::replace_if(
        text.begin(),
        text.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; },
        ' '
    );
    if (text.size() > most_detail) {
        std::size_t cut = most_detail;
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
            --cut;
        }
        text.resize(cut);
        text += "…";
    }
    return text;
}

/// {"username": "Field required"} as "username: Field required".
std::string messages(const boost::json::object& fields) {
    std::string text;
    for (const auto& [field, message] : fields) {
        text += (text.empty() ? "" : "; ") + std::string(field) + ": ";
        text += message.is_string() ? std::string(message.get_string()) : json::serialize(message);
    }
    return text;
}

}  // namespace

const json::Value* member(const json::Value* value, std::string_view name) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

Error misread(const Product& product, std::string_view call, const Error& why) {
    return not_understood(
        product, call, why.where.empty() ? why.what : why.where + ": " + why.what
    );
}

Result<json::Value> read_body(
    const Product& product, std::string_view body, std::string_view call
) {
    auto value = json::parse(body);
    if (!value) {
        // The body itself is not shown: half a user object would show its secrets.
        return not_understood(product, call, "not JSON, " + std::to_string(body.size()) + " bytes");
    }
    return *std::move(value);
}

std::string detail_of(std::string_view body) {
    const auto value = json::parse(body);
    if (!value) {
        return for_an_error(std::string(body.substr(0, most_detail * 2)));
    }
    const json::Value* detail = member(&*value, "detail");
    if (detail == nullptr) {
        return "an answer without detail";  // not shown: whose JSON it is nobody knows
    }
    if (detail->is_string()) {
        return for_an_error(std::string(detail->get_string()));
    }
    if (detail->is_object()) {
        return for_an_error(messages(detail->get_object()));
    }
    return for_an_error(json::serialize(*detail));
}

}  // namespace fairgate::backends::panel
