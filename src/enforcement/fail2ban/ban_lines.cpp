#include "enforcement/fail2ban/ban_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fairgate::enforcement::fail2ban {

namespace {

/// "2026/05/01 10:00:00", with that between the parts of the date.
std::string local_time(TimePoint now, char between) {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    std::tm parts{};
    localtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::string result(
        text.data(), std::strftime(text.data(), text.size(), "%Y/%m/%d %H:%M:%S", &parts)
    );
    std::ranges::replace(result, '/', between);
    return result;
}

/// A name is whatever a customer or a panel chose: what could begin another field or line goes.
std::string field(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        const bool plain = static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f;
        result += plain && letter != '|' ? letter : '_';
    }
    return result;
}

}  // namespace

std::string limit_ip_line(std::string_view account, const Address& address, TimePoint now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    return local_time(now, '/') + " [LIMIT_IP] Email = " + field(account) +
           " || Disconnecting OLD IP = " + address.text() +
           " || Timestamp = " + std::to_string(seconds) + " || SRC = " + address.text() + "\n";
}

std::string blocked_line(
    std::string_view protocol, std::string_view account, std::string_view reason, TimePoint now
) {
    return local_time(now, '-') + " | " + field(protocol) + " | " + field(account) + " | " +
           field(reason) + "\n";
}

Result<> append_line(const std::string& file, const std::string& line) {
    constexpr mode_t mode = 0640;
    const int number = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode);
    const auto written = number < 0 ? -1 : ::write(number, line.data(), line.size());
    const int failed = errno;
    if (number >= 0) {
        ::close(number);
    }
    if (std::cmp_equal(written, line.size())) {
        return {};
    }
    return Error{
        .code = "FG-ENF-023",
        .what = "a line for others could not be written",
        .where = file,
        .cause = std::generic_category().message(failed),
        .state = "nobody was told",
        .next = "check the path, its permissions and the disk"
    };
}

}  // namespace fairgate::enforcement::fail2ban
