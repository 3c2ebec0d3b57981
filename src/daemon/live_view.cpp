#include "daemon/live_view.hpp"

#include "enforcement/errors.hpp"
#include "nodes/gate.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace fairgate::daemon {

control::DaemonNow LiveView::daemon() const {
    control::DaemonNow now;
    now.version = world_.version;
    now.started = world_.started;
    now.config_revision = world_.revision;
    now.configured = world_.configured;
    now.config_faults = world_.refused;
    now.notices = notices();
    for (const auto& unit : world_.units) {
        now.accounts_online += unit->engine->count_online(clock_.now());
        now.accounts_known +=
            unit->backend->now().accounts.value_or(unit->engine->tracker().accounts().size());
    }
    return now;
}

std::vector<Error> LiveView::notices() const {
    constexpr std::chrono::hours told_for{24};
    constexpr std::size_t most_notices = 8;  // of a rule that fits crowds
    std::vector<Error> notices;
    if (world_.leap && clock_.now() - world_.leap->noticed < told_for) {
        notices.push_back(error_of(*world_.leap));
    }
    if (const int left = enforcement_.not_looked_at(); left > 0) {
        notices.push_back(enforcement::errors::not_looked_at(left));
    }
    for (const People::Crowd& crowd : world_.people.crowds()) {
        notices.push_back(error_of(crowd));
        if (notices.size() >= most_notices) {
            break;
        }
    }
    if (world_.tables_refused) {
        notices.push_back(*world_.tables_refused);
    }
    for (const Error& name : world_.unresolved) {
        notices.push_back(name);
    }
    for (const Error& lack : blind_spots()) {
        notices.push_back(lack);
    }
    for (const nodes::NodeNow& node : nodes()) {
        if (node.lacks) {
            notices.push_back(*node.lacks);
        }
    }
    return notices;
}

control::ModeNow LiveView::mode() const {
    control::ModeNow now;
    for (const auto& placed : world_.in_force.modes) {
        if (placed.entry.scope == ModeScope::global) {
            now.mode = placed.entry.mode;
            now.until = placed.entry.until;
        }
    }
    return now;
}

control::BreakerNow LiveView::breaker() const {
    control::BreakerNow now;
    const policy::Breaker& breaker = decider_.breaker();
    if (breaker.is_open(clock_.now())) {
        now.opened = breaker.opened();
    }
    std::size_t online = 0;
    for (const auto& unit : world_.units) {
        online += unit->engine->count_online(clock_.now());
    }
    now.allowed = breaker.allowed(online);
    return now;
}

LiveView::Held LiveView::held_by_measures(const std::vector<Measure>& open) {
    Held held;
    for (const Measure& measure : open) {
        if (measure.action == Action::refuse) {
            continue;  // the account goes on
        }
        held[measure.account] = {measure.id, measure.decision, measure.state, measure.due};
    }
    return held;
}

control::AccountNow LiveView::describe(
    const Unit& unit, const AccountFacts& facts, const Held& held
) const {
    const Engine& engine = *unit.engine;
    const std::string& name = facts.key.name;
    const TimePoint now = clock_.now();
    control::AccountNow account;
    account.facts = facts;
    account.limit = engine.limit_of(facts);
    account.same_person = world_.people.others(facts.key);
    account.passed_by = engine.passed_by(facts, now);
    account.origins = engine.origins_of(name, now);
    account.online = !account.origins.empty();
    account.devices = account.online ? engine.devices_of(name, now) : 0;
    account.nodes = engine.nodes_of(name);
    account.last_seen = engine.last_seen(name, now);
    if (const Violation* open = engine.open_violation(name)) {
        account.over_since = open->opened;
    }
    if (const auto found = held.find(facts.key); found != held.end()) {
        account.held = found->second;
    }
    return account;
}

/// Everybody the backend knows, and whoever was seen or is held without it.
std::map<std::string, AccountFacts> LiveView::accounts_of(const Unit& unit, const Held& held)
    const {
    std::map<std::string, AccountFacts> accounts;
    unit.backend->each_account([&](const AccountFacts& facts) {
        accounts[facts.key.name] = unit.engine->with_owner(facts);
    });
    const auto add = [&](std::string_view name) {
        accounts.try_emplace(std::string(name), unit.engine->facts_of(name));
    };
    const tracker::AccountTable& seen = unit.engine->tracker().accounts();
    for (std::uint32_t value = 0; value < seen.capacity(); ++value) {
        if (seen.is_known(AccountId{value})) {
            add(seen.name(AccountId{value}));
        }
    }
    for (const auto& [key, measure] : held) {
        if (key.backend == unit.backend->name()) {
            add(key.name);
        }
    }
    return accounts;
}

bool LiveView::is_wanted(const control::AccountQuery& query, const control::AccountNow& account)
    const {
    if (account.facts.key.name.find(query.name_holds) == std::string::npos) {
        return false;
    }
    if (!query.node.empty() &&
        std::ranges::find(account.nodes, query.node) == account.nodes.end()) {
        return false;
    }
    switch (query.among) {
        case control::Among::all:
            return true;
        case control::Among::online:
            return account.online;
        case control::Among::over:
            return account.over_since.has_value() || account.devices > account.limit.chosen.devices;
        case control::Among::held:
            return account.held.has_value();
    }
    return true;
}

std::vector<control::AccountNow> LiveView::accounts(const control::AccountQuery& query) const {
    const Held held = held_by_measures(enforcement_.open());
    std::vector<control::AccountNow> accounts;
    for (const auto& unit : world_.units) {
        const Traffic traffic = traffic_of(*unit);
        for (const auto& [name, facts] : accounts_of(*unit, held)) {
            control::AccountNow account = describe(*unit, facts, held);
            add_traffic(traffic, account);
            if (is_wanted(query, account)) {
                accounts.push_back(std::move(account));
            }
        }
    }
    return accounts;
}

std::vector<control::AccountNow> LiveView::find_account(const AccountKey& key) const {
    std::vector<control::AccountNow> found;
    for (const auto& unit : world_.units) {
        if (!key.backend.empty() && key.backend != unit->backend->name()) {
            continue;
        }
        const AccountFacts facts = unit->engine->facts_of(key.name);
        const std::string& name = facts.key.name;  // as the backend writes it
        const Held held = held_by_measures(enforcement_.open_of(facts.key));
        if (unit->backend->knows(name) || unit->engine->tracker().accounts().find(name) ||
            !held.empty()) {
            found.push_back(describe(*unit, facts, held));
            add_traffic(traffic_of(*unit), found.back());
        }
    }
    return found;
}

std::optional<control::AccountDetail> LiveView::account(const AccountKey& key) const {
    std::vector<control::AccountNow> found = find_account(key);
    if (found.empty()) {
        return std::nullopt;
    }
    control::AccountDetail detail;
    detail.now = std::move(found.front());
    for (const auto& unit : world_.units) {
        if (unit->backend->name() != detail.now.facts.key.backend) {
            continue;
        }
        const policy::ModeChoice mode =
            unit->engine->rules().modes.resolve(detail.now.facts, clock_.now());
        detail.mode = mode.mode;
        detail.mode_why = mode.why;
        detail.evidence = unit->engine->evidence_of(detail.now.facts.key.name, clock_.now());
    }
    return detail;
}

control::AddressNow LiveView::address(const Address& address) const {
    control::AddressNow now;
    const TimePoint time = clock_.now();
    now.network = world_.networks->info_of(address);
    now.never_counted_by = control::trust_list(world_.in_force, TrustEffect::never_counted)
                               .find(address, *world_.networks, time);
    if (!now.never_counted_by) {
        now.never_counted_by = policy::Countries(world_.settings->counting.countries)
                                   .why_left_out(now.network.country);
    }
    now.never_blocked_by = control::trust_list(world_.in_force, TrustEffect::never_blocked)
                               .find(address, *world_.networks, time);
    if (const auto own = world_.servers.find(address); own != world_.servers.end()) {
        now.never_counted_by = who_is_there(own->second);
        now.never_blocked_by = who_is_there(own->second);
    }
    for (const auto& unit : world_.units) {
        const Engine& engine = *unit->engine;
        const OriginRule& rule = engine.tracker().origin_table().rule();
        now.origin = Network(address, address.is_v4() ? rule.v4_length : rule.v6_length).text();
        now.rotating = now.rotating || engine.tracker().networks().habit(now.network.asn) ==
                                           tracker::NetworkHabit::rotating;
        engine.each_online(time, [&](std::string_view name) {
            const AccountKey key{unit->backend->name(), std::string(name)};
            switch (engine.at(name, address, time)) {
                case tracker::Tracker::At::nowhere_near:
                    break;
                case tracker::Tracker::At::same_origin:
                    now.nearby.push_back(key);
                    break;
                case tracker::Tracker::At::here:
                    now.here.push_back({key, engine.last_seen(name, time).value_or(time)});
                    break;
            }
        });
    }
    return now;
}

std::vector<sources::SourceHealth> LiveView::sources() const {
    std::vector<sources::SourceHealth> healths;
    for (const auto& unit : world_.units) {
        for (const ReadSource& source : unit->sources) {
            healths.push_back(source.reading.health(clock_.now()));
            if (source.sessions != nullptr && source.sessions->refuted() > 0) {
                healths.back().skipped.push_back({"no_socket", source.sessions->refuted()});
            }
        }
        for (sources::SourceHealth& source : unit->told_sources(clock_.now())) {
            healths.push_back(std::move(source));
        }
    }
    return healths;
}

std::vector<nodes::NodeNow> LiveView::nodes() const {
    std::vector<nodes::NodeNow> all;
    if (world_.gate != nullptr) {
        all = world_.gate->nodes();
    }
    for (nodes::NodeNow& node : all) {
        node.lacks = why_not_enforcing(world_, node);
        if (!node.lacks && node.enforcing.look && node.state == nodes::NodeState::connected) {
            node.lacks = link::fault_of(node.name, *node.enforcing.look);
        }
    }
    return all;
}

std::vector<link::Done> LiveView::held_by(const std::string& node) const {
    const nodes::OrderBook* const held = world_.gate == nullptr ? nullptr : world_.gate->held(node);
    return held == nullptr ? std::vector<link::Done>() : held->all();
}

std::vector<control::BackendNow> LiveView::backends() const {
    std::vector<control::BackendNow> backends;
    for (const auto& unit : world_.units) {
        control::BackendNow now = unit->backend->now();
        now.unmapped = unit->unmapped;
        now.unmapped_samples.assign(unit->unmapped_samples.begin(), unit->unmapped_samples.end());
        backends.push_back(std::move(now));
    }
    return backends;
}

std::vector<Violation> LiveView::open_violations() const {
    std::vector<Violation> violations;
    for (const auto& unit : world_.units) {
        std::ranges::move(unit->engine->open_violations(), std::back_inserter(violations));
    }
    return violations;
}

std::vector<RotatingNetwork> LiveView::rotating_networks() const {
    std::vector<RotatingNetwork> networks;
    for (const auto& [scope, network] : world_.rotating) {
        networks.push_back(network);
    }
    return networks;
}

}  // namespace fairgate::daemon
