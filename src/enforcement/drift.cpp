#include "enforcement/drift.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace fairgate::enforcement {

namespace {

using Watch = std::chrono::steady_clock;

constexpr std::uint32_t nobodys = 0xcb007100U;  // 203.0.113.0/24
constexpr std::uint32_t of_them = 254;
// A firewall counts in seconds, and its clock is not ours to the millisecond.
constexpr Duration about_to_end = std::chrono::seconds(2);

Error did_not(std::string_view blocker, std::string_view what, const Denial& denial) {
    return Error{
        .code = "FG-ENF-024",
        .what = std::string(blocker) + " said that it " + std::string(what) + " " +
                to_text(denial) + ", and did not",
        .state = "nobody has that address",
        .next = "look at its rules by hand (docs/firewall.md)"
    };
}

void add(std::map<Denial, Refusal>& wanted, const Hold& hold) {
    for (const Denial& denial : hold.denials) {
        const auto [place, is_new] =
            wanted.try_emplace(denial, Refusal{denial, hold.until, {}, {}});
        Refusal& refusal = place->second;
        if (!is_new && refusal.until) {
            refusal.until = hold.until ? std::max(refusal.until, hold.until) : std::nullopt;
        }
        refusal.measures.push_back(hold.measure);
    }
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

Result<Drift> compare(AddressBlocker& blocker, const Wants& wants, TimePoint now) {
    std::map<Denial, Refusal> wanted;
    std::vector<Denial> must;
    for (const Hold& hold : wants.in_force) {
        add(wanted, hold);
        if (!hold.until || *hold.until > now + about_to_end) {
            must.insert(must.end(), hold.denials.begin(), hold.denials.end());
        }
    }
    for (const Hold& hold : wants.changing) {
        add(wanted, hold);
    }
    std::ranges::sort(must);
    must.erase(std::ranges::unique(must).begin(), must.end());
    const auto found_there = blocker.look(must, now);
    if (!found_there) {
        return found_there.error();
    }
    const auto& [listed, missing] = *found_there;
    Drift drift;
    drift.left_out = wants.left_out;
    for (const Denial& denial : missing) {
        drift.missing.push_back(wanted.at(denial));
    }
    std::set<Denial> there;
    for (const Block& block : listed) {
        there.insert(block.denial);
        const auto found = wanted.find(block.denial);
        Refusal refusal = found == wanted.end() ? Refusal{.denial = block.denial} : found->second;
        if (found == wanted.end() || blocker.abilities().tells_times) {
            refusal.until = block.until;
        }
        const bool ours = found != wanted.end() || wants.is_held(block.denial);
        (ours ? drift.in_force : drift.strays).push_back(std::move(refusal));
    }
    // What an operator's own rule refuses is in force too, and not ours to list.
    const std::set<Denial> gone(missing.begin(), missing.end());
    for (const Denial& denial : must) {
        if (!there.contains(denial) && !gone.contains(denial)) {
            drift.in_force.push_back(wanted.at(denial));
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
