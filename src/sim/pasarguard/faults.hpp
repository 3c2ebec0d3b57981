#pragma once

#include "sim/panel/faults.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace fairgate::sim::pasarguard {

using panel::CallFault;
using panel::FaultKind;
using panel::RecordedCall;

/// What can go wrong with a node's log stream besides what the node itself does.
struct LogFault {
    std::string text_then_end;             ///< sent as data, then the body ends
    std::optional<std::size_t> end_after;  ///< ends cleanly after so many lines
    bool never_answers = false;            ///< 200 and not even a ping
};

}  // namespace fairgate::sim::pasarguard
