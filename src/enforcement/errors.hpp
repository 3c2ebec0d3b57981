#pragma once

#include "base/error.hpp"
#include "model/measure.hpp"

#include <string>
#include <string_view>

namespace fairgate::enforcement::errors {

/// FG-ENF-001: the configuration has no such enforcer (any more).
Error no_enforcer(const std::string& name);
/// FG-ENF-002
Error cannot(const std::string& enforcer, Action action);
/// FG-ENF-003: the measure is over, or being lifted.
Error over(const std::string& measure);
/// FG-ENF-004: the alarm that an account is not released although it should be.
Error not_lifted(const Measure& measure);
/// FG-ENF-005: the alarm that an order was taken and has no effect.
Error no_effect(const Measure& measure);
/// FG-ENF-006: the alarm that the journal cannot be written, with the store's own error.
Error no_journal(const Error& store);
/// FG-ENF-007: the enforcer broke its promise and threw.
Error broke_down(const std::string& enforcer, std::string_view cause);
/// FG-ENF-008: so many measures were in force when the last run ended, and have not been looked at.
Error not_looked_at(int measures);

}  // namespace fairgate::enforcement::errors
