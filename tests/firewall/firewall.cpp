#include "firewall.hpp"

#include "base/run_program.hpp"
#include "enforcement/firewalls/firewalls.hpp"

#include <boost/describe.hpp>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

//   firewall_conformance nftables|iptables|ufw|fail2ban [gtest flags]

namespace fairgate::firewall_test {

std::string driver;  // NOLINT(*-avoid-non-const-global-variables): of the command line

std::unique_ptr<AddressBlocker> make_blocker() {
    enforcement::firewalls::FirewallSettings settings;
    boost::describe::enum_from_string(driver.c_str(), settings.kind);
    return make_firewall(settings);
}

/// fail2ban's server as a child of this process, which dies with it.
class Fail2banServer {
public:
    Fail2banServer() {
        replace_by_copy("/etc/fail2ban");
        replace_by_empty("/var/lib/fail2ban");
        replace_by_empty("/var/log");
        must_run({"mkdir", "-p", "/run/fail2ban"});
        must_run({"find", "/etc/fail2ban/jail.d", "-type", "f", "-delete"});
        must_run(
            {"cp",
             "-r",
             "packaging/fail2ban/jail.d",
             "packaging/fail2ban/filter.d",
             "/etc/fail2ban/"}
        );
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
            ::dup2(nowhere, STDOUT_FILENO);
            ::execl("/usr/bin/fail2ban-server", "fail2ban-server", "-f", "-x", nullptr);
            ::_exit(1);
        }
        for (int i = 0; i < 100; ++i) {
            const auto end = run_program({.arguments = {"fail2ban-client", "status", "fairgate"}});
            if (end && end->status == 0) {
                return;
            }
            std::this_thread::sleep_for(100ms);
        }
        ADD_FAILURE() << "fail2ban does not come up";
    }
    Fail2banServer(const Fail2banServer&) = delete;
    Fail2banServer& operator=(const Fail2banServer&) = delete;
    ~Fail2banServer() { stop(); }

    void stop() {
        if (process_ > 0) {
            ::kill(process_, SIGTERM);
            ::waitpid(std::exchange(process_, 0), nullptr, 0);
        }
    }

private:
    pid_t process_ = 0;
};

std::unique_ptr<TwoHosts> Firewall::hosts;
std::unique_ptr<Fail2banServer> Firewall::fail2ban;
kernel::ProtectedTargets Firewall::never;

void Firewall::SetUpTestSuite() {
    hosts = std::make_unique<TwoHosts>();
    if (driver == "ufw") {
        replace_by_copy("/etc/ufw");
        replace_by_copy("/etc/default");
        must_run({"ufw", "--force", "enable"});
        must_run({"ufw", "default", "allow", "incoming"});
    } else if (driver == "fail2ban") {
        fail2ban = std::make_unique<Fail2banServer>();
    }
    auto read = never.add_network_of(kernel::NetworkNamespace::own());
    ASSERT_TRUE(read) << to_line(read.error());
}

void Firewall::TearDownTestSuite() {
    fail2ban.reset();
    hosts.reset();
}

namespace {

int skip(const std::string& reason) {
    constexpr int skipped = 77;
    std::printf("SKIPPED: %s\n", reason.c_str());
    return skipped;
}

int run(int count, char** arguments) {
    testing::InitGoogleTest(&count, arguments);
    driver = count > 1 ? arguments[1] : "nftables";
    if (count > 2 && arguments[2] == std::string_view("--block-until-killed")) {
        return block_until_killed();
    }
    const std::string tool = driver == "nftables"   ? "nft"
                             : driver == "fail2ban" ? "fail2ban-client"
                                                    : driver;
    for (const std::string& needed : {tool, std::string("ip"), std::string("nft")}) {
        if (!find_program(needed)) {
            return skip("needs the program " + needed + "; scripts/setup installs it");
        }
    }
    if (const auto reason = TwoHosts::enter()) {
        return skip(*reason);
    }
    return RUN_ALL_TESTS();
}

}  // namespace
}  // namespace fairgate::firewall_test

int main(int count, char** arguments) { return fairgate::firewall_test::run(count, arguments); }
