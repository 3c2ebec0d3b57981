#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"
#include "model/mode.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fairgate::policy {

enum class ModeScope { global, rule, group, account };

/// A mode somebody set for some accounts.
struct ModeRule {
    ModeScope scope = ModeScope::global;
    std::string name;  ///< of the rule, group or account; empty for global
    Mode mode = Mode::shadow;
    std::optional<TimePoint> until;  ///< none: until it is changed
};

struct ModeChoice {
    Mode mode = Mode::shadow;
    std::string why;  ///< "group gold is in shadow until …"
};

/// Modes in force. The most lenient of those that apply wins, so that a group or an account can
/// be taken out of enforcement and never be put into it behind the operator's back.
class ModeTable {
public:
    explicit ModeTable(Mode global = Mode::shadow) : global_(global) {}

    void add(ModeRule rule) { rules_.push_back(std::move(rule)); }
    ModeChoice resolve(const AccountFacts& facts, TimePoint now) const;
    /// Of the whole installation.
    Mode global(TimePoint now) const;

private:
    Mode global_;
    std::vector<ModeRule> rules_;
};

}  // namespace fairgate::policy
