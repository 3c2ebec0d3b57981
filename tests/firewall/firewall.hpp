#pragma once

#include "enforcement/address_blocker.hpp"
#include "two_hosts.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace fairgate::firewall_test {

using namespace std::chrono_literals;
using enforcement::AddressBlocker;
using enforcement::Block;

/// Of the command line: nftables, iptables, ufw, fail2ban.
extern std::string driver;

std::unique_ptr<AddressBlocker> make_blocker();

/// Blocks one address after the other, in the firewall of the process that started it: killed.cpp.
int block_until_killed();

class Fail2banServer;

/// The driver that is tested, between two hosts.
class Firewall : public testing::Test {
protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite();
    void TearDown() override {
        if (!IsSkipped()) {
            auto gone = make_blocker()->drop(now());
            EXPECT_TRUE(gone) << to_line(gone.error());
        }
    }

    static TimePoint now() { return SystemClock().now(); }
    Result<> block(std::vector<Block> blocks) { return blocker->block(blocks, never, now()); }
    Result<> unblock(std::vector<Denial> denials) { return blocker->unblock(denials, now()); }

    /// fail2ban takes a moment to do what it has accepted.
    template <class Attempt>
    static bool comes_to(bool reached, const Attempt& attempt) {
        for (int i = 0; i < 15; ++i) {
            if ((attempt() == Outcome::reached) == reached) {
                return true;
            }
            std::this_thread::sleep_for(driver == "fail2ban" ? 200ms : 1ms);
        }
        return false;
    }
    static bool passes(const Address& from, std::uint16_t to = TwoHosts::port) {
        return comes_to(true, [&] { return hosts->connect(from, to); });
    }
    static bool is_refused(const Address& from, std::uint16_t to = TwoHosts::port) {
        return comes_to(false, [&] { return hosts->connect(from, to); });
    }

    // One world for all tests: what makes it takes longer than they do.
    static std::unique_ptr<TwoHosts> hosts;
    static std::unique_ptr<Fail2banServer> fail2ban;
    static kernel::ProtectedTargets never;

    std::unique_ptr<AddressBlocker> blocker = make_blocker();
    const Address bad4 = *Address::parse("198.51.100.2");
    const Address good4 = *Address::parse("198.51.100.3");
    const Address bad6 = *Address::parse("2001:db8:1::2");
    const Address good6 = *Address::parse("2001:db8:1::3");
};

}  // namespace fairgate::firewall_test
