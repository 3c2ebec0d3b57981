#include "backends/xray/accounts_file.hpp"

#include "backends/xray/errors.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <backends/xray/core.pb.h>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace fairgate::backends::xray {

namespace {

using boost::json::object;
using boost::json::value;

std::string text_at(const object& from, std::string_view name) {
    const value* const found = from.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::uint32_t number_at(const object& from, std::string_view name) {
    const value* const found = from.if_contains(name);
    const bool small = found != nullptr && found->is_int64() && found->get_int64() >= 0 &&
                       found->get_int64() <= UINT16_MAX;
    return small ? static_cast<std::uint32_t>(found->get_int64()) : 0;
}

const object* object_at(const object& from, std::string_view name) {
    const value* const found = from.if_contains(name);
    return found != nullptr ? found->if_object() : nullptr;
}

/// protocol.SecurityType, common/protocol/headers.proto; AUTO for what is not named.
std::int32_t security_of(const std::string& name) {
    const std::string security = folded(name);
    return security == "aes-128-gcm"         ? 3
           : security == "chacha20-poly1305" ? 4
           : security == "none"              ? 5
           : security == "zero"              ? 6
                                             : 2;
}

/// The account's serialized message; nothing for a client without what it is known by.
std::optional<std::string> account_of(std::string_view protocol, const object& client) {
    if (protocol == "trojan") {
        wire::TrojanAccount account;
        account.set_password(text_at(client, "password"));
        return account.password().empty() ? std::nullopt
                                          : std::optional(account.SerializeAsString());
    }
    const std::string id = text_at(client, "id");
    if (id.empty()) {
        return std::nullopt;
    }
    if (protocol == "vless") {
        wire::VlessAccount account;
        account.set_id(id);
        account.set_flow(text_at(client, "flow"));
        account.set_encryption(text_at(client, "encryption"));
        return account.SerializeAsString();
    }
    wire::VmessAccount account;
    account.set_id(id);
    account.set_alter_id(number_at(client, "alterId"));
    account.mutable_security()->set_type(security_of(text_at(client, "security")));
    return account.SerializeAsString();
}

bool is_known(std::string_view protocol) {
    return protocol == "vmess" || protocol == "vless" || protocol == "trojan";
}

std::string user_of(Core core, std::string_view protocol, const object& client) {
    auto account = account_of(protocol, client);
    wire::User user;
    user.set_email(text_at(client, "email"));
    if (user.email().empty() || !account) {
        return {};
    }
    user.set_level(number_at(client, "level"));
    user.mutable_account()->set_type(account_type(core, protocol));
    user.mutable_account()->set_value(*std::move(account));
    return user.SerializeAsString();
}

std::string error_text() { return std::generic_category().message(errno); }

}  // namespace

Result<AccountsFile> AccountsFile::read(const std::string& path, Core core) {
    struct stat found{};
    std::ifstream file(path, std::ios::binary);
    if (!file || ::stat(path.c_str(), &found) != 0) {
        return bad_accounts_file(path, error_text());
    }
    if (!S_ISREG(found.st_mode)) {
        return bad_accounts_file(path, "not a file");
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    AccountsFile accounts;
    accounts.written_ = TimePoint(std::chrono::duration_cast<Duration>(
        std::chrono::seconds(found.st_mtim.tv_sec) + std::chrono::nanoseconds(found.st_mtim.tv_nsec)
    ));
    if (const std::string fault = accounts.take(text, core); !fault.empty()) {
        return bad_accounts_file(path, fault);
    }
    return accounts;
}

std::string AccountsFile::take(std::string_view text, Core core) {
    boost::json::parse_options options;
    options.allow_comments = true;
    options.allow_trailing_commas = true;
    boost::system::error_code failure;
    const value whole = boost::json::parse(text, failure, {}, options);
    if (failure || !whole.is_object()) {
        return failure ? "this is not JSON: " + failure.message() : "this is not a JSON object";
    }
    const value* const inbounds = whole.get_object().if_contains("inbounds");
    if (inbounds == nullptr || !inbounds->is_array()) {
        return "it has no inbounds";
    }
    for (const value& entry : inbounds->get_array()) {
        const object* const inbound = entry.if_object();
        const object* const settings =
            inbound != nullptr ? object_at(*inbound, "settings") : nullptr;
        const value* const clients =
            settings != nullptr ? settings->if_contains("clients") : nullptr;
        if (clients == nullptr || !clients->is_array()) {
            continue;
        }
        const std::string tag = text_at(*inbound, "tag");
        const std::string protocol = folded(text_at(*inbound, "protocol"));
        if (tag.empty() || !is_known(protocol)) {
            continue;
        }
        for (const value& client : clients->get_array()) {
            std::string user =
                client.is_object() ? user_of(core, protocol, client.get_object()) : "";
            if (!user.empty()) {
                entries_.push_back({tag, UserBytes(std::move(user))});
            }
        }
    }
    return {};
}

std::vector<AccountsFile::Entry> AccountsFile::of(std::string_view email) const {
    const std::string wanted = folded(email);
    std::vector<Entry> found;
    for (const Entry& entry : entries_) {
        if (folded(entry.user.email()) == wanted) {
            found.push_back(entry);
        }
    }
    return found;
}

}  // namespace fairgate::backends::xray
