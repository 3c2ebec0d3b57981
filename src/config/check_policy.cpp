#include "config/clash.hpp"
#include "config/ladder.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

namespace fairgate::config {

namespace {

void check_counting(const CountingSettings& counting, Clashes& faults) {
    if (counting.sustain > counting.window) {
        add(faults,
            contradiction,
            {"counting.sustain", "counting.window"},
            "counting.sustain is longer than counting.window: no violation could ever open",
            "make sustain at most " + to_text(counting.window));
    }
    for (const auto& [path, value] :
         {std::pair{"counting.window", counting.window},
          {"counting.sustain", counting.sustain},
          {"counting.interval", counting.interval}}) {
        if (value % counting.slot != Duration{0}) {
            add(faults,
                contradiction,
                {path},
                std::string(path) + " is not a multiple of the slot of 10s",
                "write " + to_text(value - value % counting.slot) + " or " +
                    to_text(value - value % counting.slot + counting.slot));
        }
    }
    for (const std::string& country : counting.countries) {
        const bool code = country.size() == 2 &&
                          std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (!code) {
            add(faults,
                "FG-CFG-008",
                {"counting.countries"},
                "\"" + country + "\" is not a country code",
                "write two capital letters, such as \"IR\"");
        }
    }
}

// The library's matcher goes one call deeper per character.
constexpr std::size_t longest_regex = 256;

/// What the library says is wrong; empty when nothing is.
std::string regex_fault(const std::string& text) {
    try {
        (void)std::regex(text);
        return {};
    } catch (const std::regex_error& error) {
        return error.what();
    }
}

/// `path` is of the array's element, with a dot behind it.
void check_name_text(
    const NameText& text, const std::string& path, const std::string& also, Clashes& faults
) {
    const auto ways = (text.match.empty() ? 0 : 1) + (text.prefix.empty() ? 0 : 1) +
                      (text.suffix.empty() ? 0 : 1) + (text.regex.empty() ? 0 : 1);
    if (ways != 1) {
        add(faults,
            contradiction,
            {path + "regex", path + "suffix", path + "prefix", path + "match", path + also},
            "a pattern needs exactly one of match, prefix, suffix, regex",
            "");
    }
    if (text.match.find("{person}") != std::string::npos) {
        add(faults,
            "FG-CFG-008",
            {path + "match"},
            path.substr(0, path.find('.')) + ": {person} is for [[identity]]",
            "write *");
    }
    if (text.regex.size() > longest_regex) {
        add(faults,
            "FG-CFG-008",
            {path + "regex"},
            "a regular expression for names has at most 256 characters",
            "");
        return;
    }
    const std::string wrong = regex_fault(text.regex);
    if (!wrong.empty()) {
        add(faults,
            "FG-CFG-008",
            {path + "regex"},
            path.substr(0, path.find('.')) + ": this is not a regular expression: " + wrong,
            "");
    }
}

std::size_t count_of(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

void check_patterns(const LimitSettings& limits, Clashes& faults) {
    for (std::size_t i = 0; i < limits.patterns.size(); ++i) {
        const PatternLimit& pattern = limits.patterns[i];
        const std::string path = "limits.patterns." + std::to_string(i + 1) + ".";
        check_name_text(pattern, path, "devices", faults);
        const std::size_t told = count_of(pattern.match, "{devices}");
        if (told > 1) {
            add(faults,
                "FG-CFG-008",
                {path + "match"},
                "limits.patterns: {devices} stands twice in it",
                "a name has one limit");
        } else if ((told == 1) == (pattern.devices > 0)) {
            add(faults,
                contradiction,
                {path + "devices", path + "match", path + "prefix", path + "suffix", path + "regex"
                },
                told == 1 ? "limits.patterns: {devices} and a number both say the limit"
                          : "limits.patterns: nothing says how many devices",
                told == 1 ? "remove one of them" : "set devices, or put {devices} into match");
        }
    }
}

void check_owners(const std::vector<OwnerPattern>& owners, Clashes& faults) {
    for (std::size_t i = 0; i < owners.size(); ++i) {
        const std::string path = "owner." + std::to_string(i + 1) + ".";
        check_name_text(owners[i], path, "name", faults);
        if (owners[i].match.find("{devices}") != std::string::npos) {
            add(faults,
                "FG-CFG-008",
                {path + "match"},
                "owner: {devices} is for limits.patterns",
                "write *");
        }
    }
}

}  // namespace

void check_ladder(const LadderSettings& ladder, Clashes& faults) {
    if (ladder.steps.empty() || ladder.steps.size() > 32) {
        add(faults, "FG-CFG-006", {"ladder.steps"}, "a ladder has 1 to 32 steps", "");
        return;
    }
    for (std::size_t i = 0; i + 1 < ladder.steps.size(); ++i) {
        if (ladder.steps[i].kind == LadderStep::Kind::until_released ||
            ladder.steps[i].kind == LadderStep::Kind::revoke) {
            add(faults,
                contradiction,
                {"ladder.steps"},
                "\"" + step_text(ladder.steps[i]) + "\" can only be the last step",
                "put it last, or remove what follows");
        }
    }
}

void check_policy(const Settings& settings, Clashes& faults) {
    check_counting(settings.counting, faults);
    check_patterns(settings.limits, faults);
    check_owners(settings.owners, faults);
    check_ladder(settings.ladder, faults);
}

}  // namespace fairgate::config
