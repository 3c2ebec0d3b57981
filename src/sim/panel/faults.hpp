#pragma once

#include "http/message.hpp"

#include <chrono>
#include <string>

namespace fairgate::sim::panel {

/// What can go wrong with a call, and whether the panel has acted all the same.
enum class FaultKind {
    status,        ///< answers `status` and does nothing
    status_after,  ///< acts, then answers `status`
    html,          ///< a proxy's page instead of the panel's answer
    garbage,       ///< 200 and half a JSON object
    lie,           ///< answers as if it had acted, and has not
    hang,          ///< does nothing and never answers
    hang_after,    ///< acts and never answers
    drop,          ///< does nothing and closes in the midst of its answer
    drop_after,    ///< acts and closes in the midst of its answer
    slow,          ///< answers after `delay`
};

struct CallFault {
    FaultKind kind = FaultKind::status;
    std::string method = {};      ///< empty: any
    std::string path_start = {};  ///< "/api/users"
    int times = 1;                ///< how often; negative: until taken away
    int status = 503;
    std::chrono::milliseconds delay{0};
};

/// One call that came, as tests count them.
struct RecordedCall {
    std::string method;
    std::string target;
    std::string body;
    int status = 0;  ///< 0: not answered
};

}  // namespace fairgate::sim::panel
