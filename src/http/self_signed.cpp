#include "http/self_signed.hpp"

#include "http/errors.hpp"
#include "http/tls_transport.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>

namespace fairgate::http {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::string alternative_names(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(name, not_an_address);
        out += (out.empty() ? "" : ",") + std::string(not_an_address ? "DNS:" : "IP:") + name;
    }
    return out;
}

bool add_extension(X509* certificate, int which, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()), &X509_EXTENSION_free
    );
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::uint64_t serial = 0;
    // 63 random bits: positive, and never the same for two certificates of one name.
    return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1U) == 1;
}

bool set_name(X509* certificate, const std::string& name) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
    // A common name has at most 64 characters (RFC 5280, ub-common-name); the names are elsewhere.
    const int size = static_cast<int>(std::min<std::size_t>(name.size(), 64));
    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, text, size, -1, 0) ==
               1 &&
           X509_set_issuer_name(certificate, subject) == 1;
}

bool fill(
    X509* certificate,
    EVP_PKEY* key,
    const std::vector<std::string>& names,
    std::time_t from,
    std::time_t until
) {
    return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
           set_name(certificate, names.front()) &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr &&
           X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
           add_extension(certificate, NID_subject_alt_name, alternative_names(names)) &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

template <class Write>
std::string pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
    if (!out || write(out.get()) != 1) {
        return {};
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<Identity> make_self_signed(
    const std::vector<std::string>& names, TimePoint from, TimePoint until
) {
    const auto seconds = [](TimePoint time) {
        return static_cast<std::time_t>(
            std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count()
        );
    };
    std::string curve = "P-256";
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.data()), &EVP_PKEY_free);
    const Certificate certificate(X509_new(), &X509_free);
    if (names.empty() || !key || !certificate ||
        !fill(certificate.get(), key.get(), names, seconds(from), seconds(until))) {
        return cannot_make_certificate(names.empty() ? "it needs a name" : last_tls_complaint());
    }
    Identity made;
    made.certificate = pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); });
    made.key = pem([&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    if (made.certificate.empty() || made.key.empty()) {
        return cannot_make_certificate(last_tls_complaint());
    }
    return made;
}

}  // namespace fairgate::http
