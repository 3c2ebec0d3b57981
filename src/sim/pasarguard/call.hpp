#pragma once

#include "sim/panel/call.hpp"
#include "sim/pasarguard/values.hpp"

#include <utility>

namespace fairgate::sim::pasarguard {

using panel::json_response;
using panel::refusal_response;

/// One request, taken apart, and who sends it.
struct Call : panel::Call {
    explicit Call(panel::Call taken) : panel::Call(std::move(taken)) {}

    Admin* admin = nullptr;  ///< none on routes that need nobody
};

}  // namespace fairgate::sim::pasarguard
