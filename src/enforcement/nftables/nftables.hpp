#pragma once

#include "enforcement/address_blocker.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/nft_table.hpp"

#include <optional>

namespace fairgate::enforcement::nftables {

/// Refuses packets in our own table `inet fairgate` (kernel/nft_table.hpp). The default.
class Nftables final : public AddressBlocker {
public:
    /// Touches nothing until it is first used.
    explicit Nftables(
        kernel::NetworkNamespace place = kernel::NetworkNamespace::own(),
        kernel::NftSettings settings = {}
    );

    std::string_view name() const override { return "nftables"; }
    BlockerAbilities abilities() const override;
    Result<> ready(TimePoint now) override;
    Result<std::vector<Block>> list(TimePoint now) override;
    /// A table that is not whole refuses nobody, whatever its sets hold.
    Result<std::vector<Denial>> missing(std::span<const Denial> denials, TimePoint now) override;
    Result<> drop(TimePoint now) override;

private:
    Result<> put(std::span<const Block> blocks, TimePoint now) override;
    Result<> take(std::span<const Denial> denials, TimePoint now) override;
    Result<> open(TimePoint now);

    kernel::NetworkNamespace place_;
    kernel::NftSettings settings_;
    std::optional<kernel::NftTable> table_;
};

}  // namespace fairgate::enforcement::nftables
