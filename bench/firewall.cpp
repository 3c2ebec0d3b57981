#include "base/run_program.hpp"
#include "enforcement/iptables/iptables.hpp"
#include "enforcement/nftables/nftables.hpp"
#include "enforcement/ufw/ufw.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sched.h>
#include <string>
#include <string_view>
#include <sys/mount.h>
#include <vector>

// Seconds that a firewall takes for N addresses with a time, in namespaces of its own: to add them,
// to say that they are in force, to list them, and to remove them. bench/run.py compares.
//
//   bench-firewall nftables|iptables|ufw N

namespace fairgate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int failed = 1;
constexpr int cannot = 77;

std::unique_ptr<enforcement::AddressBlocker> make(std::string_view driver) {
    if (driver == "nftables") {
        return std::make_unique<enforcement::nftables::Nftables>();
    }
    if (driver == "iptables") {
        return std::make_unique<enforcement::iptables::Iptables>();
    }
    return std::make_unique<enforcement::ufw::Ufw>();
}

template <class Work>
bool time_of(const char* what, const char* behind, const Work& work) {
    const auto start = Clock::now();
    const auto done = work();
    const std::chrono::duration<double> took = Clock::now() - start;
    if (!done) {
        std::fprintf(stderr, "%s: %s\n", what, to_line(done.error()).c_str());
        return false;
    }
    std::printf("\"%s\": %.6f%s", what, took.count(), behind);
    return true;
}

/// On a copy of its folder.
bool start_ufw() {
    const std::vector<std::vector<std::string>> steps = {
        {"cp", "-a", "/etc/ufw", "/run/ufw"},
        {"mount", "--bind", "/run/ufw", "/etc/ufw"},
        {"ip", "link", "set", "lo", "up"},
        {"ufw", "--force", "enable"}
    };
    return std::ranges::all_of(steps, [](const std::vector<std::string>& step) {
        const auto end = run_program({.arguments = step});
        return end && end->status == 0;
    });
}

int run(std::string_view driver, std::uint32_t count) {
    if (::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", "/run", "tmpfs", 0, nullptr) != 0) {
        return cannot;
    }
    if (driver == "ufw" && !start_ufw()) {
        return cannot;
    }
    const TimePoint now = SystemClock().now();
    std::vector<enforcement::Block> blocks;
    std::vector<Denial> denials;
    for (std::uint32_t i = 0; i < count; ++i) {
        constexpr std::uint32_t benchmarks = 0xc6120000U;  // 198.18.0.0/15, RFC 2544
        denials.push_back(Denial{.address = Address::v4(benchmarks + i)});
        blocks.push_back({.denial = denials.back(), .until = now + std::chrono::hours(1)});
    }
    const auto blocker = make(driver);
    const kernel::ProtectedTargets never;
    if (auto ready = blocker->ready(now); !ready) {
        std::fprintf(stderr, "%s\n", to_line(ready.error()).c_str());
        return cannot;
    }
    std::printf("{");
    const bool fine = time_of("add", ", ", [&] { return blocker->block(blocks, never, now); }) &&
                      time_of("list", ", ", [&] { return blocker->list(now); }) &&
                      time_of("check", ", ", [&] { return blocker->missing(denials, now); }) &&
                      time_of("remove", "}\n", [&] { return blocker->unblock(denials, now); });
    return fine && blocker->list(now)->empty() ? 0 : failed;
}

}  // namespace
}  // namespace fairgate

int main(int count, char** arguments) {
    if (count != 3) {
        return fairgate::failed;
    }
    return fairgate::run(
        arguments[1], static_cast<std::uint32_t>(std::strtoul(arguments[2], nullptr, 10))
    );
}
