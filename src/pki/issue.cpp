#include "pki/issue.hpp"

#include "pki/authority.hpp"
#include "pki/errors.hpp"

#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace fairgate::pki {

namespace {

bool add_extension(X509* certificate, X509* issuer, int which, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, which, value), &X509_EXTENSION_free
    );
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    // 63 random bits: positive, and never the same for two certificates of one authority.
    return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (serial >> 1U) | 1U) == 1;
}

bool add_name(X509_NAME* subject, const std::string& name) {
    const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
    // A common name has at most 64 characters (RFC 5280, ub-common-name).
    const int size = static_cast<int>(std::min<std::size_t>(name.size(), 64));
    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, size, -1, 0) ==
           1;
}

std::time_t seconds(TimePoint time) {
    return static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count()
    );
}

bool add_uses(X509* certificate, X509* issuer, const Wanted& wanted) {
    switch (wanted.use) {
        case Use::authority:
            return add_extension(
                       certificate, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"
                   ) &&
                   add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign") &&
                   add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
        case Use::server:
            return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                   add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth") &&
                   add_extension(
                       certificate, issuer, NID_subject_alt_name, ("DNS:" + wanted.subject).c_str()
                   );
        case Use::client:
            return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
                   add_extension(certificate, issuer, NID_ext_key_usage, "clientAuth");
    }
    return false;
}

}  // namespace

Certificate issue(const Wanted& wanted) {
    Certificate made(X509_new(), &X509_free);
    if (!made) {
        return made;
    }
    X509* const issuer = wanted.issuer == nullptr ? made.get() : wanted.issuer;
    const bool good =
        X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(made.get()) &&
        add_name(X509_get_subject_name(made.get()), wanted.subject) &&
        X509_set_issuer_name(made.get(), X509_get_subject_name(issuer)) == 1 &&
        ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds(wanted.from)) != nullptr &&
        ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds(wanted.until)) != nullptr &&
        X509_set_pubkey(made.get(), wanted.key) == 1 && add_uses(made.get(), issuer, wanted) &&
        X509_sign(made.get(), wanted.signer, EVP_sha256()) > 0;
    return good ? std::move(made) : Certificate(nullptr, &X509_free);
}

Result<Asking> make_request(const std::string& name) {
    const Key key = make_key();
    const Request request(X509_REQ_new(), &X509_REQ_free);
    if (!key || !request ||
        !add_name(X509_REQ_get_subject_name(request.get()), name.empty() ? "node" : name) ||
        X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
        X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
        return cannot_make("a request for a certificate");
    }
    return Asking{pem_of(key.get()), pem_of(request.get())};
}

}  // namespace fairgate::pki
