#pragma once

#include "cli/context.hpp"

#include <map>
#include <string>
#include <string_view>

namespace fairgate::cli {

/// Values for `{name}` in a call's path that are no arguments of the command.
using PathValues = std::map<std::string, std::string, std::less<>>;

/// The request that a command line asks for. Arguments that are not in the path, and flags, become
/// the query of a GET or DELETE and the JSON body of a POST or PUT.
http::Request request_of(const Invocation& invocation, const PathValues& more = {});

/// Where the daemon is: flags, then FAIRGATE_SERVER and FAIRGATE_TOKEN_FILE, then the socket of the
/// configuration.
ApiSettings api_settings(const Context& context, const Invocation& invocation);

/// Connects and asks. From then on the context's time is the daemon's.
Result<json::Value> ask(
    Context& context, const Invocation& invocation, const PathValues& more = {}
);

/// Asks before a change when there is somebody to ask. FG-CLI-008 when there is not.
Result<void> confirm(
    const Context& context, const Invocation& invocation, const std::string& question
);

}  // namespace fairgate::cli
