#pragma once

#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::pasarguard {

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

/// What can go wrong with a node's log stream besides what the node itself does.
struct LogFault {
    std::string text_then_end;             ///< sent as data, then the body ends
    std::optional<std::size_t> end_after;  ///< ends cleanly after so many lines
    bool never_answers = false;            ///< 200 and not even a ping
};

/// One call that came, as tests count them.
struct RecordedCall {
    std::string method;
    std::string target;
    std::string body;
    int status = 0;  ///< 0: not answered
};

}  // namespace fairgate::sim::pasarguard
