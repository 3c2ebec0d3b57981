#pragma once

#include "config/row.hpp"

#include <vector>

namespace fairgate::config {

/// The two halves of the one table: what decides (also allowed in a policy file), and what the
/// daemon needs to run.
std::vector<Row> policy_rows();
std::vector<Row> daemon_rows();
// Already in these:
std::vector<Row> decision_rows();
std::vector<Row> owner_rows();
std::vector<Row> identity_rows();
std::vector<Row> filter_rows();
std::vector<Row> firewall_rows();

}  // namespace fairgate::config
