#pragma once

#include "backends/pasarguard/client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::backends::pasarguard {

/// good: works. warning: works, with something to know. bad: does not, and so nothing that needs
/// it. skipped: could not be tried because of an earlier one.
enum class ProbeOutcome { good, warning, bad, skipped };
BOOST_DESCRIBE_ENUM(ProbeOutcome, good, warning, bad, skipped)

/// One line of a connection test.
struct ProbeStep {
    /// reach, tls, login, version, users, write, nodes; log for each node, core for each core
    std::string name;
    ProbeOutcome outcome = ProbeOutcome::good;
    std::string text;  ///< what was found
    std::string code;  ///< of the error, or of the warning: FG-PG-040 to 049
    std::string next;  ///< what to do about it
};
BOOST_DESCRIBE_STRUCT(ProbeStep, (), (name, outcome, text, code, next))

struct ProbeSettings {
    /// How long the first sign of life of a log stream is waited for: pings come every 15 s.
    std::chrono::milliseconds log_patience{20'000};
};

/// Tries what Fairgate needs of a panel, one thing after the other, and changes nothing there.
/// For `doctor`, `source test` and the setup wizard.
boost::asio::awaitable<std::vector<ProbeStep>> probe(
    std::shared_ptr<PanelClient> client, ProbeSettings settings
);

}  // namespace fairgate::backends::pasarguard
