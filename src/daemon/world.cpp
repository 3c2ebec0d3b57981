#include "daemon/world.hpp"

#include "config/file.hpp"
#include "geo/installed_table.hpp"
#include "model/time.hpp"
#include "rules/rules.hpp"
#include "sources/file/file_source.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace fairgate::daemon {

namespace {

constexpr const char* local_name = "local";

Result<void> read_secret_file(config::Secret& secret, const std::string& file) {
    if (file.empty()) {
        return {};
    }
    auto text = config::read_secret(file);
    if (!text) {
        return text.error();
    }
    secret = config::Secret(std::move(*text));
    return {};
}

Result<std::unique_ptr<Backend>> connect(
    config::BackendSettings settings,
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    std::uint64_t seed
) {
    if (auto done = read_secret_file(settings.password, settings.password_file); !done) {
        return done.error();
    }
    if (auto done = read_secret_file(settings.api_key, settings.api_key_file); !done) {
        return done.error();
    }
    return make_backend(executor, clock, settings, seed);
}

Rules rules_for(const World& world, const std::string& backend) {
    Rules rules;
    rules.limits = control::limit_book(world.in_force, backend);
    rules.owners = rules::owners(world.settings->owners);
    rules.exceptions = control::exceptions(world.in_force, world.settings->filter, backend);
    rules.never_counted = control::trust_list(world.in_force, TrustEffect::never_counted);
    for (const auto& [address, server] : world.servers) {
        rules.never_counted.add(address, who_is_there(server));
    }
    const auto& ignored = world.settings->counting.ignored_nodes;
    rules.ignored_nodes.insert(ignored.begin(), ignored.end());
    rules.countries = policy::Countries(world.settings->counting.countries);
    rules.modes = control::mode_table(world.in_force);
    rules.policy_text = rules::counting_in_words(*world.settings, world.revision);
    rules.tolerance = world.settings->limits.tolerance;
    return rules;
}

std::unique_ptr<Unit> make_unit(const World& world, std::unique_ptr<Backend> backend) {
    auto unit = std::make_unique<Unit>();
    unit->backend = std::move(backend);
    Engine::Settings settings;
    settings.backend = unit->backend->name();
    settings.count = rules::count_rule(*world.settings);
    settings.origins = rules::origin_rule(world.settings->counting);
    settings.violation = rules::violation_rule(world.settings->limits);
    settings.acts_on = rules::refusing(*world.settings) ? ActsOn::origins : ActsOn::accounts;
    unit->engine = std::make_unique<Engine>(
        std::move(settings),
        world.networks,
        rules_for(world, unit->backend->name()),
        [from = unit->backend.get()](std::string_view account) { return from->facts(account); }
    );
    return unit;
}

Unit& unit_of(World& world, const std::string& backend) {
    for (const auto& unit : world.units) {
        if (unit->backend->name() == backend) {
            return *unit;
        }
    }
    // A log whose accounts no configured backend holds.
    const auto names_form = rules::names(world.settings->counting.names);
    world.units.push_back(make_unit(world, make_local_backend(backend, names_form)));
    return *world.units.back();
}

/// A Marzban needs the number before the name, which every other form takes away.
logs::Names names_of(
    const World& world, const config::SourceSettings& source, const Backend& backend
) {
    const bool marzban = std::ranges::any_of(world.settings->backends, [&](const auto& each) {
        return each.name == backend.name() && each.type == config::BackendType::marzban;
    });
    return source.names && !marzban ? rules::names(*source.names) : backend.names();
}

std::string backend_of(const World& world, const config::SourceSettings& source) {
    if (!source.backend.empty()) {
        return source.backend;
    }
    return world.settings->backends.size() == 1 ? world.settings->backends[0].name : local_name;
}

Result<void> add_file(
    World& world,
    const config::SourceSettings& settings,
    const std::map<std::string, store::SourcePosition>& positions,
    const boost::asio::any_io_executor& executor,
    const Clock& clock
) {
    Unit& unit = unit_of(world, backend_of(world, settings));
    sources::Checkpoint checkpoint;
    if (const auto saved = positions.find(settings.name); saved != positions.end()) {
        checkpoint = sources::parse_checkpoint(saved->second.position);
    }
    sources::file::FileSourceSettings file;
    file.name = settings.name;
    file.node = settings.node;
    file.path = settings.path;
    file.position = checkpoint.position;
    file.start = settings.start == config::StartAt::beginning ? sources::file::StartAt::beginning
                                                              : sources::file::StartAt::end;
    auto source = sources::file::make_file_source(executor, clock, std::move(file));
    if (!source) {
        return source.error();
    }
    sources::LineReadingSettings reading;
    reading.source = settings.name;
    reading.node = settings.node;
    reading.rules = rules::line_rules(world.settings->counting, settings.node);
    reading.decoration = rules::decoration(settings.decoration);
    reading.names = names_of(world, settings, *unit.backend);
    reading.window = world.settings->counting.window;
    reading.clock_lead = rules::zone(settings.zone, clock.now());
    if (!reading.clock_lead) {
        reading.clock_lead = checkpoint.clock_lead;
    }
    reading.watch.stale_after = settings.silence;
    unit.sources.emplace_back(
        std::shared_ptr<sources::Source>(std::move(*source)), std::move(reading), clock.now()
    );
    unit.sources.back().has_sockets = settings.sockets == config::Sockets::automatic;
    unit.sources.back().network = settings.network;
    return {};
}

Result<std::shared_ptr<const NetworkTable>> open_networks(
    World& world, const std::string& executable_folder
) {
    const config::CountingSettings& counting = world.settings->counting;
    world.table_file =
        counting.asn_file.empty() ? geo::installed_table(executable_folder) : counting.asn_file;
    std::vector<std::string> files;
    for (const std::string& file : {world.table_file, counting.country_file}) {
        if (!file.empty()) {
            files.push_back(file);
        }
    }
    if (files.empty() && !counting.countries.empty()) {
        return Error{
            .code = "FG-DMN-006",
            .what =
                "only some countries are to be counted, and no table tells the country of an "
                "address",
            .where = "counting.countries",
            .state = "the daemon was not started",
            .next = "name one in counting.country_file, or remove counting.countries"
        };
    }
    if (files.empty()) {
        return std::shared_ptr<const NetworkTable>(std::make_shared<NoNetworkTable>());
    }
    auto table = geo::MmdbTable::open(files);
    if (!table) {
        return table.error();
    }
    world.tables = std::move(*table);
    return std::shared_ptr<const NetworkTable>(world.tables);
}

/// What was learned before holds until what is seen from now on says otherwise.
Result<void> restore_networks(World& world, store::Store& store) {
    const auto learned = store.rotating_networks().all();
    if (!learned) {
        return learned.error();
    }
    for (const RotatingNetwork& network : *learned) {
        world.rotating[to_text(network.scope)] = network;
        const auto* asn = std::get_if<Asn>(&network.scope);
        for (const auto& unit : world.units) {
            if (asn != nullptr) {
                unit->engine->restore(network, *asn);
            }
        }
    }
    return {};
}

}  // namespace

sources::LineReadingSettings reading_of_panel(
    const World& world, const Unit& unit, const std::string& node
) {
    sources::LineReadingSettings reading;
    reading.source = unit.backend->name();
    reading.node = node;
    reading.rules = rules::line_rules(world.settings->counting, node);
    reading.names = unit.backend->names();
    reading.window = world.settings->counting.window;
    return reading;
}

void apply_rules(World& world, TimePoint now) {
    world.in_force = control::in_force(*world.settings, world.by_command, now);
    for (const auto& unit : world.units) {
        unit->engine->set_rules(rules_for(world, unit->backend->name()));
    }
    world.people.set_book(rules::identities(world.settings->identities));
}

Result<void> build_world(
    World& world,
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    store::Store& store,
    const std::string& executable_folder
) {
    auto networks = open_networks(world, executable_folder);
    if (!networks) {
        return networks.error();
    }
    world.networks = std::move(*networks);
    auto by_command = control::read_by_command(store);
    if (!by_command) {
        return by_command.error();
    }
    world.by_command = std::move(*by_command);
    world.in_force = control::in_force(*world.settings, world.by_command, clock.now());
    std::uint64_t seed = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
    for (const config::BackendSettings& settings : world.settings->backends) {
        auto backend = connect(settings, executor, clock, ++seed);
        if (!backend) {
            return backend.error();
        }
        world.units.push_back(make_unit(world, std::move(*backend)));
    }
    auto saved = store.positions().all();
    if (!saved) {
        return saved.error();
    }
    std::map<std::string, store::SourcePosition> positions;
    for (const store::SourcePosition& position : *saved) {
        positions[position.source] = position;
    }
    for (const config::SourceSettings& source : world.settings->sources) {
        if (auto done = add_file(world, source, positions, executor, clock); !done) {
            return done;
        }
    }
    if (!world.settings->agents.listen.empty() && world.settings->backends.empty()) {
        unit_of(world, local_name);  // whose accounts nodes will report
    }
    for (const auto& unit : world.units) {
        unit->people = &world.people;
        unit->engine->set_same_person(world.people);
    }
    world.people.set_book(rules::identities(world.settings->identities));
    return restore_networks(world, store);
}

std::vector<Server> servers_of(const World& world) {
    std::vector<Server> all;
    for (const auto& unit : world.units) {
        std::ranges::move(unit->backend->servers(), std::back_inserter(all));
    }
    for (const nodes::NodeNow& node :
         world.gate != nullptr ? world.gate->nodes() : std::vector<nodes::NodeNow>()) {
        if (!node.address.empty()) {
            all.push_back({Server::Kind::node, "node " + node.name, node.address});
        }
    }
    return all;
}

std::string usual_backend(const World& world) {
    const auto& backends = world.settings->backends;
    return backends.empty() ? local_name : backends.size() == 1 ? backends[0].name : "";
}

Error error_of(const ClockLeap& leap) {
    const bool back = leap.by < Duration(0);
    return Error{
        .code = "FG-DOC-009",
        .what = "the clock of this machine was set " + std::string(back ? "back" : "forward") +
                " by " +
                for_people(std::chrono::round<std::chrono::seconds>(back ? -leap.by : leap.by)) +
                " at " + to_rfc3339(leap.noticed),
        .cause = "the time of day and the time since the start no longer agreed",
        .state = "counting began anew; each block lasts as long as it was to",
        .next = "timedatectl status"
    };
}

}  // namespace fairgate::daemon
