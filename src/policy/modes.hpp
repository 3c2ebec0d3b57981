#pragma once

#include "base/clock.hpp"
#include "model/account.hpp"
#include "model/mode.hpp"
#include "model/setting.hpp"

#include <string>
#include <vector>

namespace fairgate::policy {

struct ModeChoice {
    Mode mode = Mode::shadow;
    std::string why;  ///< "group gold is in shadow until …"
};

/// Modes in force. The most lenient of those that apply wins, so that a group or an account can
/// be taken out of enforcement and never be put into it behind the operator's back.
class ModeTable {
public:
    ModeTable() = default;
    explicit ModeTable(Mode global) : global_(global) {}

    void add(ModeOverride rule) { rules_.push_back(std::move(rule)); }
    ModeChoice resolve(const AccountFacts& facts, TimePoint now) const;
    /// Of the whole installation.
    Mode global(TimePoint now) const;

private:
    Mode global_ = Mode::shadow;
    std::vector<ModeOverride> rules_;
};

}  // namespace fairgate::policy
