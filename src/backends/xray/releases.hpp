#pragma once

#include "backends/xray/methods.hpp"

#include <boost/describe.hpp>

#include <string>

namespace fairgate::backends::xray {

/// What a core was found to answer. There is no call that tells a version, so this is the version.
struct Abilities {
    Core core = Core::xray;
    bool stats = false;          ///< StatsService is switched on
    bool handler = false;        ///< HandlerService is switched on
    bool inbound_users = false;  ///< users can be read, so they can be put back exactly
    bool list_inbounds = false;
    bool users_stats = false;  ///< online addresses, and safe to ask for

    bool operator==(const Abilities&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Abilities, (), (core, stats, handler, inbound_users, list_inbounds, users_stats)
)

/// "Xray 25.6.7 or newer, before 26.4.13": the range of releases that answers so.
std::string release_range(const Abilities& abilities);

}  // namespace fairgate::backends::xray
