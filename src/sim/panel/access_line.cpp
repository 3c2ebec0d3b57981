#include "sim/panel/access_line.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace fairgate::sim::panel {

std::string xray_time(TimePoint local) {
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    std::array<char, 64> text{};
    const int length = std::snprintf(
        text.data(),
        text.size(),
        "%04d/%02u/%02u %02d:%02d:%02d.%06d",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count())
    );
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string with_port(const std::string& address, std::uint16_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string accepted_line(
    std::string_view time, std::string_view source, std::string_view inbound, std::string_view email
) {
    std::string line(time);
    line.append(" from ").append(source).append(" accepted tcp:www.example.com:443 [");
    return line.append(inbound).append(" >> DIRECT] email: ").append(email);
}

std::string rejected_line(std::string_view time, std::string_view source) {
    std::string line(time);
    line.append(" from ").append(source);
    return line.append(
        " rejected  proxy/vless/encoding: invalid request user id: "
        "99999999-9999-9999-9999-999999999999"
    );
}

std::string_view version_of(XrayAge age) {
    switch (age) {
        case XrayAge::before_1_8_24:
            return "1.8.4";
        case XrayAge::since_1_8_24:
            return "1.8.24";
        case XrayAge::since_25_1_30:
            return "25.1.30";
    }
    return "";
}

std::string aged(std::string line, XrayAge age) {
    constexpr std::string_view seconds = "2026/08/05 20:04:17";
    constexpr std::string_view fraction = ".123456";
    constexpr std::string_view from = " from";
    if (age != XrayAge::since_25_1_30) {
        line.erase(seconds.size(), fraction.size());
    }
    if (age == XrayAge::before_1_8_24) {
        line.erase(seconds.size(), from.size());
    }
    return line;
}

}  // namespace fairgate::sim::panel
