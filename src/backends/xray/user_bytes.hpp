#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fairgate::backends::xray {

/// A user as a core holds it, byte by byte: what was taken away is put back unchanged, fields that
/// we do not know included. Nobody can write one: it comes out of a core's answer, out of a core's
/// own configuration file, or out of the journal that kept one of these. An account that a core
/// does not expect in an inbound makes it panic.
class UserBytes {
public:
    const std::string& bytes() const { return bytes_; }
    std::string email() const;
    std::string account_type() const;
    /// What its client shows: id, password or key.
    std::string credential() const;

    /// For the journal.
    std::string to_hex() const;
    static std::optional<UserBytes> from_hex(std::string_view text);

    bool operator==(const UserBytes&) const = default;

private:
    friend class CoreClient;
    friend class AccountsFile;
    explicit UserBytes(std::string bytes) : bytes_(std::move(bytes)) {}

    std::string bytes_;
};

/// Cores compare e-mails without regard to ASCII case (VLESS, VMess, Trojan, Shadowsocks:
/// strings.ToLower in their validators).
std::string folded(std::string_view email);

}  // namespace fairgate::backends::xray
