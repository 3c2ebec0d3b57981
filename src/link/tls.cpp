#include "link/tls.hpp"

#include "pki/errors.hpp"
#include "pki/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace fairgate::link {

namespace {

/// Checks of the connection's certificate are made in words afterwards; see tls.hpp.
int take_any_client(X509_STORE_CTX*, void*) { return 1; }

X509* authority_among(STACK_OF(X509) * shown, const std::string& fingerprint) {
    for (int i = 0; i < sk_X509_num(shown); ++i) {
        if (pki::fingerprint_of(sk_X509_value(shown, i)) == fingerprint) {
            return sk_X509_value(shown, i);
        }
    }
    return nullptr;
}

bool is_the_hub(X509* server, X509* authority) {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(
        X509_STORE_new(), &X509_STORE_free
    );
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(
        X509_STORE_CTX_new(), &X509_STORE_CTX_free
    );
    if (!trusted || !check || X509_STORE_add_cert(trusted.get(), authority) != 1 ||
        X509_STORE_CTX_init(check.get(), trusted.get(), server, nullptr) != 1) {
        return false;
    }
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(check.get());
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_NO_CHECK_TIME);
    return X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER) == 1 &&
           X509_VERIFY_PARAM_set1_host(wanted, hub_name, 0) == 1 &&
           X509_verify_cert(check.get()) == 1 && X509_check_ca(server) == 0;
}

/// `fingerprint` lives as long as the context it was given to.
int take_only_the_hub(X509_STORE_CTX* check, void* fingerprint) {
    X509* const server = X509_STORE_CTX_get0_cert(check);
    X509* const authority = authority_among(
        X509_STORE_CTX_get0_untrusted(check), *static_cast<const std::string*>(fingerprint)
    );
    const bool good = server != nullptr && authority != nullptr && is_the_hub(server, authority);
    X509_STORE_CTX_set_error(check, good ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
    return good ? 1 : 0;
}

http::TlsContext context_of(const SSL_METHOD* method) {
    http::TlsContext context = http::make_tls_context(method);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
    SSL_CTX_set_num_tickets(context.get(), 0);  // connections last; none is resumed
    return context;
}

/// The first certificate is the other's own; those behind it are shown along.
Result<void> use(SSL_CTX* context, const pki::Identity& identity) {
    const pki::Memory in(
        BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size())),
        &BIO_free_all
    );
    const pki::Key key = pki::read_key(identity.key);
    bool first = true;
    while (in) {
        const pki::Certificate one(
            PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free
        );
        if (!one) {
            break;
        }
        if (first && SSL_CTX_use_certificate(context, one.get()) != 1) {
            return pki::bad_certificate(pki::last_complaint());
        }
        if (!first && SSL_CTX_add1_chain_cert(context, one.get()) != 1) {
            return pki::bad_certificate(pki::last_complaint());
        }
        first = false;
    }
    ERR_clear_error();  // the end of the text
    if (first || !key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        return pki::bad_certificate("the key and the certificate do not belong together");
    }
    return {};
}

}  // namespace

Result<http::TlsContext> server_context(const pki::Identity& identity) {
    http::TlsContext context = context_of(TLS_server_method());
    if (auto done = use(context.get(), identity); !done) {
        return done.error();
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), &take_any_client, nullptr);
    return context;
}

std::string shown_certificate(SSL* connection) {
    const pki::Certificate shown(SSL_get1_peer_certificate(connection), &X509_free);
    return shown ? pki::pem_of(shown.get()) : std::string();
}

Result<http::TlsContext> client_context(
    const std::string& authority_fingerprint, const pki::Identity& own
) {
    struct Kept {
        http::TlsContext context;
        std::string fingerprint;
    };
    const auto kept = std::make_shared<Kept>();
    kept->context = context_of(TLS_client_method());
    kept->fingerprint = authority_fingerprint;
    SSL_CTX* const raw = kept->context.get();
    if (!own.certificate.empty()) {
        if (auto done = use(raw, own); !done) {
            return done.error();
        }
    }
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(raw, &take_only_the_hub, &kept->fingerprint);
    return http::TlsContext(kept, raw);
}

}  // namespace fairgate::link
