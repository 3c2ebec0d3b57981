#include "enforcement/ufw/added_rules.hpp"

#include "enforcement/due_mark.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace fairgate::enforcement::ufw {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const auto word = line.substr(0, line.find(' '));
        if (!word.empty()) {
            words.push_back(word);
        }
        line.remove_prefix(std::min(word.size() + 1, line.size()));
    }
    return words;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    return failed == std::errc() && end == text.data() + text.size() ? std::optional(port)
                                                                     : std::nullopt;
}

/// The words behind the action. None: there is more than a rule of ours says.
std::optional<Denial> read_rule(std::span<const std::string_view> words) {
    std::optional<Address> address;
    Denial denial;
    bool to = false;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        const std::string_view name = words[i];
        const std::string_view value = words[i + 1];
        const auto port = name == "port" ? port_of(value) : std::nullopt;
        if (name == "from") {
            address = Address::parse(value);
        } else if (name == "to" && value == "any") {
            to = true;
        } else if (name == "proto" && (value == "tcp" || value == "udp")) {
            denial.protocol = value == "tcp" ? Protocol::tcp : Protocol::udp;
        } else if (port) {
            (to ? denial.local_port : denial.peer_port) = *port;
        } else {
            return std::nullopt;
        }
    }
    if (!address) {
        return std::nullopt;
    }
    denial.address = *address;
    return denial;
}

/// "ufw reject from 203.0.113.5 comment 'fairgate:1764000000'"
std::optional<AddedRule> read_line(std::string_view line) {
    constexpr std::string_view before_comment = " comment '";
    const auto at = line.find(before_comment);
    std::optional<DueMark> mark;
    if (at != std::string_view::npos) {
        const auto comment = line.substr(at + before_comment.size());
        // Its last letter is the other quote, if it has any.
        mark = read_due_mark(comment.substr(0, comment.find('\'')));
    }
    const auto words = words_of(line.substr(0, at));
    if (words.size() < 4 || words[0] != "ufw" || (words[1] != "reject" && words[1] != "deny")) {
        return std::nullopt;
    }
    const auto denial = read_rule(std::span(words).subspan(2));
    if (!denial) {
        return std::nullopt;
    }
    AddedRule rule{.block = {.denial = *denial}};
    rule.owner = mark ? AddedRule::Owner::us : AddedRule::Owner::the_operator;
    rule.block.until = mark ? mark->until : std::nullopt;
    return rule;
}

}  // namespace

std::vector<AddedRule> read_added(std::string_view text) {
    std::vector<AddedRule> rules;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (const auto rule = read_line(line)) {
            rules.push_back(*rule);
        }
    }
    return rules;
}

std::vector<std::string> rule_words(const Denial& denial) {
    const bool whole = denial.is_whole_address();
    const bool tcp = denial.protocol == Protocol::tcp;
    std::vector<std::string> words = {tcp ? "reject" : "deny"};
    if (!whole) {
        words.insert(words.end(), {"proto", tcp ? "tcp" : "udp"});
    }
    words.insert(words.end(), {"from", denial.address.text()});
    if (denial.peer_port != 0) {
        words.insert(words.end(), {"port", std::to_string(denial.peer_port)});
    }
    if (denial.local_port != 0) {
        words.insert(words.end(), {"to", "any", "port", std::to_string(denial.local_port)});
    }
    return words;
}

}  // namespace fairgate::enforcement::ufw
