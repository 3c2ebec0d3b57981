#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Lines of an Xray core's access log (Xray-core common/log/access.go).
namespace fairgate::sim::panel {

/// "2026/08/05 20:04:17.123456"; `local`: what the core's clock and zone show.
std::string xray_time(TimePoint local);

/// "192.0.2.1:443", "[2001:db8::1]:443".
std::string with_port(const std::string& address, std::uint16_t port);

std::string accepted_line(
    std::string_view time, std::string_view source, std::string_view inbound, std::string_view email
);
/// A client whose credential the core does not know: names nobody.
std::string rejected_line(std::string_view time, std::string_view source);

/// Lines changed twice: `from ` came with 1.8.24, the fraction of a second with 25.1.30.
enum class XrayAge { before_1_8_24, since_1_8_24, since_25_1_30 };
std::string_view version_of(XrayAge age);
/// What a core of that age writes instead of a line above.
std::string aged(std::string line, XrayAge age);

}  // namespace fairgate::sim::panel
