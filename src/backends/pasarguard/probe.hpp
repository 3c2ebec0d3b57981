#pragma once

#include "backends/panel/probe_step.hpp"
#include "backends/pasarguard/client.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace fairgate::backends::pasarguard {

using panel::ProbeOutcome;
using panel::ProbeStep;

struct ProbeSettings {
    /// How long the first sign of life of the log streams is waited for, of all together: pings
    /// come every 15 s.
    std::chrono::milliseconds log_patience{20'000};
};

/// Tries what Fairgate needs of a panel, one thing after the other but the logs of its nodes at the
/// same time, and changes nothing there. For `doctor`, `source test` and the setup wizard.
boost::asio::awaitable<std::vector<ProbeStep>> probe(
    std::shared_ptr<PanelClient> client, ProbeSettings settings
);

}  // namespace fairgate::backends::pasarguard
