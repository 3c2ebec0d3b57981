#pragma once

#include "base/error.hpp"
#include "grpc/answer.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace fairgate::grpc {

// What can go wrong with a call, one function and one code each. That a server cannot be reached at
// all is FG-NET-*. `place` is the server's address, `method` the call's whole name.

Error not_grpc(std::string_view place, std::string_view why);                               // 001
Error closed_early(std::string_view place, std::string_view method, std::string_view why);  // 002
Error no_answer(
    std::string_view place, std::string_view method, std::chrono::milliseconds waited
);                                                                                       // 003
Error too_large(std::string_view place, std::string_view method, std::size_t limit);     // 004
Error malformed(std::string_view place, std::string_view method, std::string_view why);  // 005
/// 006; 007 for UNIMPLEMENTED; 008 for UNAUTHENTICATED and PERMISSION_DENIED.
Error refused(std::string_view place, std::string_view method, const Answer& answer);

}  // namespace fairgate::grpc
