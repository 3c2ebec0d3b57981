#include "nodes/node_book.hpp"

#include "base/json.hpp"
#include "link/errors.hpp"
#include "model/json.hpp"
#include "pki/join_token.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::nodes {

namespace {

struct Stored {
    std::vector<NodeRecord> nodes;
    std::vector<Invitation> invitations;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (nodes, invitations))

/// As configured names are: what a person types and a file or a certificate holds.
bool is_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    return !name.empty() && name.size() <= 63 && name.front() != '.' && name.front() != '-' &&
           std::ranges::all_of(name, fits);
}

}  // namespace

Error no_node(const std::string& name) {
    Error error;
    error.code = "FG-NOD-003";
    error.what = "there is no node \"" + name + "\"";
    error.state = "nothing was changed";
    error.next = "fairgate node list";
    return error;
}

Error not_listening() {
    Error error;
    error.code = "FG-NOD-004";
    error.what = "this daemon takes no agents";
    error.cause = "agents.listen is not set";
    error.state = "nothing was changed";
    error.next = "set agents.listen = \"0.0.0.0:8470\" and restart the daemon";
    return error;
}

Error no_address(const std::string& listen) {
    Error error;
    error.code = "FG-NOD-005";
    error.what = "the token must say where nodes find this hub";
    error.cause = "agents.listen is " + listen + ", which is no address to go to";
    error.state = "no token was given out";
    error.next = "fairgate node join NAME --address hub.example.com:8470, or set agents.address";
    return error;
}

Result<NodeBook> NodeBook::parse(std::string_view text) {
    auto stored = json::read<Stored>(text, json::Unknown::ignore);
    if (!stored) {
        Error error;
        error.code = "FG-NOD-001";
        error.what = "the list of nodes in the store cannot be read";
        error.cause = to_line(stored.error());
        error.state = "the daemon was not started";
        error.next = "put the database back from a backup";
        return error;
    }
    NodeBook book;
    book.nodes_ = std::move(stored->nodes);
    book.invitations_ = std::move(stored->invitations);
    return book;
}

std::string NodeBook::text() const { return json::write(Stored{nodes_, invitations_}); }

Result<void> NodeBook::invite(Invitation invitation, TimePoint now) {
    if (!is_name(invitation.name)) {
        Error error;
        error.code = "FG-NOD-002";
        error.what = "\"" + invitation.name + "\" cannot be the name of a node";
        error.cause = "letters, digits, dot, dash and underscore, at most 63";
        error.state = "nothing was changed";
        return error;
    }
    std::erase_if(invitations_, [&](const Invitation& other) {
        return other.name == invitation.name || other.expires <= now;
    });
    invitations_.push_back(std::move(invitation));
    return {};
}

Result<Invitation> NodeBook::redeem(std::string_view secret, TimePoint now) {
    const auto found = std::ranges::find_if(invitations_, [&](const Invitation& one) {
        return pki::is_secret(secret, one.hash);
    });
    if (found == invitations_.end() || found->expires <= now) {
        return link::token_refused();
    }
    Invitation invitation = std::move(*found);
    invitations_.erase(found);
    return invitation;
}

void NodeBook::add(NodeRecord record) {
    std::erase_if(nodes_, [&](const NodeRecord& other) { return other.name == record.name; });
    nodes_.push_back(std::move(record));
}

Result<void> NodeBook::revoke(const std::string& name, TimePoint now) {
    const auto node = std::ranges::find(nodes_, name, &NodeRecord::name);
    const auto invited = std::ranges::find(invitations_, name, &Invitation::name);
    if (node == nodes_.end() && invited == invitations_.end()) {
        return no_node(name);
    }
    if (invited != invitations_.end()) {
        invitations_.erase(invited);
    }
    if (node != nodes_.end() && !node->revoked) {
        node->revoked = now;
    }
    return {};
}

Result<NodeRecord> NodeBook::admit(const pki::Holder& holder) const {
    const NodeRecord* const node = find(holder.name);
    if (node == nullptr || node->revoked ||
        (node->serial != holder.serial && node->next_serial != holder.serial)) {
        return link::not_a_node(holder.name);
    }
    return *node;
}

Result<void> NodeBook::renew(const std::string& name, const std::string& serial, TimePoint until) {
    const auto node = std::ranges::find(nodes_, name, &NodeRecord::name);
    if (node == nodes_.end() || node->revoked) {
        return link::not_a_node(name);
    }
    node->next_serial = serial;
    node->next_until = until;
    return {};
}

bool NodeBook::settle(const pki::Holder& holder) {
    const auto node = std::ranges::find(nodes_, holder.name, &NodeRecord::name);
    if (node == nodes_.end() || node->next_serial != holder.serial) {
        return false;
    }
    node->serial = holder.serial;
    node->until = holder.until;
    node->next_serial.reset();
    node->next_until.reset();
    return true;
}

const NodeRecord* NodeBook::find(std::string_view name) const {
    const auto found = std::ranges::find(nodes_, name, &NodeRecord::name);
    return found == nodes_.end() ? nullptr : &*found;
}

}  // namespace fairgate::nodes
