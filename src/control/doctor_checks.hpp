#pragma once

#include "control/check.hpp"
#include "control/live.hpp"

#include <string>
#include <vector>

// The stages that doctor looks at; each adds what it finds. What is well is said too.
namespace fairgate::control {

Check well(std::string stage, std::string name, std::string what);
Check finding(std::string stage, std::string name, CheckState state, const Error& error);

void check_config(const Live& live, std::vector<Check>& into);
void check_sources(const Live& live, std::vector<Check>& into);
void check_clocks(const Live& live, std::vector<Check>& into);
void check_backends(const Live& live, std::vector<Check>& into);
void check_mapping(const Live& live, std::vector<Check>& into);
void check_tracker(const Live& live, std::vector<Check>& into);
void check_policy(const Live& live, std::vector<Check>& into);
void check_enforcers(const Live& live, std::vector<Check>& into);
void check_measures(const Live& live, std::vector<Check>& into);

}  // namespace fairgate::control
