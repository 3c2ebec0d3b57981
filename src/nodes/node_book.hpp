#pragma once

#include "nodes/node.hpp"
#include "pki/authority.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::nodes {

/// Which machines may report, and which may join. Changes are text that somebody keeps before they
/// are used.
class NodeBook {
public:
    NodeBook() = default;
    /// FG-NOD-001 for text that text() did not write.
    static Result<NodeBook> parse(std::string_view text);
    std::string text() const;

    /// A newer invitation of a name replaces the older one. FG-NOD-002 for a name that cannot be.
    Result<void> invite(Invitation invitation, TimePoint now);
    /// The invitation of this secret, which is used up by it. FG-AGT-001, the same for a secret
    /// that was used, is over or never was.
    Result<Invitation> redeem(std::string_view secret, TimePoint now);
    /// A machine joined: it replaces what had that name.
    void add(NodeRecord record);
    /// FG-NOD-003 if there is no such node and no invitation.
    Result<void> revoke(const std::string& name, TimePoint now);
    /// The node is given a newer certificate; of several only the last. FG-AGT-002
    Result<void> renew(const std::string& name, const std::string& serial, TimePoint until);
    /// The node of a certificate that our authority signed. FG-AGT-002 unless it is one that its
    /// node may show.
    Result<NodeRecord> admit(const pki::Holder& holder) const;
    /// One that was let in showed this: if it is the newer certificate, the older one is refused
    /// from here on. Whether anything changed.
    bool settle(const pki::Holder& holder);

    const NodeRecord* find(std::string_view name) const;
    const std::vector<NodeRecord>& nodes() const { return nodes_; }
    const std::vector<Invitation>& invitations() const { return invitations_; }

private:
    std::vector<NodeRecord> nodes_;
    std::vector<Invitation> invitations_;
};

Error no_node(const std::string& name);  ///< FG-NOD-003
/// FG-NOD-004: the daemon listens for no agents.
Error not_listening();
/// FG-NOD-005: a token has to say where the hub is.
Error no_address(const std::string& listen);

}  // namespace fairgate::nodes
