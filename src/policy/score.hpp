#pragma once

#include "base/clock.hpp"
#include "model/evidence.hpp"

#include <string>
#include <vector>

namespace fairgate::policy {

/// How much speaks against one household, made of named parts. It never blocks by itself: it only
/// says whether a violation that is open begins with a warning.
struct Score {
    struct Part {
        std::string what;  ///< "3 providers at once"
        int points = 0;
    };
    std::vector<Part> parts;

    /// 0 to 100.
    int total() const;
    /// "60 of 100 (40: 2 devices beyond the limit; 20: 2 countries at once)".
    std::string text() const;
};

/// Of a violation that opens, from what is frozen of it and from how many the account had before
/// within the ladder's window.
Score score_of(const Evidence& evidence, int violations_before);

}  // namespace fairgate::policy
