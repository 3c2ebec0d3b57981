#include "daemon/udp_carriers.hpp"

#include "sources/visible.hpp"

#include <algorithm>
#include <iterator>

namespace fairgate::daemon {

void UdpCarriers::note(
    std::string_view account, const Address& address, std::string_view inbound, TimePoint at
) {
    auto found = seen_.find(account);
    if (found == seen_.end()) {
        if (seen_.size() >= most_accounts) {
            return;  // until the next who are long gone are forgotten
        }
        found = seen_.emplace(std::string(account), std::vector<Seen>()).first;
    }
    std::vector<Seen>& all = found->second;
    const auto known = std::ranges::find(all, address, &Seen::address);
    if (known != all.end()) {
        known->at = std::max(known->at, at);
        std::rotate(all.begin(), known, std::next(known));
        return;
    }
    all.insert(all.begin(), Seen{address, sources::visible(inbound, 64), at});
    if (all.size() > most_addresses) {
        all.pop_back();
    }
}

std::vector<UdpCarriers::Seen> UdpCarriers::of(std::string_view account, TimePoint since) const {
    std::vector<Seen> lately;
    if (const auto found = seen_.find(account); found != seen_.end()) {
        std::ranges::copy_if(found->second, std::back_inserter(lately), [since](const Seen& each) {
            return each.at >= since;
        });
    }
    return lately;
}

void UdpCarriers::forget_before(TimePoint oldest) {
    for (auto& [account, all] : seen_) {
        std::erase_if(all, [oldest](const Seen& each) { return each.at < oldest; });
    }
    std::erase_if(seen_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace fairgate::daemon
