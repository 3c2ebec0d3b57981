#include "backends/marzban/wire.hpp"

#include <algorithm>
#include <charconv>

namespace fairgate::backends::marzban {

namespace {

std::string text_at(const json::Value* value) {
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

}  // namespace

LogFacts log_facts(const json::Value& config) {
    const json::Value* log = panel::member(&config, "log");
    LogFacts facts;
    facts.loglevel = text_at(panel::member(log, "loglevel"));
    facts.access = text_at(panel::member(log, "access"));
    facts.mask_address = text_at(panel::member(log, "maskAddress"));
    return facts;
}

std::optional<LogName> name_in_email(std::string_view email) {
    LogName found;
    const auto [after, failed] =
        std::from_chars(email.data(), email.data() + email.size(), found.id);
    const bool digits = !email.empty() && email.front() >= '0' && email.front() <= '9';
    if (failed != std::errc{} || !digits) {
        return std::nullopt;
    }
    const std::string_view rest = email.substr(static_cast<std::size_t>(after - email.data()));
    if (rest.size() < 2 || rest.front() != '.') {
        return std::nullopt;
    }
    found.name = rest.substr(1);
    return found;
}

std::string folded(std::string_view name) {
    std::string text(name);
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

}  // namespace fairgate::backends::marzban
