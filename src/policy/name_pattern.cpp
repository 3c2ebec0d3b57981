#include "policy/name_pattern.hpp"

#include <array>
#include <cstddef>

namespace fairgate::policy {

namespace {

/// '*' stands for any run of characters, '?' for one. Linear: one step back per star.
bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) &&
            pattern[p] != '*') {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

/// What the longest number of digits that is looked for may say.
constexpr int most_devices = 10'000;

/// The same pattern as a regular expression for whole names.
std::string as_regex(std::string_view pattern) {
    std::string out;
    for (const char c : pattern) {
        if (c == '*' || c == '?') {
            out += c == '*' ? ".*" : ".";
        } else if (std::string_view(R"(\^$.|+()[]{})").find(c) != std::string_view::npos) {
            out += {'\\', c};
        } else {
            out += c;
        }
    }
    return out;
}

/// A word that stands for what a name says.
struct Word {
    std::string_view text;
    const char* regex;
};
constexpr std::array<Word, 2> words{{
    {NamePattern::devices_word, "([0-9]{1,5})"},
    {NamePattern::person_word, "(.+?)"},
}};

}  // namespace

Result<NamePattern> NamePattern::parse(std::string_view text) {
    NamePattern pattern;
    pattern.text_ = text;
    if (text.starts_with("re:")) {
        try {
            pattern.regex_.emplace(
                std::string(text.substr(3)), std::regex::ECMAScript | std::regex::optimize
            );
        } catch (const std::regex_error& error) {
            return Error{
                .code = "FG-LIM-001",
                .what = "the pattern \"" + std::string(text) + "\" is no regular expression",
                .cause = error.what()
            };
        }
        return pattern;
    }
    if (text.empty()) {
        return Error{
            .code = "FG-LIM-001",
            .what = "a pattern of no characters matches nobody",
            .cause = "expected text with * and ?, or re: and a regular expression"
        };
    }
    for (const Word& word : words) {
        const std::size_t at = text.find(word.text);
        if (at == std::string_view::npos) {
            continue;
        }
        const std::string_view behind = text.substr(at + word.text.size());
        if (pattern.regex_ || behind.find(word.text) != std::string_view::npos) {
            return Error{
                .code = "FG-LIM-001",
                .what = "the pattern \"" + std::string(text) + "\" has " +
                        (pattern.regex_ ? "both words" : std::string(word.text) + " twice"),
                .cause = "a name says one thing"
            };
        }
        pattern.tells_ = word.text == person_word ? Tells::person : Tells::devices;
        pattern.regex_.emplace(
            as_regex(text.substr(0, at)) + word.regex + as_regex(behind),
            std::regex::ECMAScript | std::regex::optimize
        );
    }
    return pattern;
}

bool NamePattern::matches(std::string_view name) const {
    switch (tells_) {
        case Tells::devices:
            return devices_in(name).has_value();
        case Tells::person:
            return person_in(name).has_value();
        case Tells::nothing:
            break;
    }
    return regex_ ? std::regex_search(name.begin(), name.end(), *regex_)
                  : glob_matches(text_, name);
}

std::optional<std::string> NamePattern::told_in(std::string_view name) const {
    // The library's matcher goes one call deeper per character; no panel has names as long.
    constexpr std::size_t longest_name = 512;
    std::match_results<std::string_view::const_iterator> found;
    if (name.size() > longest_name || !std::regex_match(name.begin(), name.end(), found, *regex_)) {
        return std::nullopt;
    }
    return found[1].str();
}

std::optional<int> NamePattern::devices_in(std::string_view name) const {
    const auto told = tells_ == Tells::devices ? told_in(name) : std::nullopt;
    if (!told) {
        return std::nullopt;
    }
    const int devices = std::stoi(*told);
    return devices >= 1 && devices <= most_devices ? std::optional(devices) : std::nullopt;
}

std::optional<std::string> NamePattern::person_in(std::string_view name) const {
    return tells_ == Tells::person ? told_in(name) : std::nullopt;
}

}  // namespace fairgate::policy
