#pragma once

#include "base/run.hpp"
#include "daemon/decider.hpp"
#include "daemon/first_come_memory.hpp"
#include "daemon/last_run.hpp"
#include "daemon/refusable.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/executor.hpp"
#include "enforcement/journal.hpp"
#include "enforcement/memory_blocker_test.hpp"
#include "store/memory/store.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <set>

namespace fairgate::daemon {

using namespace std::chrono_literals;

inline constexpr TimePoint noon = std::chrono::sys_days(std::chrono::year{2026} / 3 / 7) + 12h;

/// As many networks as IPv4 has first bytes; all of IPv6 belongs to another one.
class ByFirstByte final : public NetworkTable {
public:
    Asn asn_of(const Address& address) const override {
        return Asn{address.is_v4() ? 65'000 + (address.v4_bits() >> 24U) : 66'000};
    }
    NetworkInfo info_of(const Address& address) const override {
        NetworkInfo info;
        info.asn = asn_of(address);
        return info;
    }
};

inline boost::asio::awaitable<Result<std::vector<Denial>>> named_by(
    store::Store& store, Measure measure
) {
    const auto decision = store.decisions().get(measure.decision);
    std::vector<Denial> denials;
    for (const std::string& text : decision.value().evidence.refused) {
        denials.push_back(Denial{.address = *Address::parse(text)});
    }
    co_return denials;
}

/// A firewall in memory that does not let one address through again while it is stubborn.
class StubbornBlocker final : public enforcement::AddressBlocker {
public:
    StubbornBlocker(enforcement::Rules& rules, const std::optional<Address>& keeps)
        : inner_(rules), keeps_(keeps) {}
    std::string_view name() const override { return inner_.name(); }
    enforcement::BlockerAbilities abilities() const override { return inner_.abilities(); }
    Result<> ready(TimePoint now) override { return inner_.ready(now); }
    Result<std::vector<enforcement::Block>> list(TimePoint now) override {
        return inner_.list(now);
    }
    Result<> drop(TimePoint now) override { return inner_.drop(now); }

private:
    Result<> put(std::span<const enforcement::Block> blocks, TimePoint now) override {
        return inner_.block(blocks, kernel::ProtectedTargets(), now);
    }
    Result<> take(std::span<const Denial> denials, TimePoint now) override {
        for (const Denial& denial : denials) {
            if (denial.address == keeps_) {
                return Error{.code = "FG-ENF-022", .what = "the firewall did not do it"};
            }
        }
        return inner_.unblock(denials, now);
    }
    enforcement::MemoryBlocker inner_;
    const std::optional<Address>& keeps_;
};

/// The parts of the daemon from what was seen to a firewall in memory.
class FirstComeDaemon : public testing::Test {
public:
    FirstComeDaemon() {
        world.networks = std::make_shared<ByFirstByte>();
        start();
    }

    /// Two slots, ninety seconds, bans of a minute: Marzban-Sentry's own sample.
    void start() {
        decider.reset();
        executor.reset();
        enforcer.reset();
        world.units.clear();
        auto made = std::make_unique<Unit>();
        unit = made.get();
        unit->backend = make_local_backend("local", logs::Names::standard);
        Engine::Settings settings;
        settings.backend = "local";
        settings.count.counting = tracker::Counting::first_come;
        settings.acts_on = ActsOn::origins;
        unit->engine =
            std::make_unique<Engine>(settings, world.networks, Rules{}, [](std::string_view name) {
                AccountFacts facts;
                facts.key = {"local", std::string(name)};
                return facts;
            });
        enforcer = std::make_unique<enforcement::AddressEnforcer>(
            std::make_unique<StubbornBlocker>(firewall, keeps),
            [] { return Result<kernel::ProtectedTargets>(kernel::ProtectedTargets()); },
            [this](const Measure& measure) { return named_by(*store, measure); },
            io.get_executor(),
            clock
        );
        unit->refusing = has_firewall ? enforcer.get() : nullptr;
        world.units.push_back(std::move(made));
        enforcement::Listeners listeners;
        listeners.changed = [this](const enforcement::MeasureEvent& event) { tell(event); };
        executor = std::make_unique<enforcement::Executor>(
            io.get_executor(),
            clock,
            journal,
            std::vector<enforcement::Enforcer*>{enforcer.get(), &unit->backend->enforcer()},
            enforcement::ExecutorSettings{},
            std::move(listeners)
        );
        decider = std::make_unique<Decider>(
            Decider::Parts{
                clock,
                *store,
                io.get_executor(),
                *executor,
                events,
                [](const std::vector<std::string>&) { return std::optional<std::string>(); },
                [this](const AccountKey& account, const std::vector<std::string>& wanted) {
                    return ask(account, wanted);
                }
            },
            policy::Ladder{},
            policy::BreakerRule{}
        );
        decider->set_refusing(policy::Refusing{1min, otherwise});
        rule(Mode::enforce);
    }

    void rule(Mode mode) {
        Rules rules;
        rules.limits.general = 2;
        rules.limits.accounts = limits;
        rules.modes = policy::ModeTable(mode);
        unit->engine->set_rules(std::move(rules));
    }

    boost::asio::awaitable<Refusable> ask(AccountKey account, std::vector<std::string> wanted) {
        co_return refusable(world, account, wanted, kernel::ProtectedTargets(), clock.now());
    }

    /// What Flow does when a measure came a step further.
    void tell(const enforcement::MeasureEvent& event) {
        std::vector<Address> addresses;
        for (const Denial& denial : enforcement::refused_by(event.measure)) {
            addresses.push_back(denial.address);
        }
        if (event.measure.state == MeasureState::lifted) {
            unit->engine->let_in(event.measure.account.name, addresses, event.time);
        }
    }

    /// A line, unless the firewall refuses its packets; lets the time until then pass.
    void line(Duration at, const char* account, const char* address) {
        pass(at);
        const auto from = *Address::parse(address);
        if (!firewall.contains(Denial{.address = from})) {
            echo(at, account, address);
        }
    }
    /// A line that is read whatever the firewall does: it was written before.
    void echo(Duration at, const char* account, const char* address) {
        Observation seen;
        seen.time = noon + at;
        seen.account = account;
        seen.address = *Address::parse(address);
        seen.port = 40'000;
        seen.inbound = "vless";
        unit->engine->observe(seen, "");
    }

    /// Judges every slot that ends until then, and carries out what is decided.
    void pass(Duration until) {
        for (; noon + until >= tracker::end_of(slot); ++slot) {
            clock.set(std::max(clock.now(), tracker::end_of(slot)));
            run(io, [this]() -> boost::asio::awaitable<bool> { return close_slot(); });
        }
        clock.set(std::max(clock.now(), noon + until));
        run(io, [this]() -> boost::asio::awaitable<bool> { return settle(); });
    }
    boost::asio::awaitable<bool> close_slot() {
        SlotOutcome outcome = unit->engine->close_slot(slot, Closing::allowed);
        for (Opened& opened : outcome.opened) {
            co_await decider->opened(*unit, std::move(opened));
        }
        for (Violation& closed : outcome.closed) {
            co_await decider->closed(std::move(closed));
        }
        co_await executor->settle();
        co_return true;
    }
    boost::asio::awaitable<bool> settle() {
        co_await executor->settle();
        co_return true;
    }
    boost::asio::awaitable<bool> take_up_the_last_run() {
        const auto last = read_last_run(*store, clock.now());
        take_up(*last, world.units);
        take_up_comings(read_comings(*store, world.units).value(), world.units);
        co_await executor->resume();
        co_return true;
    }
    /// The daemon ends and another begins.
    void restart() {
        EXPECT_TRUE(save_comings(*store, comings_as_text(world.units)));
        start();
        run(io, [this]() -> boost::asio::awaitable<bool> { return take_up_the_last_run(); });
    }

    /// Two phones hold ann's slots, and go on; a third comes.
    void three_phones(Duration from) {
        line(from + 1s, "ann", "203.0.113.7");
        line(from + 2s, "ann", "192.0.2.9");
        line(from + 3s, "ann", "198.51.100.4");
    }

    /// An operator blocks the account by what holds it.
    Measure block(const char* account) {
        Decision decision;
        decision.account = {"local", account};
        decision.action = Action::block;
        decision.decided = clock.now();
        std::optional<Measure> measure;
        run(io, [&]() -> boost::asio::awaitable<bool> { return carry_out(decision, measure); });
        return *measure;
    }
    /// An operator takes it back.
    void lift(const Measure& measure) {
        run(io, [this, id = measure.id]() -> boost::asio::awaitable<bool> { return undo(id); });
    }
    boost::asio::awaitable<bool> undo(MeasureId id) {
        enforcement::OrderedBy by;
        const auto lifting = co_await executor->undo(id, std::move(by));
        EXPECT_TRUE(decider->ends_carriers(*lifting));
        co_await decider->let_carriers_in(*lifting);
        co_await executor->settle();
        co_return true;
    }
    boost::asio::awaitable<bool> stop_carriers(Measure measure) {
        co_await decider->stop_carriers(*unit, std::move(measure));
        co_return true;
    }
    boost::asio::awaitable<bool> carry_out(Decision decision, std::optional<Measure>& measure) {
        const auto done = co_await executor->carry_out(decision, "recording:local");
        measure = done->measure;
        co_await decider->stop_carriers(*unit, *measure);
        co_await executor->settle();
        co_return true;
    }

    std::set<std::string> refused() const {
        std::set<std::string> texts;
        for (const auto& [denial, until] : firewall) {
            texts.insert(denial.address.text());
        }
        return texts;
    }
    std::vector<Decision> decisions() {
        store::Cursor cursor;
        cursor.direction = store::Direction::oldest_first;
        return store->decisions().list({}, cursor).value().rows;
    }

    boost::asio::io_context io;
    ManualClock clock{noon};
    World world;
    tracker::Slot slot = tracker::slot_of(noon);
    enforcement::Rules firewall;
    std::optional<Address> keeps;
    bool has_firewall = true;
    policy::Refusing::Otherwise otherwise = policy::Refusing::Otherwise::record;
    decltype(policy::LimitBook::accounts) limits;
    std::unique_ptr<store::Store> store = store::memory::make_store();
    enforcement::Journal journal{*store, io.get_executor(), io.get_executor()};
    control::EventLog events{io.get_executor()};
    Unit* unit = nullptr;
    std::unique_ptr<enforcement::AddressEnforcer> enforcer;
    std::unique_ptr<enforcement::Executor> executor;
    std::unique_ptr<Decider> decider;
};

}  // namespace fairgate::daemon
