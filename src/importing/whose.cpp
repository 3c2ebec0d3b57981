#include "importing/whose.hpp"

#include "importing/errors.hpp"
#include "importing/peer_files.hpp"
#include "importing/usual_places.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string_view>

namespace fairgate::importing {

namespace {

/// A file, and what stands in it, that only one tool has.
struct Mark {
    Peer peer;
    std::string_view file;
    std::string_view text = {};
};

constexpr std::array marks = {
    Mark{Peer::pg_limiter, "pg_limiter.db"},
    Mark{Peer::pg_limiter, ".env", "PANEL_DOMAIN"},
    Mark{Peer::pg_limiter, "config.json", "\"limits\""},
    Mark{Peer::pg_limiter, "config.json", "\"punishment\""},
    Mark{Peer::v2iplimit, "config.json", "\"GENERAL_LIMIT\""},
    Mark{Peer::v2iplimit, "config.json", "\"PANEL_DOMAIN\""},
    Mark{Peer::v2iplimit, "v2iplimit_config.json"},
    Mark{Peer::marzban_sentry, ".env", "ALLOWED_CONNECTIONS"},
    Mark{Peer::marzban_sentry, "storage.json"},
    Mark{Peer::luip, ".env", "MAX_ALLOW_USERS"},
    Mark{Peer::luip, "blocked_ips.csv"},
    Mark{Peer::luip, "users.csv"},
};

constexpr std::array peers = {Peer::pg_limiter, Peer::v2iplimit, Peer::marzban_sentry, Peer::luip};

bool is_marked(Peer peer, const std::vector<std::string>& paths) {
    const PeerFiles files = gather(peer, paths);
    return std::ranges::any_of(marks, [&](const Mark& mark) {
        const PeerFile* file = mark.peer == peer ? files.find(mark.file) : nullptr;
        return file != nullptr && file->bytes.find(mark.text) != std::string::npos;
    });
}

/// The tools that have left files here.
std::set<Peer> peers_of(const std::vector<std::string>& paths) {
    std::set<Peer> found;
    for (const Peer peer : peers) {
        if (is_marked(peer, paths)) {
            found.insert(peer);
        }
    }
    return found;
}

std::string path_on(const Machine& machine, const UsualPlace& place) {
    const std::string path = path_of(place, machine.home);
    return place.path.starts_with('~') ? path : machine.root + path;
}

std::vector<std::string> places_of(Peer peer, const Machine& machine) {
    std::vector<std::string> there;
    std::error_code error;
    for (const UsualPlace& place : usual_places()) {
        const std::string path = path_on(machine, place);
        if (place.peer == peer && std::filesystem::is_directory(path, error)) {
            there.push_back(path);
        }
    }
    return there;
}

std::string all_places(const Machine& machine) {
    std::string text;
    for (const UsualPlace& place : usual_places()) {
        text += (text.empty() ? "" : ", ") + path_on(machine, place);
    }
    return text;
}

std::string joined(const std::vector<std::string>& paths) {
    std::string text;
    for (const std::string& path : paths) {
        text += (text.empty() ? "" : ", ") + path;
    }
    return text;
}

Result<Whose> in_usual_places(const Machine& machine) {
    std::set<Peer> found;
    for (const Peer peer : peers) {
        const auto there = places_of(peer, machine);
        if (!there.empty() && is_marked(peer, there)) {
            found.insert(peer);
        }
    }
    if (found.size() == 1) {
        return Whose{*found.begin(), places_of(*found.begin(), machine)};
    }
    return found.empty() ? errors::nothing_found("another tool", all_places(machine))
                         : errors::whose_is_unclear("the usual places", found);
}

}  // namespace

Result<Whose> whose(const std::vector<std::string>& words, const Machine& machine) {
    if (words.empty()) {
        return in_usual_places(machine);
    }
    std::error_code error;
    const auto peer = peer_named(words.front());
    if (peer && words.size() > 1) {
        return Whose{*peer, {words.begin() + 1, words.end()}};
    }
    if (peer && !std::filesystem::exists(words.front(), error)) {
        auto there = places_of(*peer, machine);
        return there.empty()
                   ? Result<Whose>(errors::nothing_found(name_of(*peer), all_places(machine)))
                   : Whose{*peer, std::move(there)};
    }
    const std::set<Peer> found = peers_of(words);
    if (found.size() == 1) {
        return Whose{*found.begin(), words};
    }
    // What cannot be read at all is told as such.
    const PeerFiles files = gather(Peer::pg_limiter, words);
    const bool unreadable =
        found.empty() && !files.faults.empty() && files.faults.front().code != "FG-IMP-002";
    return unreadable ? files.faults.front() : errors::whose_is_unclear(joined(words), found);
}

}  // namespace fairgate::importing
