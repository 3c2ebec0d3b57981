#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace fairgate::setup {

/// sure: its files say so. likely: something that belongs to it is there. possible: only a name.
enum class Certainty : std::uint8_t { sure, likely, possible };
BOOST_DESCRIBE_ENUM(Certainty, sure, likely, possible)

enum class Thing : std::uint8_t { panel, core, log, limiter, gate, ssh, firewall };
BOOST_DESCRIBE_ENUM(Thing, panel, core, log, limiter, gate, ssh, firewall)

/// Something on this machine that matters for a limiter, and how that is known.
struct Finding {
    Thing thing = Thing::panel;
    Certainty certainty = Certainty::sure;
    std::string name;     ///< "PasarGuard", "Xray", "ufw"
    std::string because;  ///< "found /opt/pasarguard/.env, port 8000"
    std::string url;      ///< of a panel
    std::string api;      ///< of a core: "127.0.0.1:10085"
    std::string path;     ///< of a log; of a core, its configuration
    std::string advice;   ///< what to do about it: "fairgate import luip /opt/luIP-marzban"
};
BOOST_DESCRIBE_STRUCT(Finding, (), (thing, certainty, name, because, url, api, path, advice))

using Findings = std::vector<Finding>;

}  // namespace fairgate::setup
