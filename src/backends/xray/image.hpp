#pragma once

#include "backends/xray/user_bytes.hpp"
#include "base/error.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

/// An account in one inbound, as a measure keeps it.
struct InboundImage {
    std::string tag;
    /// Its users there, as UserBytes::to_hex(); more than one only in Shadowsocks, which takes an
    /// e-mail twice. They hold what the client shows, so nobody is shown them
    /// (enforcement/enforcer.hpp, Reading).
    std::vector<std::string> sealed;

    bool operator==(const InboundImage&) const = default;
};
BOOST_DESCRIBE_STRUCT(InboundImage, (), (tag, sealed))

/// The account in all inbounds, sorted by their tags.
struct AccountImage {
    std::string email;
    std::vector<InboundImage> inbounds;
    /// As we left it: how many seconds the core had been up then. Less than that later is a
    /// restart.
    std::int64_t uptime = 0;

    bool operator==(const AccountImage&) const = default;

    /// The one order that makes two images comparable.
    void sort();
    bool is_nowhere() const;
    const InboundImage* find(std::string_view tag) const;
    /// Without its users: what we leave.
    AccountImage emptied() const;
};
BOOST_DESCRIBE_STRUCT(AccountImage, (), (email, inbounds, uptime))

/// FG-XRY-011; `which` is "before" or "after".
Result<AccountImage> parse_image(std::string_view text, std::string_view which);

/// FG-XRY-011.
Result<std::vector<UserBytes>> users_of(const InboundImage& inbound);

}  // namespace fairgate::backends::xray
