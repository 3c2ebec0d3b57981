#pragma once

#include "enforcement/address_blocker.hpp"
#include "enforcement/iptables/chain.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::enforcement::iptables {

struct IptablesSettings {
    std::vector<std::uint16_t> open_ports = {22};  ///< of TCP; never refused
};

/// Refuses packets in a chain of its own, FAIRGATE, which INPUT and FORWARD ask first. The time of
/// each rule stands in its comment; the journal lifts it. Each change writes the whole chain in one
/// transaction, IPv4 and IPv6 apart, so it costs the more the more there are: 15 ms for a thousand.
class Iptables final : public AddressBlocker {
public:
    explicit Iptables(IptablesSettings settings = {}) : settings_(std::move(settings)) {}

    std::string_view name() const override { return "iptables"; }
    BlockerAbilities abilities() const override;
    Result<> ready(TimePoint now) override;
    Result<std::vector<Block>> list(TimePoint now) override;
    Result<> drop(TimePoint now) override;

private:
    struct Family {
        std::string save;
        std::string restore;
        bool is_v4 = true;
    };
    static const std::vector<Family>& families();
    Result<> put(std::span<const Block> blocks, TimePoint now) override;
    Result<> take(std::span<const Denial> denials, TimePoint now) override;
    Result<> write(const Family& family, const Chain& chain, const std::vector<Block>& blocks)
        const;

    IptablesSettings settings_;
};

}  // namespace fairgate::enforcement::iptables
