#include "policy/modes.hpp"

#include "model/time.hpp"

#include <algorithm>

namespace fairgate::policy {

namespace {

bool in_time(const ModeOverride& rule, TimePoint now) { return !rule.until || now < *rule.until; }

bool applies(const ModeOverride& rule, const AccountFacts& facts) {
    if (!rule.backend.empty() && rule.backend != facts.key.backend) {
        return false;
    }
    switch (rule.scope) {
        case ModeScope::global:
            return true;
        case ModeScope::rule:
            return rule.match == "devices";  // the one rule there is so far
        case ModeScope::group:
            return std::ranges::find(facts.groups, rule.match) != facts.groups.end();
        case ModeScope::account:
            return facts.key.name == rule.match;
    }
    return false;
}

std::string in_words(const ModeOverride& rule) {
    std::string text;
    switch (rule.scope) {
        case ModeScope::global:
            text = "the whole installation";
            break;
        case ModeScope::rule:
            text = "rule " + rule.match;
            break;
        case ModeScope::group:
            text = "group " + rule.match;
            break;
        case ModeScope::account:
            text = "account " + rule.match;
            break;
    }
    text += " is in mode " + std::string(to_text(rule.mode));
    return rule.until ? text + " until " + to_rfc3339(*rule.until) : text;
}

}  // namespace

Mode ModeTable::global(TimePoint now) const {
    Mode mode = global_;
    for (const ModeOverride& rule : rules_) {
        // The last one that was set replaces the configured one, stricter or not.
        if (rule.scope == ModeScope::global && in_time(rule, now)) {
            mode = rule.mode;
        }
    }
    return mode;
}

ModeChoice ModeTable::resolve(const AccountFacts& facts, TimePoint now) const {
    ModeChoice choice;
    choice.mode = global(now);
    choice.why = "the whole installation is in mode " + std::string(to_text(choice.mode));
    for (const ModeOverride& rule : rules_) {
        if (rule.scope != ModeScope::global && in_time(rule, now) && applies(rule, facts) &&
            rule.mode < choice.mode) {
            choice.mode = rule.mode;
            choice.why = in_words(rule);
        }
    }
    return choice;
}

}  // namespace fairgate::policy
