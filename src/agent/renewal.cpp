#include "agent/renewal.hpp"

#include "link/tls.hpp"

#include <utility>

namespace fairgate::agent {

using namespace std::chrono_literals;

Result<http::TlsContext> Renewal::context() const {
    return link::client_context(membership_.fingerprint, shown());
}

std::optional<std::string> Renewal::ask(TimePoint hub_time, Steady now) {
    if (membership_.next || (asked_ && now - *asked_ < 1h)) {
        return std::nullopt;
    }
    const auto validity = pki::validity_of(membership_.identity.certificate);
    if (!validity || validity->until - hub_time >= (validity->until - validity->from) / 3) {
        return std::nullopt;
    }
    auto asking = pki::make_request(membership_.node);
    if (!asking) {
        return std::nullopt;
    }
    asked_ = now;
    key_ = std::move(asking->key);
    return std::move(asking->request);
}

Result<bool> Renewal::take(const std::string& certificate) {
    const auto newer = pki::validity_of(certificate);
    if (!newer) {
        return newer.error();
    }
    const auto present = pki::validity_of(membership_.identity.certificate);
    if (key_.empty() || (present && newer->until <= present->until)) {
        return false;  // the hub's clock is behind: it is asked again
    }
    Membership changed = membership_;
    changed.next = pki::Identity{certificate, std::exchange(key_, {})};
    if (auto fits = link::client_context(changed.fingerprint, *changed.next); !fits) {
        return fits.error();
    }
    if (auto done = change(std::move(changed)); !done) {
        return done.error();
    }
    return true;
}

Result<void> Renewal::let_in() {
    if (!membership_.next) {
        return {};
    }
    Membership changed = membership_;
    changed.identity = *std::exchange(changed.next, std::nullopt);
    return change(std::move(changed));
}

Result<bool> Renewal::refused(const Error& why) {
    if (!membership_.next || (why.code != "FG-AGT-002" && why.code != "FG-PKI-004")) {
        return false;
    }
    Membership changed = membership_;
    changed.next.reset();
    if (auto done = change(std::move(changed)); !done) {
        return done.error();
    }
    return true;
}

Result<void> Renewal::change(Membership changed) {
    if (auto done = keep_(changed); !done) {
        return done;
    }
    membership_ = std::move(changed);
    return {};
}

}  // namespace fairgate::agent
