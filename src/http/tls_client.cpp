#include "http/tls_client.hpp"

#include "http/certificate.hpp"
#include "http/errors.hpp"
#include "http/tls_transport.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// What the check of the server's certificate found.
struct Finding {
    std::string pin;  ///< empty: the chain and the name decide
    int fault = X509_V_OK;
    std::string certificate = {};
    std::string names = {};
    std::string fingerprint = {};
};

int finding_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

/// Called by OpenSSL for each fault it finds and for each certificate it accepts, while the
/// handshake goes on; what it returns decides.
int look_at_certificate(int accepted, X509_STORE_CTX* check) {
    const auto* const ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx())
    );
    auto* const finding = static_cast<Finding*>(SSL_get_ex_data(ssl, finding_index()));
    X509* const server = X509_STORE_CTX_get0_cert(check);
    if (finding == nullptr || server == nullptr) {
        return 0;
    }
    if (finding->fingerprint.empty()) {
        finding->fingerprint = fingerprint(server);
    }
    if (!finding->pin.empty()) {
        // A pin says everything: a person has seen this certificate, whatever its name and dates.
        accepted = finding->pin == finding->fingerprint ? 1 : 0;
    }
    if (accepted == 0 && finding->fault == X509_V_OK) {
        finding->fault = X509_STORE_CTX_get_error(check);
        finding->certificate = describe(server);
        finding->names = names_of(server);
    }
    if (accepted == 1) {
        X509_STORE_CTX_set_error(check, X509_V_OK);
    }
    return accepted;
}

Result<void> expect_server(SSL* ssl, const Base& base) {
    error_code not_a_number;
    asio::ip::make_address(base.host, not_a_number);
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool set = false;
    if (not_a_number) {
        std::string name = base.host;  // OpenSSL copies it, but wants it writable
        set = SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) ==
                  1 &&
              X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), 0) == 1;
    } else {
        set = X509_VERIFY_PARAM_set1_ip_asc(wanted, base.host.c_str()) == 1;
    }
    if (!set) {
        return bad_address(base.text(), "TLS cannot check a server of that name");
    }
    return {};
}

void ask_for(SSL* ssl, TlsClient::Speaks protocol) {
    if (protocol == TlsClient::Speaks::http1) {
        SSL_set_alpn_protos(ssl, alpn_http1.data(), alpn_http1.size());
    } else {
        SSL_set_alpn_protos(ssl, alpn_http2.data(), alpn_http2.size());
    }
}

Error error_of(const Base& base, const Finding& finding, const error_code& failure) {
    const std::string place = base.text();
    if (failure == asio::error::timed_out) {
        return cannot_connect(place, failure);
    }
    if (finding.fault == X509_V_OK && finding.certificate.empty()) {
        return tls_failed(place, failure.message());
    }
    if (!finding.pin.empty()) {
        return pin_mismatch(place, finding.certificate, finding.fingerprint);
    }
    if (finding.fault == X509_V_ERR_HOSTNAME_MISMATCH ||
        finding.fault == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        return name_mismatch(place, base.host, finding.names, finding.fingerprint);
    }
    return not_trusted(
        place,
        std::string(X509_verify_cert_error_string(finding.fault)) + ": " + finding.certificate,
        finding.fingerprint
    );
}

/// Whether a directory holds certificates under the hashes of their names, as c_rehash makes them:
/// "002c0b4f.0".
bool is_hashed(const char* directory) {
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
        if (entry.path().extension() == ".0" && entry.path().stem().string().size() == 8) {
            return true;
        }
    }
    return false;
}

/// The system's authorities. From a hashed directory OpenSSL takes the one that is needed when it
/// is needed; a bundle of all of them costs a megabyte for each server we know.
void trust_system(SSL_CTX* context) {
    if (is_hashed(X509_get_default_cert_dir())) {
        SSL_CTX_set_default_verify_dir(context);
        return;
    }
    SSL_CTX_set_default_verify_paths(context);
    if (::access(X509_get_default_cert_file(), R_OK) == 0) {
        return;
    }
    // A library built for one distribution, run on another.
    for (const char* const bundle :
         {"/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/cert.pem"}) {
        if (SSL_CTX_load_verify_locations(context, bundle, nullptr) == 1) {
            return;
        }
    }
}

}  // namespace

Result<TlsClient> TlsClient::make(TlsTrust trust, Speaks speaks) {
    if (!trust.pinned_sha256.empty()) {
        trust.pinned_sha256 = parse_fingerprint(trust.pinned_sha256);
        if (trust.pinned_sha256.empty()) {
            return bad_pin();
        }
    }
    return TlsClient(std::move(trust), speaks);
}

Result<void> TlsClient::load() {
    if (context_) {
        return {};
    }
    auto context = make_tls_context(TLS_client_method());
    if (trust_.pinned_sha256.empty() && trust_.ca_file.empty()) {
        trust_system(context.get());
    } else if (trust_.pinned_sha256.empty()) {
        errno = 0;
        ERR_clear_error();
        if (SSL_CTX_load_verify_locations(context.get(), trust_.ca_file.c_str(), nullptr) != 1) {
            const std::string why =
                errno != 0 ? std::generic_category().message(errno) : last_tls_complaint();
            ERR_clear_error();
            return bad_certificate_file(trust_.ca_file, why);
        }
    }
    ERR_clear_error();
    context_ = std::move(context);
    return {};
}

asio::awaitable<Result<std::unique_ptr<Transport>>> TlsClient::start(
    Socket socket, const Base& base, Instant until
) {
    if (auto loaded = load(); !loaded) {
        co_return loaded.error();
    }
    auto transport = make_tls_transport(std::move(socket), context_);
    SSL* const ssl = transport->native();
    Finding finding;
    finding.pin = trust_.pinned_sha256;
    SSL_set_ex_data(ssl, finding_index(), &finding);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, &look_at_certificate);
    ask_for(ssl, speaks_);
    if (auto expected = expect_server(ssl, base); !expected) {
        co_return expected.error();
    }
    transport->deadline(until);
    const error_code failure = co_await transport->handshake(TlsTransport::Role::client);
    SSL_set_ex_data(ssl, finding_index(), nullptr);
    // The second condition cannot be: it stands here so that no fault above opens the door.
    if (failure || SSL_get_verify_result(ssl) != X509_V_OK) {
        context_.reset();
        co_return error_of(base, finding, failure);
    }
    co_return std::unique_ptr<Transport>(std::move(transport));
}

asio::awaitable<Result<ShownCertificate>> shown_certificate(
    Socket socket, const Base& base, Instant until
) {
    auto transport = make_tls_transport(std::move(socket), make_tls_context(TLS_client_method()));
    SSL* const ssl = transport->native();
    SSL_set_verify(ssl, SSL_VERIFY_NONE, nullptr);
    ask_for(ssl, TlsClient::Speaks::http1);
    if (auto expected = expect_server(ssl, base); !expected) {
        co_return expected.error();
    }
    transport->deadline(until);
    const error_code failure = co_await transport->handshake(TlsTransport::Role::client);
    if (failure) {
        co_return error_of(base, Finding(), failure);
    }
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(ssl), &X509_free
    );
    if (!certificate) {
        co_return tls_failed(base.text(), "the server showed no certificate");
    }
    co_return shown(certificate.get());
}

}  // namespace fairgate::http
