#pragma once

#include "base/error.hpp"
#include "pki/authority.hpp"

#include <optional>
#include <string>

namespace fairgate::agent {

/// Which node this machine is, of which hub, and how it shows that.
struct Membership {
    std::string node;
    std::string hub;          ///< "host:port"
    std::string fingerprint;  ///< of the hub's authority
    pki::Identity identity;
    std::optional<pki::Identity> next;  ///< a newer one that the hub has not seen yet
};

/// FG-AGT-010 if this machine never joined; FG-PKI-005, FG-AGT-011 for damaged files.
Result<Membership> load_membership(const std::string& folder);
Result<void> save_membership(const std::string& folder, const Membership& membership);

}  // namespace fairgate::agent
