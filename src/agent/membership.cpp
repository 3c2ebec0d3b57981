#include "agent/membership.hpp"

#include "base/json.hpp"

#include <boost/describe.hpp>

#include <filesystem>
#include <utility>

namespace fairgate::agent {

namespace {

/// One file, so that it is there whole or not at all.
struct Stored {
    std::string node;
    std::string hub;
    std::string fingerprint;
    std::string certificate;
    std::string key;
    std::optional<std::string> next_certificate;
    std::optional<std::string> next_key;
};
BOOST_DESCRIBE_STRUCT(
    Stored, (), (node, hub, fingerprint, certificate, key, next_certificate, next_key)
)

std::string path_in(const std::string& folder) { return folder + "/node.json"; }

}  // namespace

Result<Membership> load_membership(const std::string& folder) {
    const std::string path = path_in(folder);
    std::error_code failure;
    if (!std::filesystem::exists(path, failure)) {
        Error error;
        error.code = "FG-AGT-010";
        error.what = "this machine has not joined a hub";
        error.where = path;
        error.state = "the agent was not started";
        error.next = "on the hub: fairgate node join NAME, then here what it prints";
        return error;
    }
    const auto text = pki::read_private(path);
    if (!text) {
        return text.error();
    }
    auto stored = json::read<Stored>(*text, json::Unknown::ignore);
    if (!stored || stored->node.empty() || stored->certificate.empty() || stored->key.empty()) {
        Error error;
        error.code = "FG-AGT-011";
        error.what = "the file that says which node this is cannot be read";
        error.where = path;
        error.cause = stored ? "a part is missing" : stored.error().what;
        error.state = "the agent was not started";
        error.next = "on the hub: fairgate node join NAME, then here what it prints";
        return error;
    }
    Membership membership;
    membership.node = std::move(stored->node);
    membership.hub = std::move(stored->hub);
    membership.fingerprint = std::move(stored->fingerprint);
    membership.identity = {std::move(stored->certificate), std::move(stored->key)};
    if (stored->next_certificate && stored->next_key) {
        membership.next =
            pki::Identity{std::move(*stored->next_certificate), std::move(*stored->next_key)};
    }
    return membership;
}

Result<void> save_membership(const std::string& folder, const Membership& membership) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
    Stored stored;
    stored.node = membership.node;
    stored.hub = membership.hub;
    stored.fingerprint = membership.fingerprint;
    stored.certificate = membership.identity.certificate;
    stored.key = membership.identity.key;
    if (membership.next) {
        stored.next_certificate = membership.next->certificate;
        stored.next_key = membership.next->key;
    }
    return pki::write_private(path_in(folder), json::write(stored));
}

}  // namespace fairgate::agent
