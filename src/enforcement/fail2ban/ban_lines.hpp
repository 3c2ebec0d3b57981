#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/address.hpp"

#include <string>
#include <string_view>

// Lines that others already read: jails and scripts that an operator has.

namespace fairgate::enforcement::fail2ban {

/// What the jail `3x-ipl` of 3x-ui waits for, in local time as fail2ban reads it: "2026/05/01
/// 10:00:00 [LIMIT_IP] Email = alice || Disconnecting OLD IP = 198.51.100.7 || Timestamp =
/// 1777629600 || SRC = 198.51.100.7". Its last word is for jails of before 2.8.10.
std::string limit_ip_line(std::string_view account, const Address& address, TimePoint now);

/// A line of cek-bw-limit's blocked.log: "2026-05-01 10:00:00 | vless | alice | Bandwidth Limit
/// Reached", in local time.
std::string blocked_line(
    std::string_view protocol, std::string_view account, std::string_view reason, TimePoint now
);

/// Appends a line in one write, so that a reader never sees half of one; makes the file (0640) when
/// it is not there. FG-ENF-023.
Result<> append_line(const std::string& file, const std::string& line);

}  // namespace fairgate::enforcement::fail2ban
