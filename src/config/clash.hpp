#pragma once

#include "config/check.hpp"

#include <string>
#include <utility>
#include <vector>

namespace fairgate::config {

using Clashes = std::vector<Clash>;

inline constexpr auto contradiction = "FG-CFG-010";

inline void add(
    Clashes& clashes,
    std::string code,
    std::vector<std::string> paths,
    std::string what,
    std::string label
) {
    clashes.push_back({std::move(code), std::move(paths), std::move(what), std::move(label)});
}

bool has_port(const std::string& listen);
/// Of a source or a backend.
bool is_name(const std::string& name);

/// The panels and cores, each with the settings that its product has.
void check_backends(const Settings& settings, Clashes& faults);

void check_ladder(const LadderSettings& ladder, Clashes& faults);
/// Who is one person.
void check_identities(const Settings& settings, Clashes& faults);
/// What decides: counting, limits, owners, the ladder.
void check_policy(const Settings& settings, Clashes& faults);

}  // namespace fairgate::config
