#include "daemon/node_traffic.hpp"

#include <chrono>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

/// An agent tells the bytes of a pair so often (link::SlotBook), and those of all pairs of an
/// account within a few seconds.
constexpr Duration told_every = 30s;
constexpr Duration same_turn = 15s;
constexpr Duration stale = 45s;

}  // namespace

void NodeTraffic::add(
    AccountId account, const std::string& node, std::uint64_t up, std::uint64_t down, TimePoint now
) {
    forget(now);
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    const std::uint64_t where = nodes_.try_emplace(node, number).first->second;
    Told& told = told_[where << 32U | account.value];
    if (now - told.since > same_turn) {
        told = {now, 0, 0};
    }
    told.up += static_cast<float>(up);
    told.down += static_cast<float>(down);
}

void NodeTraffic::each(
    TimePoint now, const std::function<void(AccountId account, double up, double down)>& take
) const {
    const double seconds = std::chrono::duration<double>(told_every).count();
    for (const auto& [key, told] : told_) {
        if (now - told.since <= stale) {
            const AccountId account{static_cast<std::uint32_t>(key & 0xFFFF'FFFFU)};
            take(account, double{told.up} / seconds, double{told.down} / seconds);
        }
    }
}

void NodeTraffic::forget(TimePoint now) {
    if (now - swept_ < stale && now >= swept_) {
        return;
    }
    swept_ = now;
    boost::unordered::erase_if(told_, [&](const auto& each) {
        return now - each.second.since > stale;
    });
}

}  // namespace fairgate::daemon
