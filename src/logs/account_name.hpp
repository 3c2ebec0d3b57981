#pragma once

#include <cstdint>
#include <string_view>

namespace fairgate::logs {

/// How the e-mail in a log line becomes the name of an account.
enum class Names : std::uint8_t {
    standard,    ///< digits and the first dot are cut: "7.ali.phone" is "ali.phone", "4711" stays
    raw,         ///< as it stands
    marzban,     ///< what follows the first dot of "7.ali"; anything else is no account
    pasarguard,  ///< the leading digits of "7" or "7.ali"; anything else is no account
};

/// The account's name in `email`, or empty where the panel knows no such account.
/// Source: Marzban app/xray/operations.py, PasarGuard panel app/node/user.py.
inline std::string_view account_name(std::string_view email, Names names) {
    if (names == Names::raw) {
        return email;
    }
    std::size_t digits = 0;
    while (digits < email.size() && email[digits] >= '0' && email[digits] <= '9') {
        ++digits;
    }
    const bool dotted = digits > 0 && digits < email.size() && email[digits] == '.';
    switch (names) {
        case Names::raw:
            break;
        case Names::standard:
            return dotted && digits + 1 < email.size() ? email.substr(digits + 1) : email;
        case Names::marzban:
            return dotted ? email.substr(digits + 1) : std::string_view{};
        case Names::pasarguard:
            return digits == email.size() || dotted ? email.substr(0, digits) : std::string_view{};
    }
    return email;
}

}  // namespace fairgate::logs
