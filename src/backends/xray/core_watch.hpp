#pragma once

#include "backends/xray/core_client.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::backends::xray {

/// Tells whether the core is still the one we know: its uptime going back is a restart, and other
/// inbounds without a single one of the known are another core, whose accounts are none of ours
/// (a changed port of the API, taken over by someone else). Pure.
class CoreWatch {
public:
    /// `expected`: tags of inbounds that must be there.
    explicit CoreWatch(std::vector<std::string> expected = {}) : expected_(std::move(expected)) {}

    /// A reading of the uptime.
    Process note_uptime(std::chrono::seconds uptime);
    /// A reading of what the core is; what is wrong with it, or nothing.
    std::string note_core(Core core);
    /// A reading of its inbounds; what is wrong with them, or nothing. Only right ones are kept.
    std::string note_inbounds(const std::vector<std::string>& tags);
    /// The same without keeping them.
    std::string judge_inbounds(const std::vector<std::string>& tags) const;

    std::uint64_t restarts() const { return restarts_; }

private:
    std::vector<std::string> expected_;
    std::vector<std::string> known_;
    std::optional<Core> core_;
    std::optional<std::chrono::seconds> uptime_;
    std::uint64_t restarts_ = 0;
};

}  // namespace fairgate::backends::xray
