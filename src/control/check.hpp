#pragma once

#include <boost/describe.hpp>

#include <string>

namespace fairgate::control {

enum class CheckState { ok, warning, error };
BOOST_DESCRIBE_ENUM(CheckState, ok, warning, error)

/// Something that was looked at, and what to do if it is not as it should be. What `doctor` and
/// `source test` show, one line each.
struct Check {
    std::string stage;  ///< "source", "enforcer": what --only chooses by
    std::string name;   ///< what was looked at: "main-log", "rights of fairgate-bot"
    CheckState state = CheckState::ok;
    std::string code;   ///< FG-…; empty when it is ok
    std::string what;   ///< what was found
    std::string cause;  ///< as the other side put it
    std::string next;   ///< the next command or setting

    bool operator==(const Check&) const = default;
};
BOOST_DESCRIBE_STRUCT(Check, (), (stage, name, state, code, what, cause, next))

}  // namespace fairgate::control
