#include "daemon/order_desk.hpp"

#include "base/run_on.hpp"
#include "daemon/source_checks.hpp"
#include "rules/rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace fairgate::daemon {

namespace {

Error no_source(const std::string& name) {
    return Error{
        .code = "FG-CTL-001",
        .what = "there is no source \"" + name + "\"",
        .state = "nothing was changed",
        .next = "fairgate source list"
    };
}

/// Whether a changed key needs a restart: what it stands for was opened when the daemon started.
bool needs_restart(std::string_view key) {
    constexpr std::array<std::string_view, 8> parts = {
        "daemon.", "counting.", "first_come.", "source.", "backend.", "firewall.", "agents.", "log."
    };
    return std::ranges::any_of(parts, [key](std::string_view part) {
        return key.starts_with(part);
    });
}

std::map<std::string, std::string> as_map(const std::vector<config::Given>& given) {
    std::map<std::string, std::string> map;
    for (const config::Given& each : given) {
        map[each.path] = each.value;
    }
    return map;
}

std::vector<std::string> difference(
    const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b
) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : a) {
        const auto other = b.find(key);
        if (other == b.end() || other->second != value) {
            keys.push_back(key);
        }
    }
    for (const auto& [key, value] : b) {
        if (!a.contains(key)) {
            keys.push_back(key);
        }
    }
    std::ranges::sort(keys);
    return keys;
}

}  // namespace

Unit* OrderDesk::unit_of_backend(const std::string& backend) {
    for (const auto& unit : parts_.world.units) {
        if (unit->backend->name() == backend) {
            return unit.get();
        }
    }
    return nullptr;
}

void OrderDesk::tell(control::Topic topic, std::string message) {
    control::Happening happened;
    happened.topic = topic;
    happened.time = parts_.clock.now();
    happened.message = std::move(message);
    parts_.events.publish(std::move(happened));
}

boost::asio::awaitable<Result<Measure>> OrderDesk::undo(
    MeasureId measure, enforcement::OrderedBy by
) {
    co_return co_await parts_.enforcement.undo(measure, std::move(by));
}

boost::asio::awaitable<Result<Measure>> OrderDesk::extend(
    MeasureId measure, std::optional<TimePoint> due, enforcement::OrderedBy by
) {
    co_return co_await parts_.enforcement.extend(measure, due, std::move(by));
}

boost::asio::awaitable<Result<enforcement::CarriedOut>> OrderDesk::carry_out(Decision decision) {
    Unit* unit = unit_of_backend(decision.account.backend);
    if (unit == nullptr) {
        co_return Error{
            .code = "FG-DMN-003",
            .what = "there is no backend \"" + decision.account.backend + "\"",
            .state = "nothing was changed",
            .next = "fairgate doctor"
        };
    }
    const std::string enforcer(unit->acting().name());
    auto done = co_await parts_.enforcement.carry_out(std::move(decision), enforcer);
    if (done) {
        co_await parts_.decider.stop_carriers(*unit, done->measure);
    }
    co_return done;
}

boost::asio::awaitable<Result<void>> OrderDesk::settings_changed() {
    auto read = [this] { return control::read_by_command(parts_.store); };
    auto by_command = co_await run_on(parts_.store_thread, std::move(read));
    if (!by_command) {
        co_return by_command.error();
    }
    parts_.world.by_command = std::move(*by_command);
    apply_rules(parts_.world, parts_.clock.now());
    parts_.decider.set_ladder(rules::ladder(control::ladder_settings(parts_.world.in_force)));
    parts_.flow.modes_changed();
    co_return Result<void>{};
}

boost::asio::awaitable<Result<control::Reloaded>> OrderDesk::reload(enforcement::OrderedBy by) {
    World& world = parts_.world;
    auto loaded =
        co_await run_on(parts_.store_thread, [&world] { return config::load(world.read_from); });
    if (!loaded.faults.empty()) {
        world.refused = loaded.faults;
        Error error = loaded.faults.front();
        error.state = "the configuration was not taken; number " + std::to_string(world.revision) +
                      " stays in force";
        error.next = "fairgate config check";
        tell(control::Topic::alarm, to_line(error));
        co_return error;
    }
    auto given = as_map(loaded.given);
    control::Reloaded reloaded;
    reloaded.changed = difference(world.given, given);
    std::ranges::copy_if(reloaded.changed, std::back_inserter(reloaded.waiting), needs_restart);
    // What was opened at the start stays as it is until then, in the settings too.
    auto settings = std::make_shared<config::Settings>(std::move(loaded.settings));
    settings->daemon = world.settings->daemon;
    settings->counting = world.settings->counting;
    settings->sources = world.settings->sources;
    settings->backends = world.settings->backends;
    settings->log = world.settings->log;
    world.settings = std::move(settings);
    world.given = std::move(given);
    world.refused.clear();
    reloaded.revision = ++world.revision;
    world.configured = parts_.clock.now();
    parts_.decider.set_breaker(rules::breaker_rule(world.settings->breaker));
    apply_rules(world, parts_.clock.now());
    parts_.decider.set_ladder(rules::ladder(control::ladder_settings(world.in_force)));
    parts_.flow.modes_changed();
    tell(
        control::Topic::setting,
        "configuration " + std::to_string(world.revision) + " is in force, by " + by.who
    );
    co_return reloaded;
}

boost::asio::awaitable<Result<void>> OrderDesk::close_breaker(enforcement::OrderedBy by) {
    parts_.decider.breaker().close();
    parts_.flow.modes_changed();
    tell(control::Topic::alarm, "the circuit breaker was closed by " + by.who);
    co_return Result<void>{};
}

boost::asio::awaitable<Result<void>> OrderDesk::pause_source(std::string source) {
    bool found = false;
    for (const auto& unit : parts_.world.units) {
        for (ReadSource& each : unit->sources) {
            if (each.name == source) {
                each.reading.pause(parts_.clock.now());
                found = true;
            }
        }
    }
    co_return found ? Result<void>{} : Result<void>(no_source(source));
}

boost::asio::awaitable<Result<void>> OrderDesk::resume_source(std::string source) {
    bool found = false;
    for (const auto& unit : parts_.world.units) {
        for (ReadSource& each : unit->sources) {
            if (each.name == source) {
                each.reading.resume(parts_.clock.now());
                found = true;
            }
        }
    }
    co_return found ? Result<void>{} : Result<void>(no_source(source));
}

boost::asio::awaitable<Result<std::vector<control::Check>>> OrderDesk::test_source(
    std::string source
) {
    const auto& configured = parts_.world.settings->sources;
    const auto file = std::ranges::find(configured, source, &config::SourceSettings::name);
    for (const auto& unit : parts_.world.units) {
        if (unit->backend->name() == source && file == configured.end()) {
            co_return co_await parts_.acting.test(*unit);
        }
        for (const ReadSource& each : unit->sources) {
            if (each.name == source) {
                auto checks =
                    checks_of(each.reading.health(parts_.clock.now()), parts_.clock.now());
                if (file != configured.end()) {
                    checks.insert(checks.begin(), check_file(source, file->path));
                }
                co_return checks;
            }
        }
    }
    co_return no_source(source);
}

}  // namespace fairgate::daemon
