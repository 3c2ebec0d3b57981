#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

using EVP_PKEY = struct evp_pkey_st;
using X509 = struct x509_st;

namespace fairgate::pki {

/// A certificate and its key, both PEM. The key is a secret.
struct Identity {
    std::string certificate;
    std::string key;
};

/// A certificate that was issued. The serial is what it is revoked by.
struct Issued {
    std::string certificate;
    std::string serial;  ///< hexadecimal digits
    TimePoint until;
};

/// Who a certificate that was shown belongs to.
struct Holder {
    std::string name;
    std::string serial;
    TimePoint until;
};

/// A certificate authority of our own (ECDSA P-256): it signs one certificate for itself as a
/// server and one for each client. It knows no list of the revoked: whoever asks compares the
/// serial with the one that is allowed.
class Authority {
public:
    /// A new one, for twenty years from a day before `now`.
    static Result<Authority> make(TimePoint now);
    /// FG-PKI-002 when the two do not belong together or are no authority.
    static Result<Authority> from(const Identity& identity, std::string_view where);
    /// What is in `folder` (ca.pem, and ca.key of mode 0600), made there at the first start.
    static Result<Authority> open(const std::string& folder, TimePoint now);

    const std::string& certificate() const { return identity_.certificate; }
    const std::string& key() const { return identity_.key; }
    /// SHA-256 of its certificate, 64 hexadecimal digits: what a client knows it by.
    const std::string& fingerprint() const { return fingerprint_; }

    /// A key and a certificate of that name for a server.
    Result<Identity> make_server(const std::string& name, TimePoint now, std::chrono::seconds life)
        const;
    /// Signs a client's request (PEM, PKCS #10) under `name`, whatever name it asks for. FG-PKI-003
    Result<Issued> sign(
        std::string_view request, const std::string& name, TimePoint now, std::chrono::seconds life
    ) const;
    /// Whether it is a client's certificate of ours and not over. One that begins later than `now`
    /// is good: we issue none for later, so that the clock was ahead then or is behind now.
    /// FG-PKI-004
    Result<Holder> check_client(X509* certificate, TimePoint now) const;
    Result<Holder> check_client(std::string_view pem, TimePoint now) const;

private:
    Authority() = default;

    Identity identity_;
    std::string fingerprint_;
    std::shared_ptr<X509> own_;
    std::shared_ptr<EVP_PKEY> key_;
};

/// A new key and the request to sign it: the key never leaves the machine that made it.
struct Asking {
    std::string key;
    std::string request;
};
Result<Asking> make_request(const std::string& name);

/// How long a certificate is good.
struct Validity {
    TimePoint from;
    TimePoint until;
};
/// FG-PKI-004 if it cannot be read.
Result<Validity> validity_of(std::string_view pem);

/// Reads and writes a file of mode 0600 in one step: it is the old or the new one, whatever
/// happens. FG-PKI-005
Result<std::string> read_private(const std::string& path);
Result<void> write_private(const std::string& path, std::string_view text);

}  // namespace fairgate::pki
