#pragma once

#include "base/clock.hpp"
#include "model/address.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::daemon {

/// Who lately came to inbounds whose connections have no socket of their own on this machine:
/// carriers over UDP (mKCP, QUIC, Hysteria, WireGuard). Such a connection cannot be cut: it goes on
/// after its account was blocked, for as long as packets come. Only a firewall ends it, by silence
/// that lasts longer than the carrier waits.
class UdpCarriers {
public:
    static constexpr std::size_t most_accounts = 4'000;
    static constexpr std::size_t most_addresses = 8;  ///< of an account

    void note(
        std::string_view account, const Address& address, std::string_view inbound, TimePoint at
    );
    struct Seen {
        Address address;
        std::string inbound;
        TimePoint at;
    };
    /// Where the account was at `since` or later, the newest first.
    std::vector<Seen> of(std::string_view account, TimePoint since) const;
    void forget_before(TimePoint oldest);

private:
    std::map<std::string, std::vector<Seen>, std::less<>> seen_;
};

}  // namespace fairgate::daemon
