#include "pki/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace fairgate::pki {

namespace {

/// OpenSSL would ask the terminal for the password of an encrypted key, and wait.
int no_password(char*, int, int, void*) { return 0; }

Memory reader(std::string_view text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all};
}

template <class Write>
std::string written(Write write) {
    const Memory out(BIO_new(BIO_s_mem()), &BIO_free_all);
    if (!out || write(out.get()) != 1) {
        return {};
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 0x0FU];
    }
    return text;
}

}  // namespace

Key make_key() {
    std::string curve = "P-256";
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.data()), &EVP_PKEY_free};
}

Key read_key(std::string_view pem) {
    const Memory in = reader(pem);
    return {PEM_read_bio_PrivateKey(in.get(), nullptr, &no_password, nullptr), &EVP_PKEY_free};
}

Certificate read_certificate(std::string_view pem) {
    const Memory in = reader(pem);
    return {PEM_read_bio_X509(in.get(), nullptr, &no_password, nullptr), &X509_free};
}

Request read_request(std::string_view pem) {
    const Memory in = reader(pem);
    return {PEM_read_bio_X509_REQ(in.get(), nullptr, &no_password, nullptr), &X509_REQ_free};
}

std::string pem_of(EVP_PKEY* key) {
    return written([key](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

std::string pem_of(X509* certificate) {
    return written([certificate](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string pem_of(X509_REQ* request) {
    return written([request](BIO* out) { return PEM_write_bio_X509_REQ(out, request); });
}

std::string serial_of(const X509* certificate) {
    const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate);
    return hex(ASN1_STRING_get0_data(serial), static_cast<std::size_t>(ASN1_STRING_length(serial)));
}

std::string fingerprint_of(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
        return {};
    }
    return hex(digest.data(), size);
}

std::string name_of(const X509* certificate) {
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) {
        return {};
    }
    const ASN1_STRING* const text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    const std::string name(
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
        static_cast<std::size_t>(ASN1_STRING_length(text))
    );
    const bool plain = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
    return plain ? name : std::string();
}

namespace {

TimePoint time_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    if (ASN1_TIME_to_tm(time, &broken_down) != 1) {
        return {};
    }
    return TimePoint(std::chrono::seconds(timegm(&broken_down)));
}

}  // namespace

TimePoint begin_of(const X509* certificate) { return time_of(X509_get0_notBefore(certificate)); }

TimePoint end_of(const X509* certificate) { return time_of(X509_get0_notAfter(certificate)); }

}  // namespace fairgate::pki
