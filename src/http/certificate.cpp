#include "http/certificate.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

namespace fairgate::http {

namespace {

constexpr int most_names = 6;

std::string text_of(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) {
        return "?";
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return size <= 0 ? "(no name)" : std::string(data, static_cast<std::size_t>(size));
}

std::string text_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    std::array<char, 16> text{};
    if (ASN1_TIME_to_tm(time, &broken_down) != 1) {
        return "?";
    }
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &broken_down);
    return {text.data(), size};
}

std::optional<TimePoint> time_of(const ASN1_TIME* time) {
    std::tm broken_down{};
    if (ASN1_TIME_to_tm(time, &broken_down) != 1) {
        return std::nullopt;
    }
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&broken_down)));
}

std::string text_of(const GENERAL_NAME* name) {
    if (name->type == GEN_DNS) {
        const ASN1_IA5STRING* const dns = name->d.dNSName;
        return {
            reinterpret_cast<const char*>(ASN1_STRING_get0_data(dns)),
            static_cast<std::size_t>(ASN1_STRING_length(dns))
        };
    }
    if (name->type != GEN_IPADD) {
        return {};
    }
    const unsigned char* const bytes = ASN1_STRING_get0_data(name->d.iPAddress);
    const int size = ASN1_STRING_length(name->d.iPAddress);
    if (size == 4) {
        boost::asio::ip::address_v4::bytes_type four{};
        std::copy(bytes, bytes + size, four.begin());
        return boost::asio::ip::address_v4(four).to_string();
    }
    if (size == 16) {
        boost::asio::ip::address_v6::bytes_type sixteen{};
        std::copy(bytes, bytes + size, sixteen.begin());
        return boost::asio::ip::address_v6(sixteen).to_string();
    }
    return {};
}

}  // namespace

std::string fingerprint(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
        return {};
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += digits[digest[i] >> 4U];
        text += digits[digest[i] & 0x0FU];
    }
    return text;
}

std::string parse_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
            digits += c;
        } else if (c >= 'A' && c <= 'F') {
            digits += static_cast<char>(c - 'A' + 'a');
        } else if (c != ':' && c != ' ') {
            return {};
        }
    }
    return digits.size() == 64 ? digits : std::string();
}

std::string describe(X509* certificate) {
    return text_of(X509_get_subject_name(certificate)) + ", issued by " +
           text_of(X509_get_issuer_name(certificate)) + ", valid " +
           text_of(X509_get0_notBefore(certificate)) + " to " +
           text_of(X509_get0_notAfter(certificate));
}

std::string names_of(X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
        ),
        &GENERAL_NAMES_free
    );
    if (!names) {
        return text_of(X509_get_subject_name(certificate));
    }
    std::string out;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()) && i < most_names; ++i) {
        const std::string name = text_of(sk_GENERAL_NAME_value(names.get(), i));
        if (!name.empty()) {
            out += (out.empty() ? "" : ", ") + name;
        }
    }
    return out.empty() ? "no name" : out;
}

ShownCertificate shown(X509* certificate) {
    ShownCertificate all;
    all.sha256 = fingerprint(certificate);
    all.subject = text_of(X509_get_subject_name(certificate));
    all.issuer = text_of(X509_get_issuer_name(certificate));
    all.names = names_of(certificate);
    all.from = time_of(X509_get0_notBefore(certificate));
    all.until = time_of(X509_get0_notAfter(certificate));
    return all;
}

}  // namespace fairgate::http
