#pragma once

#include "backends/xray/core_client.hpp"
#include "backends/xray/roster.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace fairgate::backends::xray {

enum class ProbeOutcome { good, warning, bad };
BOOST_DESCRIBE_ENUM(ProbeOutcome, good, warning, bad)

/// One line of a connection test: core, accounts, block, traffic, online.
struct ProbeStep {
    std::string name;
    ProbeOutcome outcome = ProbeOutcome::good;
    std::string text;
    std::string code;
    std::string next;
};

/// Tries what Fairgate needs of a core, one thing after the other, and changes nothing there.
boost::asio::awaitable<std::vector<ProbeStep>> probe(
    CoreClient& client, const Directory& directory, RosterSettings settings
);

}  // namespace fairgate::backends::xray
