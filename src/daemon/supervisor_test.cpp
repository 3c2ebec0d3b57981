#include "daemon/supervisor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace fairgate::daemon {
namespace {

using namespace std::chrono_literals;

/// The other end, as systemd has it.
class SupervisorTest : public testing::Test {
public:
    SupervisorTest()
        : name_("@fairgate-test-" + std::to_string(::getpid())),
          descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(static_cast<void*>(address.sun_path), name_.data(), name_.size());
        address.sun_path[0] = '\0';
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
        // NOLINTNEXTLINE(*-reinterpret-cast): how POSIX passes addresses
        EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), length), 0);
    }
    ~SupervisorTest() override { ::close(descriptor_); }
    SupervisorTest(const SupervisorTest&) = delete;
    SupervisorTest& operator=(const SupervisorTest&) = delete;

    const std::string& name() const { return name_; }
    std::string heard() const {
        std::array<char, 512> text{};
        const auto size = ::recv(descriptor_, text.data(), text.size(), 0);
        return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
    }

private:
    std::string name_;
    int descriptor_;
};

TEST_F(SupervisorTest, is_told_how_the_daemon_is) {
    const Supervisor supervisor(name());
    supervisor.ready("the API is on /run/fairgate.sock");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=the API is on /run/fairgate.sock");
    supervisor.reloading();
    EXPECT_TRUE(heard().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    supervisor.stopping();
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(SupervisorTest, is_told_often_enough_that_the_daemon_lives) {
    Supervisor supervisor(name(), 20s);
    const auto start = std::chrono::steady_clock::now();
    int told = 0;
    for (std::chrono::seconds at = 0s; at < 60s; at += 1s) {
        supervisor.alive(start + at);
        told += heard() == "WATCHDOG=1" ? 1 : 0;
    }
    EXPECT_EQ(told, 12);
}

TEST_F(SupervisorTest, is_found_in_the_environment) {
    Supervisor supervisor = Supervisor::from(
        {{"NOTIFY_SOCKET", name()}, {"WATCHDOG_USEC", "4000000"}, {"WATCHDOG_PID", "1"}}
    );
    supervisor.alive(std::chrono::steady_clock::now());
    EXPECT_EQ(heard(), "") << "another process is watched";
    supervisor = Supervisor::from({{"NOTIFY_SOCKET", name()}, {"WATCHDOG_USEC", "4000000"}});
    supervisor.alive(std::chrono::steady_clock::now());
    EXPECT_EQ(heard(), "WATCHDOG=1");
}

TEST_F(SupervisorTest, that_is_not_there_or_does_not_ask_hears_nothing) {
    Supervisor nobody;
    nobody.ready("x");
    nobody.alive(std::chrono::steady_clock::now());
    Supervisor(std::string(200, 'x')).stopping();
    Supervisor("/nowhere/at/all").stopping();
    Supervisor without_watchdog(name());
    without_watchdog.alive(std::chrono::steady_clock::now());
    EXPECT_EQ(heard(), "");
}

}  // namespace
}  // namespace fairgate::daemon
