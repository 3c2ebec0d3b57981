#include "backends/pasarguard/wire.hpp"

#include "backends/pasarguard/errors.hpp"

#include <charconv>

namespace fairgate::backends::pasarguard {

namespace {

using panel::member;

std::string text_at(const json::Value* value) {
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
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
