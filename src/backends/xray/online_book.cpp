#include "backends/xray/online_book.hpp"

#include <algorithm>
#include <chrono>

namespace fairgate::backends::xray {

namespace {

/// An address behind WireGuard is the tunnel's own, and one of a Unix socket is none.
bool is_nobodys(const Address& address) {
    return address.is_loopback() || address.is_unspecified() || address.is_link_local() ||
           address.is_private();
}

constexpr std::int64_t most_seconds = 4'102'444'800;  // the year 2100: before it overflows

}  // namespace

OnlineBook::Outcome OnlineBook::take(
    const std::vector<OnlineAddress>& online, TimePoint now, Duration window
) {
    Outcome outcome;
    std::map<Key, std::int64_t> next;
    std::optional<TimePoint> newest;
    for (const OnlineAddress& each : online) {
        const auto address = Address::parse(each.address);
        if (!address || is_nobodys(*address) || each.last_seen <= 0 ||
            each.last_seen > most_seconds) {
            ++outcome.left_out;
            continue;
        }
        const TimePoint time{std::chrono::seconds(each.last_seen)};
        Key key{each.email, *address};
        const auto before = last_.find(key);
        const bool moved =
            before == last_.end() ? time > now - window : each.last_seen > before->second;
        if (moved) {
            outcome.seen.push_back({each.email, *address, time});
            newest = std::max(newest.value_or(time), time);
        } else {
            ++outcome.idle;
        }
        next.insert_or_assign(std::move(key), each.last_seen);
    }
    last_ = std::move(next);
    if (newest) {
        offset_ = *newest - now;
    }
    return outcome;
}

}  // namespace fairgate::backends::xray
