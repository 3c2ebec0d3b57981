#include "daemon/acting.hpp"

#include "base/run_on.hpp"
#include "control/doctor_checks.hpp"
#include "daemon/firewall.hpp"
#include "daemon/node_enforcer.hpp"
#include "daemon/protected_addresses.hpp"
#include "enforcement/cutting/cutting_enforcer.hpp"
#include "kernel/capability.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/operator_sessions.hpp"
#include "nodes/gate.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

namespace fairgate::daemon {

Acting::Acting(Parts parts)
    : parts_(std::move(parts)), nodes_(parts_.executor, parts_.clock, parts_.world) {
    World& world = parts_.world;
    const auto& environment = world.read_from.environment;
    const auto known = environment.find("SSH_CONNECTION");
    session_ = known != environment.end() ? known->second : "";
    const Clock& clock = parts_.clock;
    sockets_ = std::make_unique<sources::sockets::SocketWatch>(sources::sockets::SocketWatch::Parts{
        parts_.executor,
        parts_.worker,
        clock,
        [&world](const sources::sockets::TakeFeed& take) {
            for (const auto& unit : world.units) {
                for (const ReadSource& source : unit->sources) {
                    if (source.sessions != nullptr) {
                        take(unit->backend->name(), *source.sessions);
                    }
                }
            }
        },
        [&world, &clock](const std::vector<Address>& asked) {
            return told_to_protect(world, asked, clock.now());
        },
        session_
    });
    here_ = [session = session_]() -> Result<kernel::ProtectedTargets> {
        kernel::ProtectedTargets never;
        const auto here = kernel::NetworkNamespace::own();
        if (auto done = kernel::add_what_is_here(never, here, session); !done) {
            return done.error();
        }
        return never;
    };
    firewall_ = make_firewall_enforcer(
        world.settings->firewall,
        [this](const Measure& measure) {
            return measure.action == Action::refuse ? decided(measure) : all_of(measure.account);
        },
        here_,
        parts_.worker,
        clock
    );
    if (firewall_) {
        refusing_ =
            std::make_unique<enforcement::cutting::CuttingEnforcer>(*firewall_, *sockets_, clock);
    }
    const bool has_nodes = !world.settings->agents.listen.empty();
    if (has_nodes && refusing_) {
        inner_.push_back(std::move(refusing_));
        refusing_ = std::make_unique<NodeEnforcer>(*inner_.back(), nodes_, clock);
    }
    for (const auto& unit : world.units) {
        unit->refusing = refusing_.get();
        choose_enforcer(*unit);
        if (has_nodes) {
            choose_enforcer_of_nodes(*unit);
            refuse_by_nodes(*unit);
        }
    }
}

void Acting::choose_enforcer(Unit& unit) {
    if (enforcement::Enforcer* const acts = here(unit)) {
        unit.enforcer =
            std::make_unique<enforcement::cutting::CuttingEnforcer>(*acts, *sockets_, parts_.clock);
    }
}

/// First what acts here, if anything does, then the nodes.
void Acting::choose_enforcer_of_nodes(Unit& unit) {
    if (unit.enforcer) {
        inner_.push_back(std::move(unit.enforcer));
        unit.enforcer = std::make_unique<NodeEnforcer>(*inner_.back(), nodes_, parts_.clock);
        return;
    }
    auto decide = [this](const Measure& measure) { return decided(measure); };
    unit.enforcer = std::make_unique<NodeEnforcer>(
        unit.backend->name(), nodes_, parts_.clock, std::move(decide)
    );
}

/// Of the backends only a bare log has nothing that could disable an account. What is only recorded
/// cuts nothing either.
enforcement::Enforcer* Acting::here(const Unit& unit) const {
    enforcement::Enforcer& own = unit.backend->enforcer();
    return own.name().starts_with("recording:") ? firewall_.get() : &own;
}

std::vector<control::Check> Acting::test_nodes(const Unit& unit) const {
    std::vector<control::Check> checks;
    const World& world = parts_.world;
    for (const nodes::NodeNow& node :
         world.gate == nullptr ? std::vector<nodes::NodeNow>() : world.gate->nodes()) {
        if (node.backend != unit.backend->name() || node.state != nodes::NodeState::connected) {
            continue;
        }
        control::Check& check = checks.emplace_back();
        check.stage = "enforcer";
        check.name = node.name;
        const link::Enforcing& by = node.enforcing;
        check.what = (by.core.empty() ? "" : "its core is " + by.core + ", ") + "its firewall is " +
                     (by.firewall.empty() ? "off" : by.firewall) + ", " +
                     std::to_string(node.held) + " measures are held there";
        if (const auto why = why_not_enforcing(world, node)) {
            check.state = control::CheckState::error;
            check.code = why->code;
            check.what = why->what;
            check.cause = why->cause;
            check.next = why->next;
        }
    }
    return checks;
}

void Acting::begin(enforcement::Executor& executor, control::EventLog& events) {
    blocked_log_ = std::make_unique<BlockedLog>(BlockedLog::Parts{
        parts_.world.settings->firewall.blocked_log,
        parts_.executor,
        parts_.worker,
        [this, &events](const Error& error) {
            control::Happening happened;
            happened.topic = control::Topic::alarm;
            happened.time = parts_.clock.now();
            happened.message = to_line(error);
            events.publish(std::move(happened));
        }
    });
    if (firewall_) {
        watch_ = std::make_unique<FirewallWatch>(FirewallWatch::Parts{
            parts_.executor,
            parts_.clock,
            *firewall_,
            [&executor] { return executor.open(); },
            events,
            [&executor](MeasureId id) { executor.look_again(id); }
        });
    }
}

boost::asio::awaitable<void> Acting::watch() {
    if (watch_) {
        co_await watch_->run();
    }
}

void Acting::measure_changed(const enforcement::MeasureEvent& event) {
    if (blocked_log_) {
        blocked_log_->measure_changed(event);
    }
}

// ---- tests -------------------------------------------------------------------------------------

boost::asio::awaitable<std::vector<control::Check>> Acting::test(const Unit& unit) {
    if (unit.acting().name().starts_with("nodes:")) {
        if (auto checks = test_nodes(unit); !checks.empty()) {
            co_return checks;
        }
    }
    if (is_firewall(unit.acting())) {
        co_return co_await test_firewall();
    }
    co_return co_await unit.backend->test();
}

boost::asio::awaitable<std::vector<control::Check>> Acting::test_firewall() {
    control::Check check = co_await look_at_firewall();
    std::vector<control::Check> checks;
    checks.push_back(std::move(check));
    co_return checks;
}

namespace {

/// A firewall that knows no ports would keep out others with the account.
Error no_address_to_refuse(const AccountKey& account, const Refusable& may) {
    return Error{
        .code = "FG-DMN-012",
        .what = "nothing of \"" + account.name + "\" can be refused in a firewall",
        .cause = may.left_out.empty() ? "" : may.left_out.front(),
        .state = "nothing was blocked; it is tried again",
        .next = "fairgate session list --account " + account.name
    };
}

}  // namespace

/// The addresses that the decision names, as far as they still may be refused.
boost::asio::awaitable<Result<std::vector<Denial>>> Acting::decided(Measure measure) {
    auto read = [this, id = measure.decision] { return parts_.store.decisions().get(id); };
    const auto decision = co_await run_on(parts_.store_thread, std::move(read));
    if (!decision) {
        co_return decision.error();
    }
    std::vector<Denial> denials;
    for (const std::string& text : decision->evidence.refused) {
        if (const auto address = Address::parse(text)) {
            Denial denial;
            denial.address = *address;
            denials.push_back(denial);
        }
    }
    co_return denials;
}

/// Where the account is connected from: at the ports it uses, or, where its connections have no
/// sockets or the firewall knows no ports, everything from there.
boost::asio::awaitable<Result<std::vector<Denial>>> Acting::all_of(AccountKey account) {
    auto denials = sockets_->denials_of(account);
    const bool knows_ports = firewall_->abilities().doors;
    std::set<std::string> wholly;
    for (const Denial& denial : denials && !knows_ports ? *denials : std::vector<Denial>()) {
        wholly.insert(denial.address.text());
    }
    for (const auto& unit : parts_.world.units) {
        if (unit->backend->name() != account.backend) {
            continue;
        }
        const TimePoint since = parts_.clock.now() - std::chrono::minutes(10);
        for (const UdpCarriers::Seen& seen : unit->carriers.of(account.name, since)) {
            wholly.insert(seen.address.text());
        }
    }
    if (wholly.empty()) {
        co_return denials;
    }
    std::vector<std::string> wanted(wholly.begin(), wholly.end());
    const Refusable may = co_await refusable(account, std::move(wanted));
    std::vector<Denial> all = denials && knows_ports ? *denials : std::vector<Denial>();
    for (const Address& address : may.addresses) {
        Denial denial;
        denial.address = address;
        all.push_back(denial);
    }
    if (all.empty() && denials) {
        co_return no_address_to_refuse(account, may);
    }
    if (all.empty()) {
        co_return denials;
    }
    co_return all;
}

boost::asio::awaitable<Refusable> Acting::refusable(
    AccountKey account, std::vector<std::string> wanted
) {
    const auto here = co_await run_on(parts_.worker, here_);
    if (!here) {
        Refusable nothing;
        nothing.left_out.push_back(
            "it is not known what must never be refused: " + here.error().what
        );
        co_return nothing;
    }
    co_return daemon::refusable(parts_.world, account, wanted, *here, parts_.clock.now());
}

boost::asio::awaitable<control::Check> Acting::look_at_firewall() {
    const std::string name(firewall_->name());
    if (!watch_) {
        co_return control::well("enforcer", name, "it is not watched yet");
    }
    const auto drift = co_await watch_->look();
    if (!drift) {
        co_return control::finding("enforcer", name, control::CheckState::error, drift.error());
    }
    if (const auto fault = fault_of(name, *drift)) {
        const bool lost = !drift->missing.empty();
        co_return control::finding(
            "enforcer",
            name,
            lost ? control::CheckState::error : control::CheckState::warning,
            *fault
        );
    }
    co_return control::well(
        "enforcer",
        name,
        std::to_string(drift->in_force.size()) +
            " addresses are refused, 0 are missing, 0 are wanted by no measure"
    );
}

boost::asio::awaitable<control::Check> Acting::test_cutting() {
    auto ask = [] {
        return kernel::why_not(kernel::Ability::cut_sockets, kernel::NetworkNamespace::own());
    };
    const auto missing = co_await run_on(parts_.worker, std::move(ask));
    co_return missing
        ? control::finding("cut", "live connections", control::CheckState::warning, *missing)
        : control::well("cut", "live connections", "can be cut on this machine");
}

boost::asio::awaitable<std::vector<control::Check>> Acting::try_out(const Unit& unit) {
    if (is_firewall(unit.acting())) {
        co_return co_await try_firewall();
    }
    std::vector<control::Check> steps = co_await test(unit);
    if (unit.enforcer) {
        control::Check cutting = co_await test_cutting();
        steps.push_back(std::move(cutting));
    }
    co_return steps;
}

boost::asio::awaitable<std::vector<control::Check>> Acting::try_firewall() {
    const auto in_ms = [](std::chrono::microseconds took) {
        const auto tenths = (took.count() + 50) / 100;
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
    };
    std::vector<control::Check> steps = co_await test_firewall();
    const auto tried = co_await firewall_->try_out();
    if (tried) {
        const std::string address = tried->denial.address.text();
        const std::string refused = "refused in " + in_ms(tried->block) + ", and seen";
        const std::string passed = "in " + in_ms(tried->unblock) + ", and nothing is left of it";
        steps.push_back(control::well("refuse", address, refused));
        steps.push_back(control::well("let through", address, passed));
    } else {
        const auto wrong = control::CheckState::error;
        steps.push_back(control::finding("refuse", "an address of nobody", wrong, tried.error()));
    }
    if (!firewall_->abilities().stops_live) {
        Error lets_through;
        lets_through.what = "packets of connections that are open are let through";
        lets_through.cause = "TCP is cut by its sockets; UDP goes on until it is idle";
        lets_through.next = "set firewall.driver to nftables";
        const auto doubt = control::CheckState::warning;
        steps.push_back(control::finding("open", "connections", doubt, lets_through));
    }
    control::Check cutting = co_await test_cutting();
    steps.push_back(std::move(cutting));
    co_return steps;
}

boost::asio::awaitable<Result<std::optional<std::string>>> Acting::why_never_blocked(Address address
) {
    auto never = told_to_protect(parts_.world, std::vector{address}, parts_.clock.now());
    auto ask = [never = std::move(never), address, session = session_](
               ) mutable -> Result<std::optional<std::string>> {
        const auto here = kernel::NetworkNamespace::own();
        if (auto done = kernel::add_what_is_here(never, here, session); !done) {
            return done.error();
        }
        const auto fine = never.allow(address);
        return fine ? std::optional<std::string>() : std::optional(fine.error().cause);
    };
    co_return co_await run_on(parts_.worker, std::move(ask));
}

std::vector<enforcement::Enforcer*> Acting::enforcers() const {
    std::vector<enforcement::Enforcer*> all;
    for (const auto& unit : parts_.world.units) {
        // One firewall acts for every log without a backend.
        enforcement::Enforcer& acting = unit->acting();
        const auto same = [&](const auto* each) { return each->name() == acting.name(); };
        if (std::ranges::none_of(all, same)) {
            all.push_back(&acting);
        }
        if (here(*unit) == nullptr && acting.name() != unit->backend->enforcer().name()) {
            all.push_back(&unit->backend->enforcer());  // what was only recorded before
        }
    }
    // With nodes it is their unit's that has this name, and acts here for single addresses as well.
    const auto refuses = [this](const auto* each) { return each->name() == refusing_->name(); };
    if (refusing_ && std::ranges::none_of(all, refuses)) {
        all.push_back(refusing_.get());
    }
    for (const auto& each : by_nodes_) {
        all.push_back(each.get());
    }
    return all;
}

}  // namespace fairgate::daemon
