#include "setup/toml_edit.hpp"

#include <algorithm>
#include <cstdint>

namespace fairgate::setup {

namespace {

// A table of so many by so many lines is what a moment bears; longer files differ from line to
// line.
constexpr std::size_t most_lines = 4'000;
constexpr std::size_t shown_around = 2;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

struct Line {
    char sign = ' ';
    std::string_view text;
};

/// What both have in common stands once, the rest with its sign (longest common subsequence).
std::vector<Line> merged(
    const std::vector<std::string_view>& before, const std::vector<std::string_view>& after
) {
    const std::size_t width = after.size() + 1;
    std::vector<std::uint16_t> common((before.size() + 1) * width, 0);
    for (std::size_t i = before.size(); i-- > 0;) {
        for (std::size_t j = after.size(); j-- > 0;) {
            common[i * width + j] =
                before[i] == after[j]
                    ? static_cast<std::uint16_t>(common[(i + 1) * width + j + 1] + 1)
                    : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
        }
    }
    std::vector<Line> lines;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            lines.push_back({' ', before[i]});
            ++i;
            ++j;
        } else if (j == after.size() || (i < before.size() && common[(i + 1) * width + j] >=
                                                                  common[i * width + j + 1])) {
            lines.push_back({'-', before[i++]});
        } else {
            lines.push_back({'+', after[j++]});
        }
    }
    return lines;
}

}  // namespace

std::string difference(std::string_view before, std::string_view after) {
    if (before == after) {
        return {};
    }
    const auto old = lines_of(before);
    const auto now = lines_of(after);
    if (old.size() > most_lines || now.size() > most_lines) {
        return "(too long to be shown: compare the files)\n";
    }
    const std::vector<Line> lines = merged(old, now);
    std::string text;
    bool left_out = false;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::size_t from = at - std::min(at, shown_around);
        const std::size_t to = std::min(at + shown_around + 1, lines.size());
        const bool near = std::any_of(
            lines.begin() + static_cast<std::ptrdiff_t>(from),
            lines.begin() + static_cast<std::ptrdiff_t>(to),
            [](const Line& line) { return line.sign != ' '; }
        );
        if (near) {
            text += (left_out ? "@@\n" : "") + std::string(1, lines[at].sign) +
                    std::string(lines[at].text) + "\n";
        }
        left_out = !near;
    }
    return text;
}

}  // namespace fairgate::setup
