#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::config {

/// How many single changes (a letter put in, left out, exchanged, or two neighbours swapped) lead
/// from one word to the other. Case does not count. Words are cut at 64 bytes.
std::size_t distance(std::string_view a, std::string_view b);

/// The candidate a person most likely meant, or nothing when none is near: a third of the word's
/// letters may be wrong, at least one.
std::optional<std::string> nearest(
    std::string_view word, const std::vector<std::string>& candidates
);

/// " did you mean \"general\"?", or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace fairgate::config
