#include "config/clash.hpp"

#include <algorithm>
#include <string_view>

namespace fairgate::config {

namespace {

constexpr std::string_view person = "{person}";

bool is_backend(const Settings& settings, std::string_view name) {
    const bool configured = std::ranges::any_of(settings.backends, [&](const auto& backend) {
        return backend.name == name;
    });
    const bool of_a_log = std::ranges::any_of(settings.sources, [](const SourceSettings& source) {
        return source.backend.empty();
    });
    return configured || (name == "local" && of_a_log);
}

void check_accounts(
    const Settings& settings,
    const IdentitySettings& identity,
    const std::string& path,
    Clashes& faults
) {
    if (!identity.match.empty() || !identity.backends.empty()) {
        add(faults,
            contradiction,
            {path + "accounts", path + "match", path + "backends"},
            "identity: accounts are listed, and chosen by match or backends as well",
            "write an [[identity]] for each");
    }
    if (identity.accounts.size() == 1) {
        add(faults,
            "FG-CFG-006",
            {path + "accounts"},
            "identity: one account alone is one person already",
            "list two or more");
    }
    for (const std::string& account : identity.accounts) {
        const auto slash = account.find('/');
        if (slash == std::string::npos || slash + 1 == account.size()) {
            add(faults,
                "FG-CFG-008",
                {path + "accounts"},
                "identity: \"" + account + "\" does not say of which backend it is",
                "write BACKEND/NAME");
        } else if (!is_backend(settings, std::string_view(account).substr(0, slash))) {
            add(faults,
                contradiction,
                {path + "accounts"},
                "there is no [[backend]] named \"" + account.substr(0, slash) + "\"",
                "");
        }
    }
}

void check_match(const IdentitySettings& identity, const std::string& path, Clashes& faults) {
    const std::string& match = identity.match;
    if (match.empty()) {
        if (identity.by == IdentityBy::note) {
            add(faults,
                "FG-CFG-009",
                {path + "by"},
                "identity: by = \"note\" needs match, because many accounts share a note",
                R"(what of the note is the person, such as match = "tg:{person}")");
        }
        return;
    }
    const auto first = match.find(person);
    const bool once =
        first != std::string::npos && match.find(person, first + 1) == std::string::npos;
    if (!once || match.find("{devices}") != std::string::npos) {
        add(faults,
            "FG-CFG-008",
            {path + "match"},
            "identity: match needs {person} once and no other word",
            R"(such as "{person}_*")");
    }
}

}  // namespace

void check_identities(const Settings& settings, Clashes& faults) {
    for (std::size_t i = 0; i < settings.identities.size(); ++i) {
        const IdentitySettings& identity = settings.identities[i];
        const std::string path = "identity." + std::to_string(i + 1) + ".";
        if (!identity.accounts.empty()) {
            check_accounts(settings, identity, path, faults);
            continue;
        }
        check_match(identity, path, faults);
        for (const std::string& backend : identity.backends) {
            if (!is_backend(settings, backend)) {
                add(faults,
                    contradiction,
                    {path + "backends"},
                    "there is no [[backend]] named \"" + backend + "\"",
                    "");
            }
        }
    }
}

}  // namespace fairgate::config
