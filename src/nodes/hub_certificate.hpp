#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/tls_transport.hpp"
#include "pki/authority.hpp"

namespace fairgate::nodes {

/// What the hub shows to agents: lives in memory, and is made anew long before it ends.
class HubCertificate {
public:
    /// Has a good one from then on, or an older one still, with the error. FG-PKI-…
    Result<void> renew(const pki::Authority& authority, TimePoint now);
    const http::TlsContext& context() const { return context_; }

private:
    http::TlsContext context_;
    TimePoint renew_at_;
};

}  // namespace fairgate::nodes
