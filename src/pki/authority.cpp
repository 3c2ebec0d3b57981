#include "pki/authority.hpp"

#include "pki/errors.hpp"
#include "pki/issue.hpp"
#include "pki/openssl.hpp"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <utility>

namespace fairgate::pki {

namespace {

constexpr const char* own_name = "Fairgate hub authority";
constexpr std::chrono::seconds own_life = std::chrono::days(20 * 365);

/// Another machine's clock may be behind ours.
constexpr std::chrono::seconds grace = std::chrono::days(1);

int pass_over_the_beginning(int good, X509_STORE_CTX* check) {
    if (good == 0 && X509_STORE_CTX_get_error(check) == X509_V_ERR_CERT_NOT_YET_VALID) {
        X509_STORE_CTX_set_error(check, X509_V_OK);
        return 1;
    }
    return good;
}

}  // namespace

Result<Authority> Authority::make(TimePoint now) {
    const Key key = make_key();
    if (!key) {
        return cannot_make("a key");
    }
    const Certificate own = issue(
        {.subject = own_name,
         .key = key.get(),
         .issuer = nullptr,
         .signer = key.get(),
         .from = now - grace,
         .until = now + own_life,
         .use = Use::authority}
    );
    if (!own) {
        return cannot_make("the authority's certificate");
    }
    return from({pem_of(own.get()), pem_of(key.get())}, "memory");
}

Result<Authority> Authority::from(const Identity& identity, std::string_view where) {
    Certificate own = read_certificate(identity.certificate);
    Key key = read_key(identity.key);
    if (!own || !key) {
        return bad_authority(where, own ? "the key cannot be read" : "no certificate in it");
    }
    if (X509_check_private_key(own.get(), key.get()) != 1) {
        (void)last_complaint();
        return bad_authority(where, "the key is not that of the certificate");
    }
    if (X509_check_ca(own.get()) != 1) {
        return bad_authority(where, "the certificate is not an authority's");
    }
    Authority made;
    made.identity_ = identity;
    made.fingerprint_ = fingerprint_of(own.get());
    made.own_ = std::shared_ptr<X509>(std::move(own));
    made.key_ = std::shared_ptr<EVP_PKEY>(std::move(key));
    return made;
}

Result<Authority> Authority::open(const std::string& folder, TimePoint now) {
    const std::string certificate = folder + "/ca.pem";
    const std::string key = folder + "/ca.key";
    std::error_code failure;
    const bool has_certificate = std::filesystem::exists(certificate, failure);
    if (!has_certificate) {
        // The certificate is written last: without it a key means nothing to anybody.
        auto made = make(now);
        if (!made) {
            return made;
        }
        if (auto done = write_private(key, made->key()); !done) {
            return done.error();
        }
        if (auto done = write_private(certificate, made->certificate()); !done) {
            return done.error();
        }
        return made;
    }
    auto certificate_text = read_private(certificate);
    if (!certificate_text) {
        return certificate_text.error();
    }
    auto key_text = read_private(key);
    if (!key_text) {
        return key_text.error();
    }
    return from({std::move(*certificate_text), std::move(*key_text)}, folder);
}

Result<Identity> Authority::make_server(
    const std::string& name, TimePoint now, std::chrono::seconds life
) const {
    const Key key = make_key();
    if (!key) {
        return cannot_make("a key");
    }
    const Certificate certificate = issue(
        {.subject = name,
         .key = key.get(),
         .issuer = own_.get(),
         .signer = key_.get(),
         .from = now - grace,
         .until = now + life,
         .use = Use::server}
    );
    if (!certificate) {
        return cannot_make("the server's certificate");
    }
    return Identity{pem_of(certificate.get()) + identity_.certificate, pem_of(key.get())};
}

Result<Issued> Authority::sign(
    std::string_view request, const std::string& name, TimePoint now, std::chrono::seconds life
) const {
    if (request.size() > 16U << 10U) {
        return bad_request("it is longer than 16 KiB");
    }
    const Request asked = read_request(request);
    if (!asked) {
        return bad_request(last_complaint());
    }
    EVP_PKEY* const key = X509_REQ_get0_pubkey(asked.get());
    if (key == nullptr || X509_REQ_verify(asked.get(), key) != 1) {
        (void)last_complaint();
        return bad_request("it is not signed by its own key");
    }
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || EVP_PKEY_get_bits(key) < 256) {
        return bad_request("its key is not on an elliptic curve of 256 bits or more");
    }
    const Certificate certificate = issue(
        {.subject = name,
         .key = key,
         .issuer = own_.get(),
         .signer = key_.get(),
         .from = now - grace,
         .until = now + life,
         .use = Use::client}
    );
    if (!certificate) {
        return cannot_make("the client's certificate");
    }
    return Issued{
        pem_of(certificate.get()), serial_of(certificate.get()), end_of(certificate.get())
    };
}

Result<Holder> Authority::check_client(X509* certificate, TimePoint now) const {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> trusted(
        X509_STORE_new(), &X509_STORE_free
    );
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(
        X509_STORE_CTX_new(), &X509_STORE_CTX_free
    );
    if (!trusted || !check || X509_STORE_add_cert(trusted.get(), own_.get()) != 1 ||
        X509_STORE_CTX_init(check.get(), trusted.get(), certificate, nullptr) != 1 ||
        X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_CLIENT) != 1) {
        return cannot_make("a check of a certificate");
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    X509_STORE_CTX_set_verify_cb(check.get(), &pass_over_the_beginning);
    X509_STORE_CTX_set_time(check.get(), 0, static_cast<std::time_t>(seconds.count()));
    if (X509_verify_cert(check.get()) != 1) {
        const int fault = X509_STORE_CTX_get_error(check.get());
        (void)last_complaint();
        return bad_certificate(X509_verify_cert_error_string(fault));
    }
    // What stands above verifies the authority itself as well, which is no client.
    if (X509_check_ca(certificate) != 0) {
        return bad_certificate("it is an authority's");
    }
    Holder holder{name_of(certificate), serial_of(certificate), pki::end_of(certificate)};
    if (holder.name.empty()) {
        return bad_certificate("it bears no name");
    }
    return holder;
}

Result<Holder> Authority::check_client(std::string_view pem, TimePoint now) const {
    const Certificate certificate = read_certificate(pem);
    if (!certificate) {
        (void)last_complaint();
        return bad_certificate("it cannot be read");
    }
    return check_client(certificate.get(), now);
}

Result<Validity> validity_of(std::string_view pem) {
    const Certificate certificate = read_certificate(pem);
    if (!certificate) {
        (void)last_complaint();
        return bad_certificate("it cannot be read");
    }
    return Validity{begin_of(certificate.get()), end_of(certificate.get())};
}

}  // namespace fairgate::pki
