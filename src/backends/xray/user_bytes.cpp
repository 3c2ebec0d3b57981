#include "backends/xray/user_bytes.hpp"

#include <backends/xray/core.pb.h>

namespace fairgate::backends::xray {

namespace {

wire::User parsed(const std::string& bytes) {
    wire::User user;
    return user.ParseFromString(bytes) ? user : wire::User();
}

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

}  // namespace

std::string UserBytes::email() const { return parsed(bytes_).email(); }

std::string UserBytes::account_type() const { return parsed(bytes_).account().type(); }

std::string UserBytes::credential() const {
    wire::Credential credential;
    return credential.ParseFromString(parsed(bytes_).account().value()) ? credential.secret() : "";
}

std::string UserBytes::to_hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes_.size() * 2);
    for (const char byte : bytes_) {
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value >> 4U];
        text += digits[value & 0xFU];
    }
    return text;
}

std::optional<UserBytes> UserBytes::from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        const int high = value_of(text[at]);
        const int low = value_of(text[at + 1]);
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes += static_cast<char>(high * 16 + low);
    }
    wire::User user;
    if (text.size() % 2 != 0 || bytes.empty() || !user.ParseFromString(bytes)) {
        return std::nullopt;
    }
    return UserBytes(std::move(bytes));
}

std::string folded(std::string_view email) {
    std::string text(email);
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') {
            letter = static_cast<char>(letter - 'A' + 'a');
        }
    }
    return text;
}

}  // namespace fairgate::backends::xray
