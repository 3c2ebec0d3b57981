#include "nodes/hub_certificate.hpp"

#include "link/tls.hpp"

#include <chrono>
#include <utility>

namespace fairgate::nodes {

namespace {

constexpr std::chrono::seconds life = std::chrono::days(30);

}  // namespace

Result<void> HubCertificate::renew(const pki::Authority& authority, TimePoint now) {
    if (context_ && now < renew_at_) {
        return {};
    }
    const auto identity = authority.make_server(link::hub_name, now, life);
    if (!identity) {
        return identity.error();
    }
    auto context = link::server_context(*identity);
    if (!context) {
        return context.error();
    }
    context_ = std::move(*context);
    renew_at_ = now + life / 2;
    return {};
}

}  // namespace fairgate::nodes
