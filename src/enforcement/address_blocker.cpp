#include "enforcement/address_blocker.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace fairgate::enforcement {

namespace {

Result<> within(std::string_view blocker, const BlockerAbilities& able, const Denial& denial) {
    if (denial.is_whole_address()) {
        return {};
    }
    if (denial.peer_port != 0 && !able.connections) {
        return errors::cannot_deny(blocker, denial, "it cannot tell connections apart");
    }
    if (denial.peer_port == 0 && !able.doors) {
        return errors::cannot_deny(blocker, denial, "it only takes whole addresses");
    }
    if (denial.protocol == Protocol::udp && !able.udp) {
        return errors::cannot_deny(blocker, denial, "it only refuses TCP");
    }
    return {};
}

}  // namespace

Result<> AddressBlocker::block(
    std::span<const Block> blocks, const kernel::ProtectedTargets& never, TimePoint now
) {
    std::map<Denial, Block> once;  // the last one counts
    for (const Block& block : blocks) {
        if (auto fine = check(block.denial); !fine) {
            return fine;
        }
        if (auto fine = never.allow(block.denial.address); !fine) {
            return fine;
        }
        if (auto fine = within(name(), abilities(), block.denial); !fine) {
            return fine;
        }
        once.insert_or_assign(block.denial, block);
    }
    std::vector<Block> due;
    for (const auto& [denial, block] : once) {
        if (!block.until || *block.until > now) {
            due.push_back(block);
        }
    }
    return due.empty() ? Result<>() : put(due, now);
}

Result<> AddressBlocker::unblock(std::span<const Denial> denials, TimePoint now) {
    for (const Denial& denial : denials) {
        if (auto fine = check(denial); !fine) {
            return fine;
        }
    }
    const std::set<Denial> once(denials.begin(), denials.end());
    const std::vector<Denial> all(once.begin(), once.end());
    return all.empty() ? Result<>() : take(all, now);
}

Result<std::vector<Denial>> AddressBlocker::missing(
    std::span<const Denial> denials, TimePoint now
) {
    auto listed = list(now);
    if (!listed) {
        return listed.error();
    }
    std::set<Denial> there;
    for (const Block& block : *listed) {
        there.insert(block.denial);
    }
    std::vector<Denial> result;
    std::ranges::copy_if(denials, std::back_inserter(result), [&there](const Denial& denial) {
        return !there.contains(denial);
    });
    return result;
}

Result<Found> AddressBlocker::look(std::span<const Denial> denials, TimePoint now) {
    auto gone = missing(denials, now);
    if (!gone) {
        return gone.error();
    }
    auto listed = list(now);
    if (!listed) {
        return listed.error();
    }
    return Found{*std::move(listed), *std::move(gone)};
}

namespace errors {

Error cannot_deny(std::string_view blocker, const Denial& denial, std::string_view why) {
    return Error{
        .code = "FG-ENF-020",
        .what = std::string(blocker) + " cannot refuse " + to_text(denial),
        .cause = std::string(why),
        .state = "nothing was changed",
        .next = "use nftables, or refuse the whole address"
    };
}

Error not_ready(std::string_view blocker, std::string_view cause, std::string_view next) {
    return Error{
        .code = "FG-ENF-021",
        .what = std::string(blocker) + " is not at work, so it refuses nobody",
        .cause = std::string(cause),
        .state = "nothing was changed",
        .next = std::string(next)
    };
}

Error tool_refused(std::string_view tool, int status, std::string_view said) {
    constexpr std::size_t longest = 200;
    while (said.ends_with('\n')) {
        said.remove_suffix(1);
    }
    return Error{
        .code = "FG-ENF-022",
        .what = std::string(tool) + " did not do it",
        .cause =
            "exit status " + std::to_string(status) + ": " + std::string(said.substr(0, longest)),
        .state = "it is tried again",
        .next = "fairgate doctor --only enforcer"
    };
}

}  // namespace errors

}  // namespace fairgate::enforcement
