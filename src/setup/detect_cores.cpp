// Cores without a panel: what their configurations say, and the access logs that are there.
#include "setup/detect.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace fairgate::setup {

namespace {

namespace bj = boost::json;

const bj::value* at(const bj::value* value, std::string_view key) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(key);
}

std::string text_at(const bj::value* value, std::string_view key) {
    const bj::value* found = at(value, key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

/// Tags of the inbounds that the routing sends to the API (the way before "api.listen").
std::set<std::string> api_inbounds(const bj::value& core, const std::string& api_tag) {
    std::set<std::string> tags = {api_tag};
    const bj::value* rules = at(at(&core, "routing"), "rules");
    const auto* array = rules == nullptr ? nullptr : rules->if_array();
    if (array == nullptr) {
        return tags;
    }
    for (const bj::value& rule : *array) {
        const bj::value* inbounds = at(&rule, "inboundTag");
        const auto* names = inbounds == nullptr ? nullptr : inbounds->if_array();
        if (text_at(&rule, "outboundTag") != api_tag || names == nullptr) {
            continue;
        }
        for (const bj::value& name : *names) {
            if (name.is_string()) {
                tags.emplace(name.get_string());
            }
        }
    }
    return tags;
}

std::string number_text(const bj::value* value) {
    if (value == nullptr) {
        return {};
    }
    if (value->is_string()) {
        return std::string(value->get_string());
    }
    return value->is_int64() ? std::to_string(value->get_int64()) : "";
}

std::string api_of(const bj::value& core) {
    const bj::value* api = at(&core, "api");
    if (api == nullptr) {
        return {};
    }
    if (const std::string listen = text_at(api, "listen"); !listen.empty()) {
        return listen;
    }
    const std::set<std::string> tags = api_inbounds(core, text_at(api, "tag"));
    const bj::value* inbounds = at(&core, "inbounds");
    const auto* array = inbounds == nullptr ? nullptr : inbounds->if_array();
    if (array == nullptr) {
        return {};
    }
    for (const bj::value& inbound : *array) {
        const std::string port = number_text(at(&inbound, "port"));
        if (!tags.contains(text_at(&inbound, "tag")) || port.empty()) {
            continue;
        }
        const std::string listen = text_at(&inbound, "listen");
        const bool anywhere = listen.empty() || listen == "0.0.0.0" || listen == "::";
        return (anywhere ? "127.0.0.1" : listen) + ":" + port;
    }
    return {};
}

struct KnownCore {
    std::string_view name;
    std::string_view file;
};

/// Where installers and packages put them: XTLS/Xray-install, v2fly/fhs-install-v2ray, Debian's
/// v2ray, 3x-ui.
constexpr std::array cores = {
    KnownCore{"Xray", "/usr/local/etc/xray/config.json"},
    KnownCore{"Xray", "/etc/xray/config.json"},
    KnownCore{"V2Ray", "/usr/local/etc/v2ray/config.json"},
    KnownCore{"V2Ray", "/etc/v2ray/config.json"},
    KnownCore{"3x-ui", "/usr/local/x-ui/bin/config.json"},
};

constexpr std::array<std::string_view, 7> usual_logs = {
    "/var/log/xray/access.log",
    "/var/log/v2ray/access.log",
    "/var/lib/marzban/access.log",
    "/var/lib/marzban-node/access.log",
    "/var/lib/pasarguard/access.log",
    "/var/lib/pg-node/access.log",
    "/usr/local/x-ui/access.log",
};

}  // namespace

CoreFile read_core_file(std::string_view text) {
    CoreFile file;
    bj::parse_options options;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    boost::system::error_code failure;
    const bj::value core = bj::parse(text, failure, {}, options);
    if (failure || !core.is_object()) {
        return file;
    }
    file.understood = true;
    file.api = api_of(core);
    const bj::value* log = at(&core, "log");
    file.access_log = text_at(log, "access");
    if (file.access_log == "none" || text_at(log, "loglevel") == "none") {
        file.problem = "it writes no access log";
        file.access_log.clear();
    } else if (file.access_log.empty()) {
        file.problem = "its access log goes to its standard output, not to a file";
    } else if (!text_at(log, "maskAddress").empty()) {
        file.problem = "log.maskAddress hides the addresses";
    }
    return file;
}

void find_cores(const Root& root, Findings& into) {
    for (const KnownCore& known : cores) {
        const auto text = root.text(known.file);
        if (!text) {
            continue;
        }
        const CoreFile file = read_core_file(*text);
        Finding found;
        found.thing = Thing::core;
        found.name = known.name;
        found.path = known.file;
        found.certainty = file.understood ? Certainty::sure : Certainty::possible;
        found.because = "found " + std::string(known.file);
        found.api = file.api;
        if (!file.understood) {
            found.because += ", which cannot be read as JSON";
        } else if (file.api.empty()) {
            found.because += ", without an api inbound";
        } else {
            found.because += ", API at " + file.api;
        }
        if (file.understood && !file.problem.empty()) {
            found.because += "; " + file.problem;
            found.advice = "set \"log\": {\"access\": \"/var/log/xray/access.log\"} there";
        }
        into.push_back(std::move(found));
    }
}

void find_logs(const Root& root, TimePoint now, Findings& into) {
    std::vector<std::string> paths;
    for (const KnownCore& known : cores) {
        if (const auto text = root.text(known.file)) {
            paths.push_back(read_core_file(*text).access_log);
        }
    }
    paths.insert(paths.end(), usual_logs.begin(), usual_logs.end());
    std::set<std::string> seen;
    for (const std::string& path : paths) {
        const auto facts = path.starts_with('/') ? root.facts(path) : std::nullopt;
        if (!facts || !seen.insert(path).second) {
            continue;
        }
        Finding found;
        found.thing = Thing::log;
        found.name = "access log";
        found.path = path;
        found.certainty = facts->bytes > 0 ? Certainty::sure : Certainty::likely;
        found.because = "found " + path + ", " + log_age(*facts, now);
        into.push_back(std::move(found));
    }
}

}  // namespace fairgate::setup
