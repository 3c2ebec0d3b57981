#include "backends/pasarguard/wire.hpp"

#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <charconv>

namespace fairgate::backends::pasarguard {

namespace {

constexpr std::size_t most_detail = 200;

/// `object.name`, or nothing when there is no such member or no object.
const json::Value* member(const json::Value* value, std::string_view name) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::string text_at(const json::Value* value) {
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

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

CoreFacts core_facts(const json::Value& core) {
    const json::Value* config = member(&core, "config");
    const json::Value* log = member(config, "log");
    const json::Value* levels = member(member(config, "policy"), "levels");
    const json::Value* online = member(member(levels, "0"), "statsUserOnline");
    CoreFacts facts;
    facts.name = text_at(member(&core, "name"));
    facts.type = text_at(member(&core, "type"));
    facts.loglevel = text_at(member(log, "loglevel"));
    facts.mask_address = text_at(member(log, "maskAddress"));
    facts.keeps_online = online != nullptr && online->is_bool() && online->get_bool();
    return facts;
}

}  // namespace

Error misread(std::string_view call, const Error& why) {
    return not_understood(call, why.where.empty() ? why.what : why.where + ": " + why.what);
}

Result<json::Value> read_body(std::string_view body, std::string_view call) {
    auto value = json::parse(body);
    if (!value) {
        // The body itself is not shown: half a user object would show its secrets.
        return not_understood(call, "not JSON, " + std::to_string(body.size()) + " bytes");
    }
    return *std::move(value);
}

Result<std::vector<PanelNode>> read_nodes(const json::Value& value, std::string_view call) {
    if (value.is_array()) {
        return read_as<std::vector<PanelNode>>(value, call);
    }
    auto list = read_as<NodeList>(value, call);
    return list ? Result<std::vector<PanelNode>>(std::move(list->nodes)) : list.error();
}

Result<std::vector<CoreFacts>> read_cores(const json::Value& value, std::string_view call) {
    const json::Value* cores = value.is_array() ? &value : member(&value, "cores");
    const auto* list = cores == nullptr ? nullptr : cores->if_array();
    if (list == nullptr) {
        return not_understood(call, "no list of cores");
    }
    std::vector<CoreFacts> facts;
    for (const json::Value& core : *list) {
        facts.push_back(core_facts(core));
    }
    return facts;
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

std::optional<std::int64_t> id_in_email(std::string_view email) {
    std::int64_t id = 0;
    const auto [after, failed] = std::from_chars(email.data(), email.data() + email.size(), id);
    const bool ended = after == email.data() + email.size();
    const bool digits = !email.empty() && email.front() >= '0' && email.front() <= '9';
    if (failed != std::errc{} || !digits || (!ended && *after != '.')) {
        return std::nullopt;
    }
    return id;
}

}  // namespace fairgate::backends::pasarguard
