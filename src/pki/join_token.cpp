#include "pki/join_token.hpp"

#include "pki/errors.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace fairgate::pki {

namespace {

constexpr std::string_view prefix = "fgj1.";
constexpr std::size_t size = 32;
constexpr std::size_t text_size = 43;  // of 32 bytes in base64url without padding
using Bytes = std::array<unsigned char, size>;

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_base64url(const Bytes& bytes) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const unsigned char byte : bytes) {
        bits = bits << 8U | byte;
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += alphabet[bits >> held & 63U];
        }
    }
    text += alphabet[bits << (6 - held) & 63U];
    return text;
}

std::optional<Bytes> from_base64url(std::string_view text) {
    if (text.size() != text_size) {
        return std::nullopt;
    }
    Bytes bytes{};
    std::size_t at = 0;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char c : text) {
        const std::size_t value = alphabet.find(c);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8 && at < size) {
            held -= 8;
            bytes.at(at++) = static_cast<unsigned char>(bits >> held & 255U);
        }
    }
    const bool clean = (bits & ((1U << held) - 1)) == 0;  // one text for one secret
    return at == size && clean ? std::optional(bytes) : std::nullopt;
}

std::string to_hex(const unsigned char* bytes, std::size_t count) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 15U];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    Bytes bytes{};
    if (text.size() != 2 * size) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t upper = digits.find(text[2 * i]);
        const std::size_t lower = digits.find(text[2 * i + 1]);
        if (upper == std::string_view::npos || lower == std::string_view::npos) {
            return std::nullopt;
        }
        bytes.at(i) = static_cast<unsigned char>(upper << 4U | lower);
    }
    return bytes;
}

bool is_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           text.size() <= 260 && std::ranges::all_of(text, printable) &&
           std::ranges::all_of(text.substr(colon + 1), digit);
}

}  // namespace

Result<JoinToken> make_token(std::string fingerprint, std::string address) {
    Bytes secret{};
    if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) {
        return cannot_make("a token");
    }
    return JoinToken{to_base64url(secret), std::move(fingerprint), std::move(address)};
}

std::string to_text(const JoinToken& token) {
    const auto fingerprint = from_hex(token.fingerprint);
    return std::string(prefix) + token.secret + "." +
           (fingerprint ? to_base64url(*fingerprint) : "") + "@" + token.address;
}

Result<JoinToken> parse_token(std::string_view text) {
    if (!text.starts_with(prefix)) {
        return bad_token("it does not begin with fgj1.");
    }
    text.remove_prefix(prefix.size());
    if (text.size() < 2 * text_size + 2 || text[text_size] != '.' ||
        text[2 * text_size + 1] != '@') {
        return bad_token("a part of it is missing");
    }
    const std::string_view secret = text.substr(0, text_size);
    const auto fingerprint = from_base64url(text.substr(text_size + 1, text_size));
    if (!from_base64url(secret) || !fingerprint) {
        return bad_token("a character of it is wrong");
    }
    const std::string_view address = text.substr(2 * text_size + 2);
    if (!is_address(address)) {
        return bad_token("it does not end with the hub's address, as in @hub.example.com:8470");
    }
    return JoinToken{
        std::string(secret), to_hex(fingerprint->data(), fingerprint->size()), std::string(address)
    };
}

std::string hash_of_secret(std::string_view secret) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(secret.data(), secret.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
        1) {
        return {};
    }
    return to_hex(digest.data(), length);
}

bool is_secret(std::string_view secret, std::string_view hash) {
    const std::string own = hash_of_secret(secret);
    return own.size() == hash.size() && !own.empty() &&
           CRYPTO_memcmp(own.data(), hash.data(), own.size()) == 0;
}

}  // namespace fairgate::pki
