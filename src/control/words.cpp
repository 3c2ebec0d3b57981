#include "control/words.hpp"

#include "model/limit.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <cctype>

namespace fairgate::control {

std::string as_argument(std::string_view text) {
    const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-.:/@%+,").find(static_cast<char>(c)) != std::string_view::npos;
    });
    if (plain) {
        return std::string(text);
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

std::string to_text(const AccountKey& key) {
    return key.backend.empty() ? key.name : key.backend + "/" + key.name;
}

std::string devices_text(int devices) {
    return devices == unlimited ? "unlimited" : std::to_string(devices);
}

std::string at_text(TimePoint time) {
    return to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

std::string until_text(const std::optional<TimePoint>& until) {
    return until ? " until " + at_text(*until) : "";
}

std::string with_reason(std::string command, std::string_view reason) {
    return reason.empty() ? command : command + " --reason " + as_argument(reason);
}

std::string counted(std::size_t number, std::string_view noun) {
    return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace fairgate::control
