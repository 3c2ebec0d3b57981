#pragma once

#include "backends/xray/methods.hpp"
#include "backends/xray/user_bytes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

/// The accounts in a core's own configuration file (JSON, comments allowed): those of VMess, VLESS
/// and Trojan inbounds, built as the core builds them (v2ray-core infra/conf/vmess.go, vless.go,
/// trojan.go). For cores that cannot be asked for them.
class AccountsFile {
public:
    struct Entry {
        std::string tag;
        UserBytes user;
    };

    /// FG-XRY-008 says why it cannot be read.
    static Result<AccountsFile> read(const std::string& path, Core core);

    const std::vector<Entry>& entries() const { return entries_; }
    /// Those of one account.
    std::vector<Entry> of(std::string_view email) const;
    TimePoint written() const { return written_; }

private:
    AccountsFile() = default;
    /// "at inbounds[2].settings.clients[0]: …"; empty when all is well.
    std::string take(std::string_view text, Core core);

    std::vector<Entry> entries_;
    TimePoint written_;
};

}  // namespace fairgate::backends::xray
