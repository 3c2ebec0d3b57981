#include "config/suggest.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace fairgate::config {

namespace {

constexpr std::size_t longest_word = 64;

bool same_letter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::size_t distance(std::string_view a, std::string_view b) {
    a = a.substr(0, longest_word);
    b = b.substr(0, longest_word);
    // Three rows of the usual table: the one being filled, the one above, and the one above that.
    std::array<std::array<std::size_t, longest_word + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        rows[0][j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t exchanged =
                above[j - 1] + (same_letter(a[i - 1], b[j - 1]) ? 0U : 1U);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, exchanged});
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1])) {
                row[j] = std::min(row[j], above_that[j - 2] + 1);
            }
        }
    }
    return rows[a.size() % 3][b.size()];
}

std::optional<std::string> nearest(
    std::string_view word, const std::vector<std::string>& candidates
) {
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    const std::string* found = nullptr;
    for (const std::string& candidate : candidates) {
        const std::size_t changes = distance(word, candidate);
        if (changes < best && changes < candidate.size()) {
            best = changes;
            found = &candidate;
        }
    }
    return found == nullptr ? std::nullopt : std::optional(*found);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto found = nearest(word, candidates);
    return found ? " did you mean \"" + *found + "\"?" : "";
}

}  // namespace fairgate::config
