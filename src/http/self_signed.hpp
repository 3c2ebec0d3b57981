#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <string>
#include <vector>

namespace fairgate::http {

/// A certificate and its key, both PEM. The key is a secret: write it to a file of mode 0600.
struct Identity {
    std::string certificate;
    std::string key;
};

/// A certificate signed by its own key (ECDSA P-256) for these host names and IP addresses: for a
/// first start without an authority, to be trusted by its fingerprint. FG-NET-027 if it cannot be
/// made.
Result<Identity> make_self_signed(
    const std::vector<std::string>& names, TimePoint from, TimePoint until
);

}  // namespace fairgate::http
