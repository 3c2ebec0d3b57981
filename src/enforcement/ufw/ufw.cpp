#include "enforcement/ufw/ufw.hpp"

#include "base/run_program.hpp"
#include "enforcement/due_mark.hpp"
#include "enforcement/ufw/added_rules.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

namespace fairgate::enforcement::ufw {

namespace {

Result<std::string> run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ufw");
    // ufw waits for its own lock and for that of iptables.
    auto end =
        run_program({.arguments = std::move(arguments), .deadline = std::chrono::seconds(30)});
    if (!end) {
        return end.error();
    }
    if (end->status != 0) {
        return errors::tool_refused("ufw", end->status, end->errors + end->output);
    }
    return std::move(end->output);
}

using Rules = std::map<Denial, AddedRule>;

Result<Rules> added() {
    auto shown = run({"show", "added"});
    if (!shown) {
        return shown.error();
    }
    Rules rules;
    for (const AddedRule& rule : read_added(*shown)) {
        rules.emplace(rule.block.denial, rule);
    }
    return rules;
}

bool is_ours(const AddedRule& rule) { return rule.owner == AddedRule::Owner::us; }

std::vector<Block> ours_of(const Rules& rules) {
    std::vector<Block> blocks;
    for (const auto& [denial, rule] : rules) {
        if (is_ours(rule)) {
            blocks.push_back(rule.block);
        }
    }
    return blocks;
}

Result<> without_answer(Result<std::string> answer) {
    return answer ? Result<>() : Result<>(answer.error());
}

Result<> remove(const Denial& denial) {
    // Deleting a rule that is not there ends with 0.
    std::vector<std::string> arguments = rule_words(denial);
    arguments.insert(arguments.begin(), "delete");
    return without_answer(run(std::move(arguments)));
}

}  // namespace

BlockerAbilities Ufw::abilities() const {
    return {
        .doors = true,
        .connections = true,
        .udp = true,
        .ends_by_itself = false,
        .tells_times = true,
        .stops_live = false,
        .most_at_once = 50,
        .spares_ssh = false
    };
}

Result<> Ufw::ready(TimePoint) {
    auto status = run({"status"});
    if (!status) {
        return status.error();
    }
    if (!status->starts_with("Status: active")) {
        return errors::not_ready("ufw", status->substr(0, status->find('\n')), "ufw enable");
    }
    return {};
}

Result<> Ufw::put(std::span<const Block> blocks, TimePoint now) {
    if (auto active = ready(now); !active) {
        return active;
    }
    auto rules = added();
    if (!rules) {
        return rules.error();
    }
    for (const Block& block : blocks) {
        const std::string mark = due_mark(block.until);
        const auto found = rules->find(block.denial);
        const bool there = found != rules->end();
        if (there && (!is_ours(found->second) || due_mark(found->second.block.until) == mark)) {
            continue;
        }
        std::vector<std::string> arguments = rule_words(block.denial);
        if (!there) {
            // Not `insert 1`: that position is invalid for IPv6 while there are rules of IPv4.
            arguments.insert(arguments.begin(), "prepend");
        }  // else: said again with another comment, a rule stays where it is and takes that one
        arguments.insert(arguments.end(), {"comment", mark});
        if (auto done = run(std::move(arguments)); !done) {
            return done.error();
        }
    }
    return {};
}

Result<> Ufw::take(std::span<const Denial> denials, TimePoint) {
    // Rules are kept while ufw is inactive, and go from there as well.
    auto rules = added();
    if (!rules) {
        return rules.error();
    }
    for (const Denial& denial : denials) {
        const auto found = rules->find(denial);
        if (found == rules->end() || !is_ours(found->second)) {
            continue;
        }
        if (auto done = remove(denial); !done) {
            return done;
        }
    }
    return {};
}

Result<std::vector<Block>> Ufw::list(TimePoint now) {
    if (auto active = ready(now); !active) {
        const bool off = active.error().code == "FG-ENF-021";
        return off ? Result<std::vector<Block>>(std::vector<Block>()) : active.error();
    }
    auto rules = added();
    return rules ? Result<std::vector<Block>>(ours_of(*rules)) : rules.error();
}

Result<std::vector<Denial>> Ufw::missing(std::span<const Denial> denials, TimePoint now) {
    auto found = look(denials, now);
    return found ? Result<std::vector<Denial>>(std::move(found->missing)) : found.error();
}

Result<Found> Ufw::look(std::span<const Denial> denials, TimePoint now) {
    if (auto active = ready(now); !active) {
        return active.error();
    }
    auto rules = added();
    if (!rules) {
        return rules.error();
    }
    Found found{.in_force = ours_of(*rules), .missing = {}};
    std::ranges::copy_if(
        denials,
        std::back_inserter(found.missing),
        [&rules](const Denial& denial) { return !rules->contains(denial); }
    );
    return found;
}

Result<> Ufw::drop(TimePoint) {
    auto rules = added();
    if (!rules) {
        return rules.error();
    }
    for (const auto& [denial, rule] : *rules) {
        if (!is_ours(rule)) {
            continue;
        }
        if (auto done = remove(denial); !done) {
            return done;
        }
    }
    return {};
}

}  // namespace fairgate::enforcement::ufw
