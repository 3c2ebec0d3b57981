#pragma once

#include "backends/marzban/client.hpp"
#include "backends/panel/probe_step.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace fairgate::backends::marzban {

using panel::ProbeOutcome;
using panel::ProbeStep;

struct ProbeSettings {
    /// How long the first lines of the logs are waited for, of all together. The panel shows the
    /// last ones at once; that it opens a log at all has proved login, rights and the way there.
    std::chrono::milliseconds log_patience{2'000};
};

/// Tries what Fairgate needs of a panel, one thing after the other but the logs of its cores at the
/// same time, and changes nothing there. For `doctor`, `source test` and the setup wizard. Steps:
/// reach, tls, login, version, users, write, nodes, log for each core, core.
boost::asio::awaitable<std::vector<ProbeStep>> probe(
    std::shared_ptr<PanelClient> client, ProbeSettings settings
);

}  // namespace fairgate::backends::marzban
