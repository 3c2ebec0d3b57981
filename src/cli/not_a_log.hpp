#pragma once

#include "base/error.hpp"
#include "replay/replay.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fairgate::cli {

/// FG-RPL-003 when lines were read and not one of them is an access log's; else nothing. An empty
/// log is a log.
std::optional<Error> not_a_log(
    const replay::ReplayReport& report, const std::vector<std::string>& inputs
);

}  // namespace fairgate::cli
