#pragma once

#include "model/origin.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Which network's IPv4 comes with a network's IPv6, learned over accounts.
//
// One phone often has both, mostly of one network (ASN). But some providers announce their IPv6
// under another ASN than their IPv4, and tunnels carry it to lines of any provider. Taken by
// itself such a line looks like two people, an IPv4-only one and an IPv6-only one. It gives itself
// away by its neighbours: nearly everybody who is seen with this IPv6 is seen with that IPv4 too,
// while accounts are shared by people of all kinds of networks.

namespace fairgate::tracker {

/// Whose IPv4 an IPv6 origin may share a device with.
enum class Ipv4Partner : std::uint8_t {
    own,      ///< that of its own provider
    assumed,  ///< the same, but too few accounts were seen to be sure of it
    any,      ///< anybody's: a tunnel, or it is not known yet
};

class DualStack {
public:
    /// One account was active by IPv6 in the network `v6` and by IPv4 in those of `v4`, none of
    /// them twice, in one look at it. `tag` tells accounts apart.
    void add_sample(std::uint32_t tag, Asn v6, std::span<const Asn> v4);
    /// So many accounts were looked at, whatever they have.
    void add_accounts(std::size_t accounts) { accounts_ += accounts; }
    /// Decides again from what was collected, and forgets customers not seen for a day of windows.
    void judge();

    Ipv4Partner partner(Asn v6) const;
    /// One of the networks that serve the same lines as this one, the same for each of them.
    Asn provider(Asn asn) const;

private:
    /// An account that was seen in the network by IPv6.
    struct Customer {
        std::uint32_t order = 0;  ///< a hash of its tag
        std::uint32_t last = 0;   ///< look
        std::uint16_t looks = 0;
        std::uint16_t with_v4 = 0;  ///< looks in which it had IPv4 of a known network
        struct Beside {
            std::uint32_t asn = 0;
            std::uint32_t looks = 0;
        };
        std::array<Beside, 4> beside{};  ///< its commonest networks of IPv4

        void note(std::span<const Asn> v4);
        /// Whether it has IPv4 of that network whenever it has any.
        bool has(std::uint32_t asn) const;
    };
    /// A network by its IPv6.
    struct Record {
        std::vector<Customer> customers;  ///< those lowest in order: a fair sample
        std::uint16_t looks = 0;
        Ipv4Partner partner = Ipv4Partner::any;
    };

    void judge_one(std::uint32_t v6, Record& record);
    void join(std::uint32_t one, std::uint32_t other);

    std::uint32_t look_ = 0;
    std::size_t accounts_ = 0;  ///< since the last look
    bool few_ = true;           ///< never enough of them that a network's customers could be many
    boost::unordered_flat_map<std::uint32_t, Record> records_;
    boost::unordered_flat_map<std::uint32_t, std::uint32_t> providers_;
};

}  // namespace fairgate::tracker
