#pragma once

#include "enforcement/address_blocker.hpp"

namespace fairgate::enforcement::ufw {

/// Refuses packets by rules of ufw, put before all of the operator's, each with a comment that
/// holds its time. Starts ufw once or twice for each address (a fifth of a second): for tens of
/// blocks, not for thousands. ufw lets established connections through before it asks any rule, so
/// those must be cut.
class Ufw final : public AddressBlocker {
public:
    std::string_view name() const override { return "ufw"; }
    BlockerAbilities abilities() const override;
    /// FG-ENF-021 while ufw is inactive: it would keep rules and refuse nobody.
    Result<> ready(TimePoint now) override;
    Result<std::vector<Block>> list(TimePoint now) override;
    /// A rule of the operator's that says the same counts as well.
    Result<std::vector<Denial>> missing(std::span<const Denial> denials, TimePoint now) override;
    Result<Found> look(std::span<const Denial> denials, TimePoint now) override;
    Result<> drop(TimePoint now) override;

private:
    Result<> put(std::span<const Block> blocks, TimePoint now) override;
    Result<> take(std::span<const Denial> denials, TimePoint now) override;
};

}  // namespace fairgate::enforcement::ufw
