#pragma once

#include "enforcement/address_blocker.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace fairgate::enforcement {

using Rules = std::map<Denial, std::optional<TimePoint>>;

/// A firewall in memory, which outlives who uses it.
class MemoryBlocker final : public AddressBlocker {
public:
    /// Asked before and after each change; the first answer says whether it is done at all.
    using Pass = std::function<bool()>;
    bool knows_ports = true;
    bool off = false;  ///< switched off, as ufw is: it keeps its rules, and tells none

    explicit MemoryBlocker(
        Rules& rules, Pass pass = [] { return true; }
    )
        : rules_(rules), pass_(std::move(pass)) {}
    std::string_view name() const override { return "memory"; }
    BlockerAbilities abilities() const override {
        return {
            .doors = knows_ports,
            .connections = knows_ports,
            .udp = true,
            .ends_by_itself = true,
            .tells_times = true,
            .stops_live = true,
            .most_at_once = 3,
            .spares_ssh = true
        };
    }
    Result<> ready(TimePoint) override { return {}; }
    Result<std::vector<Block>> list(TimePoint) override {
        if (off) {
            return errors::not_ready(name(), "it is off", "memory on");
        }
        std::vector<Block> blocks;
        for (const auto& [denial, until] : rules_) {
            blocks.push_back({.denial = denial, .until = until});
        }
        return blocks;
    }
    Result<> drop(TimePoint) override {
        rules_.clear();
        return {};
    }

private:
    Result<> put(std::span<const Block> blocks, TimePoint) override {
        for (const Block& block : pass_() ? blocks : std::span<const Block>()) {
            rules_.insert_or_assign(block.denial, block.until);
        }
        pass_();
        return {};
    }
    Result<> take(std::span<const Denial> denials, TimePoint) override {
        for (const Denial& denial : pass_() ? denials : std::span<const Denial>()) {
            rules_.erase(denial);
        }
        pass_();
        return {};
    }
    Rules& rules_;
    Pass pass_;
};

}  // namespace fairgate::enforcement
