#include "setup/protect.hpp"

#include "model/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <unistd.h>
#include <utmpx.h>

namespace fairgate::setup {

namespace {

constexpr int most_parents = 16;

std::string variable_in(std::string_view block, std::string_view name) {
    while (!block.empty()) {
        const std::string_view entry = block.substr(0, block.find('\0'));
        block.remove_prefix(std::min(entry.size() + 1, block.size()));
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
            return std::string(entry.substr(name.size() + 1));
        }
    }
    return {};
}

/// The fourth field of /proc/PID/stat (proc(5)); its second, the name, may hold blanks.
int parent_of(const Root& root, int process) {
    const std::string text = root.text("/proc/" + std::to_string(process) + "/stat").value_or("");
    const std::size_t name_end = text.rfind(") ");
    int parent = 0;
    if (name_end != std::string::npos && text.size() > name_end + 4) {
        std::from_chars(text.data() + name_end + 4, text.data() + text.size(), parent);
    }
    return parent;
}

void add_sessions_of_parents(const Root& root, std::vector<Protected>& into) {
    int process = ::getpid();
    for (int i = 0; i < most_parents && process > 1; ++i) {
        const auto block = root.text("/proc/" + std::to_string(process) + "/environ");
        const std::string peer = peer_in(variable_in(block.value_or(""), "SSH_CONNECTION"));
        if (!peer.empty()) {
            add_protected(into, peer, "this SSH session");
            return;
        }
        process = parent_of(root, process);
    }
}

void add_logged_in(const Root& root, std::vector<Protected>& into) {
    const std::string records = root.text("/run/utmp").value_or("");
    for (std::size_t at = 0; at + sizeof(utmpx) <= records.size(); at += sizeof(utmpx)) {
        utmpx record{};
        std::memcpy(&record, records.data() + at, sizeof(utmpx));
        if (record.ut_type != USER_PROCESS) {
            continue;
        }
        const std::string host(record.ut_host, ::strnlen(record.ut_host, sizeof(record.ut_host)));
        const std::string user(record.ut_user, ::strnlen(record.ut_user, sizeof(record.ut_user)));
        if (Address::parse(host)) {
            add_protected(into, host, user + " is logged in from there");
        }
    }
}

}  // namespace

std::string peer_in(std::string_view variable) {
    const std::string_view word = variable.substr(0, variable.find(' '));
    return Address::parse(word) ? std::string(word) : "";
}

void add_protected(std::vector<Protected>& all, std::string_view address, std::string why) {
    const auto network = Network::parse(address);
    if (!network || network->base().is_loopback() || network->base().is_unspecified()) {
        return;
    }
    const auto lone = Address::parse(address);
    const std::string text = lone ? lone->text() : network->text();
    const bool known =
        std::ranges::any_of(all, [&](const Protected& other) { return other.address == text; });
    if (!known) {
        all.push_back({text, std::move(why)});
    }
}

std::vector<Protected> operators(const Root& root, const config::Environment& environment) {
    std::vector<Protected> found;
    for (const char* name : {"SSH_CONNECTION", "SSH_CLIENT"}) {
        const auto variable = environment.find(name);
        if (variable != environment.end()) {
            add_protected(found, peer_in(variable->second), "this SSH session");
        }
    }
    add_sessions_of_parents(root, found);
    add_logged_in(root, found);
    return found;
}

}  // namespace fairgate::setup
