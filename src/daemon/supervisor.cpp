#include "daemon/supervisor.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace fairgate::daemon {

namespace {

std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number)
                                                                    : std::nullopt;
}

}  // namespace

Supervisor Supervisor::from(const config::Environment& environment) {
    const auto value = [&environment](const char* name) {
        const auto found = environment.find(name);
        return found != environment.end() ? found->second : std::string();
    };
    const auto asked_of = number_of(value("WATCHDOG_PID"));
    const auto every = number_of(value("WATCHDOG_USEC"));
    std::optional<std::chrono::microseconds> watchdog;
    if (every && *every > 0 && (!asked_of || *asked_of == ::getpid())) {
        watchdog = std::chrono::microseconds(*every);
    }
    return Supervisor(value("NOTIFY_SOCKET"), watchdog);
}

void Supervisor::ready(const std::string& status) const { send("READY=1\nSTATUS=" + status); }

void Supervisor::reloading() const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);  // as sd_notify(3) wants it
    const std::int64_t micros = (std::int64_t{now.tv_sec} * 1'000'000) + (now.tv_nsec / 1000);
    send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
}

void Supervisor::stopping() const { send("STOPPING=1"); }

void Supervisor::alive(std::chrono::steady_clock::time_point now) {
    if (watchdog_ && now - told_ >= *watchdog_ / 4) {
        told_ = now;
        send("WATCHDOG=1");
    }
}

// What cannot be sent is lost: there is nobody to tell it to.
void Supervisor::send(const std::string& lines) const {
    sockaddr_un address{};
    if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) {
        return;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(static_cast<void*>(address.sun_path), socket_.data(), socket_.size());
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0';  // a name that is no file
    }
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        return;
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // NOLINTNEXTLINE(*-reinterpret-cast): how POSIX passes addresses
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    (void)::sendto(descriptor, lines.data(), lines.size(), MSG_NOSIGNAL, to, length);
    ::close(descriptor);
}

}  // namespace fairgate::daemon
