#include "enforcement/nftables/nftables.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::enforcement::nftables {

using kernel::NftElement;
using kernel::NftTable;

Nftables::Nftables(kernel::NetworkNamespace place, kernel::NftSettings settings)
    : place_(std::move(place)), settings_(std::move(settings)) {}

BlockerAbilities Nftables::abilities() const {
    return {
        .doors = true,
        .connections = true,
        .udp = true,
        .ends_by_itself = true,
        .tells_times = true,
        .stops_live = true,
        .most_at_once = 5000,
        .spares_ssh = true
    };
}

Result<> Nftables::open(TimePoint now) {
    if (table_) {
        return {};
    }
    auto opened = NftTable::open(place_, settings_, now);
    if (!opened) {
        return opened.error();
    }
    table_.emplace(*std::move(opened));
    return {};
}

Result<> Nftables::ready(TimePoint now) {
    if (auto opened = open(now); !opened) {
        return opened;
    }
    auto found = table_->ensure(now);
    return found ? Result<>() : Result<>(found.error());
}

Result<> Nftables::put(std::span<const Block> blocks, TimePoint now) {
    if (auto there = ready(now); !there) {
        return there;
    }
    std::vector<NftElement> elements;
    elements.reserve(blocks.size());
    for (const Block& block : blocks) {
        elements.push_back(NftElement{block.denial, block.until});
    }
    // What is protected was refused before; loopback and the like are refused once more.
    return table_->add(elements, kernel::ProtectedTargets(), now);
}

Result<> Nftables::take(std::span<const Denial> denials, TimePoint now) {
    auto opened = open(now);
    return opened ? table_->remove(denials, now) : opened;
}

Result<std::vector<Block>> Nftables::list(TimePoint now) {
    if (auto opened = open(now); !opened) {
        return opened.error();
    }
    auto listing = table_->list(now);
    if (!listing) {
        return listing.error();
    }
    std::vector<Block> blocks;
    if (!listing->whole) {
        return blocks;  // what its sets hold is not refused, or not as it should be
    }
    // A set that grows while it is listed may show an element twice (rhashtable_walk_next).
    std::ranges::sort(listing->elements, {}, &NftElement::denial);
    const auto doubled = std::ranges::unique(listing->elements, {}, &NftElement::denial);
    listing->elements.erase(doubled.begin(), doubled.end());
    blocks.reserve(listing->elements.size());
    for (const NftElement& element : listing->elements) {
        blocks.push_back(Block{.denial = element.denial, .until = element.until});
    }
    return blocks;
}

Result<std::vector<Denial>> Nftables::missing(std::span<const Denial> denials, TimePoint now) {
    if (auto opened = open(now); !opened) {
        return opened.error();
    }
    auto found = table_->look(now);
    if (!found) {
        return found.error();
    }
    if (*found != NftTable::Found::whole) {
        return std::vector<Denial>(denials.begin(), denials.end());
    }
    return table_->missing(denials, now);
}

Result<> Nftables::drop(TimePoint now) {
    auto opened = open(now);
    return opened ? table_->drop() : opened;
}

}  // namespace fairgate::enforcement::nftables
