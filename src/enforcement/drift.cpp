#include "enforcement/drift.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace fairgate::enforcement {

namespace {

using Watch = std::chrono::steady_clock;

constexpr std::uint32_t nobodys = 0xcb007100U;  // 203.0.113.0/24
constexpr std::uint32_t of_them = 254;

Error did_not(std::string_view blocker, std::string_view what, const Denial& denial) {
    return Error{
        .code = "FG-ENF-024",
        .what = std::string(blocker) + " said that it " + std::string(what) + " " +
                to_text(denial) + ", and did not",
        .state = "nobody has that address",
        .next = "look at its rules by hand (docs/firewall.md)"
    };
}

std::chrono::microseconds since(Watch::time_point start) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Watch::now() - start);
}

/// One that no test of somebody else's uses at this moment.
Result<Denial> harmless(AddressBlocker& blocker, TimePoint now) {
    std::vector<Denial> all;
    for (std::uint32_t i = 1; i <= of_them; ++i) {
        all.push_back({.address = Address::v4(nobodys + i)});
    }
    auto free = blocker.missing(all, now);
    if (!free) {
        return free.error();
    }
    return free->empty() ? all.back() : free->back();
}

}  // namespace

Result<Drift> compare(AddressBlocker& blocker, std::span<const Denial> wanted, TimePoint now) {
    const std::set<Denial> once(wanted.begin(), wanted.end());
    const std::vector<Denial> all(once.begin(), once.end());
    auto missing = blocker.missing(all, now);
    if (!missing) {
        return missing.error();
    }
    auto listed = blocker.list(now);
    if (!listed) {
        return listed.error();
    }
    Drift drift;
    drift.in_force = all.size() - missing->size();
    drift.missing = *std::move(missing);
    for (const Block& block : *listed) {
        if (!once.contains(block.denial)) {
            drift.strays.push_back(block.denial);
        }
    }
    return drift;
}

Result<TryOut> try_out(AddressBlocker& blocker, TimePoint now) {
    auto denial = harmless(blocker, now);
    if (!denial) {
        return denial.error();
    }
    TryOut result{.denial = *denial};
    const std::vector<Denial> one = {*denial};
    const std::vector<Block> block = {{.denial = *denial, .until = now + std::chrono::minutes(1)}};
    auto start = Watch::now();
    if (auto done = blocker.block(block, kernel::ProtectedTargets(), now); !done) {
        return done.error();
    }
    result.block = since(start);
    auto missing = blocker.missing(one, now);
    start = Watch::now();
    auto undone = blocker.unblock(one, now);
    result.unblock = since(start);
    if (!missing || !undone) {
        return missing ? undone.error() : missing.error();
    }
    if (!missing->empty()) {
        return did_not(blocker.name(), "refused", *denial);
    }
    missing = blocker.missing(one, now);
    if (!missing) {
        return missing.error();
    }
    return missing->empty() ? Result<TryOut>(did_not(blocker.name(), "let through", *denial))
                            : Result<TryOut>(result);
}

}  // namespace fairgate::enforcement
