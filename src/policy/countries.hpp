#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::policy {

/// The countries whose addresses are counted. Without any, all are.
class Countries {
public:
    Countries() = default;
    explicit Countries(std::vector<std::string> counted) : counted_(std::move(counted)) {}

    bool all() const { return counted_.empty(); }
    /// Why an address of this country (ISO 3166-1, empty: no table knows it) is left out, or
    /// nothing. What is not known is left out too: nobody is blocked on a guess.
    std::optional<std::string> why_left_out(const std::string& country) const {
        if (all() || std::ranges::find(counted_, country) != counted_.end()) {
            return std::nullopt;
        }
        return country.empty() ? "its country is not known, and only some are counted"
                               : "it is in " + country + ", which is not counted";
    }

private:
    std::vector<std::string> counted_;
};

}  // namespace fairgate::policy
