#include "enforcement/iptables/chain.hpp"

#include "enforcement/due_mark.hpp"

#include <charconv>
#include <map>
#include <optional>

namespace fairgate::enforcement::iptables {

namespace {

/// "-A FAIRGATE -s 203.0.113.7/32 -p tcp …" by its words; a word in quotes loses them.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const char end = line.front() == '"' ? '"' : ' ';
        line.remove_prefix(end == '"' ? 1 : 0);
        const auto word = line.substr(0, line.find(end));
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

struct Rule {
    Denial denial;
    std::optional<DueMark> mark;
};

/// The rules of ours are pairs of a flag and its word.
std::optional<Rule> read_rule(const std::vector<std::string_view>& words) {
    std::map<std::string_view, std::string_view> flags;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        flags[words[i]] = words[i + 1];
    }
    const std::string_view source = flags["-s"];
    const auto address = Address::parse(source.substr(0, source.find('/')));
    const std::string_view protocol = flags["-p"];
    if (!address || (protocol != "tcp" && protocol != "udp")) {
        return std::nullopt;
    }
    Rule rule{.denial = {.address = *address}, .mark = read_due_mark(flags["--comment"])};
    rule.denial.protocol = protocol == "tcp" ? Protocol::tcp : Protocol::udp;
    const std::string_view ours = flags["--dport"];
    const std::string_view theirs = flags["--sport"];
    const auto local = ours.empty() ? std::optional<std::uint16_t>(0) : port_of(ours);
    const auto peer = theirs.empty() ? std::optional<std::uint16_t>(0) : port_of(theirs);
    if (!local || !peer || !rule.mark) {
        return std::nullopt;
    }
    rule.denial.local_port = *local;
    rule.denial.peer_port = *peer;
    return rule;
}

void read_jump(const std::vector<std::string_view>& words, Chain& chain, int place) {
    const bool ours = words.size() == 4 && words[2] == "-j" && words[3] == "FAIRGATE";
    if (words[1] == "INPUT" && ours) {
        ++chain.input_jumps;
        chain.input_first = chain.input_first || place == 0;
    } else if (words[1] == "FORWARD" && ours) {
        ++chain.forward_jumps;
        chain.forward_first = chain.forward_first || place == 0;
    }
}

/// Whole addresses take two rules: TCP by a reset, UDP by silence. Both must be there.
void collect(const std::vector<Rule>& rules, Chain& chain) {
    std::map<Denial, Block> udp_only;
    for (const Rule& rule : rules) {
        if (rule.denial.is_whole_address() && rule.denial.protocol == Protocol::udp) {
            udp_only[rule.denial] = {};
        }
    }
    for (const Rule& rule : rules) {
        Denial other = rule.denial;
        other.protocol = Protocol::udp;
        const bool whole = rule.denial.is_whole_address();
        if (whole && (rule.denial.protocol == Protocol::udp || !udp_only.contains(other))) {
            continue;
        }
        chain.blocks.push_back(Block{.denial = rule.denial, .until = rule.mark->until});
    }
}

std::string rule_text(const Denial& denial, Protocol protocol, const std::string& mark) {
    const std::string_view name = protocol == Protocol::tcp ? "tcp" : "udp";
    std::string text = "-A FAIRGATE -s " + denial.address.text();
    text += " -p " + std::string(name);
    if (!denial.is_whole_address()) {
        text += " -m " + std::string(name);
    }
    if (denial.peer_port != 0) {
        text += " --sport " + std::to_string(denial.peer_port);
    }
    if (denial.local_port != 0) {
        text += " --dport " + std::to_string(denial.local_port);
    }
    text += " -m comment --comment " + mark;
    return text +
           (protocol == Protocol::tcp ? " -j REJECT --reject-with tcp-reset\n" : " -j DROP\n");
}

void ask_first(std::string_view chain, int jumps, bool first, std::string& text) {
    if (first && jumps == 1) {
        return;
    }
    for (int i = 0; i < jumps; ++i) {
        text += "-D " + std::string(chain) + " -j FAIRGATE\n";
    }
    text += "-I " + std::string(chain) + " 1 -j FAIRGATE\n";
}

}  // namespace

Chain read_chain(std::string_view saved) {
    Chain chain;
    std::vector<Rule> rules;
    std::map<std::string, int, std::less<>> places;
    while (!saved.empty()) {
        const auto line = saved.substr(0, saved.find('\n'));
        saved.remove_prefix(std::min(line.size() + 1, saved.size()));
        if (line.starts_with(":FAIRGATE ")) {
            chain.exists = true;
        }
        const auto words = words_of(line);
        if (words.size() < 3 || words[0] != "-A") {
            continue;
        }
        const int place = places[std::string(words[1])]++;
        if (words[1] != "FAIRGATE") {
            read_jump(words, chain, place);
        } else if (const auto rule = read_rule(words)) {
            rules.push_back(*rule);
        }
    }
    collect(rules, chain);
    return chain;
}

std::string write_chain(
    const Chain& now, const std::vector<Block>& blocks, const std::vector<std::uint16_t>& open_ports
) {
    // To declare a chain that is there empties it, within the same transaction.
    std::string text = "*filter\n:FAIRGATE - [0:0]\n";
    ask_first("INPUT", now.input_jumps, now.input_first, text);
    ask_first("FORWARD", now.forward_jumps, now.forward_first, text);
    text += "-A FAIRGATE -i lo -j RETURN\n";
    for (const auto port : open_ports) {
        text += "-A FAIRGATE -p tcp -m tcp --dport " + std::to_string(port) + " -j RETURN\n";
    }
    for (const Block& block : blocks) {
        const std::string mark = due_mark(block.until);
        const bool whole = block.denial.is_whole_address();
        if (whole || block.denial.protocol == Protocol::tcp) {
            text += rule_text(block.denial, Protocol::tcp, mark);
        }
        if (whole || block.denial.protocol == Protocol::udp) {
            text += rule_text(block.denial, Protocol::udp, mark);
        }
    }
    return text + "COMMIT\n";
}

std::string drop_chain(const Chain& now) {
    if (!now.exists) {
        return {};
    }
    std::string text = "*filter\n";
    for (int i = 0; i < now.input_jumps; ++i) {
        text += "-D INPUT -j FAIRGATE\n";
    }
    for (int i = 0; i < now.forward_jumps; ++i) {
        text += "-D FORWARD -j FAIRGATE\n";
    }
    return text + "-F FAIRGATE\n-X FAIRGATE\nCOMMIT\n";
}

}  // namespace fairgate::enforcement::iptables
