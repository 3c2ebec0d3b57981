#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/load.hpp"
#include "config/settings.hpp"
#include "control/in_force.hpp"
#include "control/live.hpp"
#include "daemon/people.hpp"
#include "daemon/server.hpp"
#include "daemon/unit.hpp"
#include "geo/mmdb_table.hpp"
#include "model/origin.hpp"
#include "model/setting.hpp"
#include "nodes/gate.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Somebody set the machine's clock while the daemon ran.
struct ClockLeap {
    TimePoint noticed;  ///< by the new clock
    Duration by{};      ///< back: negative
};
/// FG-DOC-009
Error error_of(const ClockLeap& leap);

/// Everything that was built from one configuration, and the rules in force, which commands change
/// while it lives.
struct World {
    std::string version;
    std::shared_ptr<const config::Settings> settings;
    std::map<std::string, std::string> given;  ///< what was set, by key; secrets as ***
    config::Sources read_from;                 ///< to read the configuration again
    int revision = 1;
    TimePoint started;
    TimePoint configured;
    std::vector<Error> refused;  ///< why the newest reload was not taken
    control::ByCommand by_command;
    control::InForce in_force;
    std::shared_ptr<const NetworkTable> networks;
    std::string table_file;                  ///< of the networks; empty: none
    std::shared_ptr<geo::MmdbTable> tables;  ///< the same as `networks`, if it comes from files
    std::optional<Error> tables_refused;     ///< why a newer file was not taken
    std::optional<Error> store_fails;        ///< why nothing can be written now
    std::map<std::string, RotatingNetwork> rotating;  ///< as stored, by scope
    std::optional<ClockLeap> leap;                    ///< the newest
    std::list<std::unique_ptr<Unit>> units;
    People people{units};           ///< who is one person, of [[identity]]
    OwnServers servers;             ///< never counted, never blocked
    std::vector<Error> unresolved;  ///< names of servers that have no address now
    nodes::Gate* gate = nullptr;    ///< where agents report; null: nowhere
};

/// Builds it, or says what of the configuration cannot be built. Nothing is started. Blocks on
/// files and on the store.
Result<void> build_world(
    World& world,
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    store::Store& store,
    const std::string& executable_folder
);

/// Whose accounts a node has that named no backend: the only one there is.
std::string usual_backend(const World& world);

/// The operator's panels and nodes, as configured and as backends and agents tell.
std::vector<Server> servers_of(const World& world);

/// Puts the rules in force into every engine: after a command or a reload changed them.
void apply_rules(World& world, TimePoint now);

/// How the lines of a source are read.
sources::LineReadingSettings reading_of_panel(
    const World& world, const Unit& unit, const std::string& node
);

}  // namespace fairgate::daemon
