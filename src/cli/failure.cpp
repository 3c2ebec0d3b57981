#include "cli/failure.hpp"

#include "base/json.hpp"
#include "cli/text.hpp"
#include "errors/catalogue.hpp"

#include <cctype>
#include <charconv>

namespace fairgate::cli {

namespace {

/// Each line printable and indented; lines are kept, other control characters are shown.
std::string block(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += "  " + printable(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// A next step that is no sentence of its own is introduced.
std::string next_step(const std::string& next) {
    const bool sentence = std::isupper(static_cast<unsigned char>(next[0])) != 0;
    return sentence ? next : "Try: " + next;
}

/// An answer of HTTP without a code of ours is judged by its class.
int exit_code_of_status(std::string_view number) {
    int status = 0;
    std::from_chars(number.data(), number.data() + number.size(), status);
    switch (status) {
        case 400:
        case 422:
            return 2;
        case 401:
        case 403:
            return 5;
        case 404:
            return 3;
        case 409:
        case 412:
            return 4;
        case 408:
        case 504:
            return 8;
        case 502:
        case 503:
            return 6;
        default:
            return 1;
    }
}

}  // namespace

int exit_code(const Error& error) {
    constexpr std::string_view plain_status = "FG-API-";
    if (const auto entry = errors::find(error.code)) {
        return entry->exit_code;
    }
    return error.code.starts_with(plain_status)
               ? exit_code_of_status(std::string_view(error.code).substr(plain_status.size()))
               : 1;
}

std::string error_text(const Error& error, Color color) {
    const bool one_line = error.cause.find('\n') == std::string::npos;
    std::string text = painted("error " + printable(error.code) + ":", Paint::red, color) + " " +
                       painted(printable(error.what), Paint::bold, color);
    if (one_line && !error.cause.empty()) {
        text += " (" + printable(error.cause) + ")";
    }
    text += "\n" + block(error.where);
    if (!one_line) {
        text += block(error.cause);
    }
    std::string state = error.state;
    if (error.retry_in) {
        state += (state.empty() ? "" : " ") + std::string("Next try in ") +
                 std::to_string(error.retry_in->count()) + " s.";
    }
    if (!state.empty()) {
        state[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(state[0])));
    }
    text += block(state);
    if (!error.next.empty()) {
        text += block(next_step(error.next));
    }
    if (!error.request_id.empty()) {
        text += block("Request " + error.request_id);
    }
    return text;
}

std::string error_json(const Error& error) {
    boost::json::object object{{"code", error.code}, {"what", error.what}};
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) {
            object[name] = value;
        }
    };
    add("where", error.where);
    add("cause", error.cause);
    add("state", error.state);
    add("next", error.next);
    add("request_id", error.request_id);
    if (error.retry_in) {
        object["retry_in"] = error.retry_in->count();
    }
    const boost::json::object outer{{"schema", "fairgate.error/1"}, {"error", object}};
    return json::serialize(outer);
}

}  // namespace fairgate::cli
