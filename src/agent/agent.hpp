#pragma once

#include "base/error.hpp"
#include "config/settings.hpp"

#include <functional>
#include <string>

namespace fairgate::agent {

/// What `fairgate agent` is started with.
struct AgentSettings {
    config::Settings settings;
    std::string version;
    std::function<void(const std::string&)> log;  ///< one line, without its end
    std::string ssh_connection = {};              ///< of who started it, as in the environment
};

/// Reads the node's logs and tells the hub who is active, until SIGTERM or SIGINT. FG-AGT-010 when
/// the node has not joined.
Result<void> run(AgentSettings settings);

/// Which node this machine became.
struct JoinedAs {
    std::string node;
    std::string hub;
};

/// Asks the hub of the token for a certificate and keeps it in `state_dir`. The key is made here
/// and never leaves. FG-PKI-006, FG-NET-*, FG-AGT-001, -008. Nothing is kept on failure.
Result<JoinedAs> join(
    const std::string& token, const std::string& state_dir, const std::string& version
);

}  // namespace fairgate::agent
