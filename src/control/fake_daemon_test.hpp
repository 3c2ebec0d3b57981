#pragma once

#include "base/run.hpp"
#include "control/asker.hpp"
#include "control/desk.hpp"
#include "control/line_tap.hpp"
#include "model/time.hpp"
#include "store/memory/store.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// A daemon for tests: what it answers is what was put into it, and orders change its store.
namespace fairgate::control {

using namespace std::chrono_literals;

inline const TimePoint noon =
    TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)) + 12h;

/// A connection of an account of the backend main, to port 443.
inline SessionNow session_of(
    const std::string& account, const std::string& address, std::uint16_t port
) {
    SessionNow session;
    session.account = {"main", account};
    session.peer = {*Address::parse(address), port};
    session.local_port = 443;
    session.inbound = "vless";
    session.since = noon - 5min;
    session.moved = noon - 1s;
    session.up = 1'000;
    session.down = 2'000'000;
    return session;
}

class FakeLive final : public Live {
public:
    TimePoint now() const override { return time; }
    DaemonNow daemon() const override {
        DaemonNow all = about;
        all.accounts_known = known.size();
        all.accounts_online = static_cast<std::size_t>(
            std::ranges::count_if(known, [](const auto& each) { return each.now.online; })
        );
        return all;
    }
    std::shared_ptr<const config::Settings> settings() const override {
        return std::make_shared<const config::Settings>(file);
    }
    ModeNow mode() const override { return {mode_in_force, std::nullopt}; }
    BreakerNow breaker() const override { return breaker_now; }

    std::vector<AccountNow> accounts(const AccountQuery& query) const override {
        std::vector<AccountNow> all;
        for (const AccountDetail& each : known) {
            const AccountNow& account = each.now;
            const bool among = query.among == Among::all ||
                               (query.among == Among::online && account.online) ||
                               (query.among == Among::over && account.over_since) ||
                               (query.among == Among::held && account.held);
            if (among && account.facts.key.name.find(query.name_holds) != std::string::npos) {
                all.push_back(account);
            }
        }
        return all;
    }
    std::vector<AccountNow> find_account(const AccountKey& key) const override {
        std::vector<AccountNow> all;
        for (const AccountDetail& each : known) {
            const AccountKey& own = each.now.facts.key;
            const bool same = any_case ? boost::iequals(own.name, key.name) : own.name == key.name;
            if (same && (key.backend.empty() || own.backend == key.backend)) {
                all.push_back(each.now);
            }
        }
        return all;
    }
    std::optional<AccountDetail> account(const AccountKey& key) const override {
        for (const AccountDetail& each : known) {
            if (each.now.facts.key == key) {
                return each;
            }
        }
        return std::nullopt;
    }
    AddressNow address(const Address& asked) const override {
        const auto found = addresses.find(asked);
        return found == addresses.end() ? AddressNow() : found->second;
    }
    std::vector<SessionNow> sessions(const SessionQuery& query) const override {
        std::vector<SessionNow> all;
        for (const SessionNow& each : live_sessions) {
            if ((query.account.name.empty() || query.account == each.account) &&
                (!query.address || *query.address == each.peer.address)) {
                all.push_back(each);
            }
        }
        return all;
    }
    std::vector<InboundNow> inbounds() const override { return seen_inbounds; }
    std::vector<Error> blind_spots() const override { return blind; }
    std::vector<sources::SourceHealth> sources() const override { return all_sources; }
    std::vector<nodes::NodeNow> nodes() const override { return all_nodes; }
    std::vector<BackendNow> backends() const override { return all_backends; }
    std::vector<EnforcerNow> enforcers() const override { return all_enforcers; }
    std::vector<Measure> open_measures() const override { return measures; }
    std::vector<Violation> open_violations() const override { return violations; }
    std::vector<RotatingNetwork> rotating_networks() const override { return rotating; }

    /// An account with so many devices at so many origins.
    AccountDetail& add(const std::string& name, int devices, int limit = 2) {
        AccountDetail detail;
        detail.now.facts.key = {"main", name};
        detail.now.devices = devices;
        detail.now.online = devices > 0;
        detail.now.limit.chosen = {LimitOrigin::general, "", limit};
        for (int i = 0; i < devices; ++i) {
            detail.now.origins.push_back("203.0." + std::to_string(i) + ".0/24");
        }
        if (devices > 0) {
            detail.now.last_seen = time - 10s;
        }
        detail.evidence.limit = detail.now.limit;
        detail.evidence.devices = devices;
        return known.emplace_back(std::move(detail));
    }

    /// One source that works, one backend, one enforcer that can act.
    void make_healthy() {
        sources::SourceHealth source;
        source.source = "local";
        source.state = sources::SourceState::live;
        source.last_line = time - 2s;
        all_sources = {source};
        nodes::NodeNow node;
        node.name = "de-1";
        node.backend = "main";
        node.state = nodes::NodeState::connected;
        all_nodes = {node};
        BackendNow backend;
        backend.name = "main";
        backend.state = BackendState::ready;
        backend.version = "5.2";
        backend.accounts = 10;
        backend.synced = time - 1min;
        all_backends = {backend};
        EnforcerNow enforcer;
        enforcer.name = "pasarguard:main";
        all_enforcers = {enforcer};
    }

    TimePoint time = noon;
    bool any_case = false;  ///< its backends tell names apart without regard to case
    DaemonNow about{"0.1.0", noon - 1h, 1, noon - 1h, {}, {}, 0, 0};
    config::Settings file;
    Mode mode_in_force = Mode::shadow;
    BreakerNow breaker_now;
    std::vector<AccountDetail> known;
    std::map<Address, AddressNow> addresses;
    std::vector<sources::SourceHealth> all_sources;
    std::vector<nodes::NodeNow> all_nodes;
    std::vector<BackendNow> all_backends;
    std::vector<EnforcerNow> all_enforcers;
    std::vector<Measure> measures;
    std::vector<Violation> violations;
    std::vector<RotatingNetwork> rotating;
    std::vector<SessionNow> live_sessions;
    std::vector<InboundNow> seen_inbounds;
    std::vector<Error> blind;
};

class FakeOrders final : public Orders {
public:
    FakeOrders(store::Store& store, const Live& live) : store_(store), live_(live) {}

    boost::asio::awaitable<Result<Measure>> undo(MeasureId id, OrderedBy by) override {
        auto measure = store_.measures().get(id);
        if (!measure || refuses) {
            co_return measure ? *refuses : measure.error();
        }
        undone.push_back(by);
        if (measure->state == MeasureState::lifted) {
            co_return measure;
        }
        measure->state = MeasureState::lifting;
        store_.measures().record(*measure, "undone by " + by.who, live_.now()).value();
        store_.decisions().set_state(measure->decision, DecisionState::undone).value();
        co_return measure;
    }
    boost::asio::awaitable<Result<Measure>> extend(
        MeasureId id, std::optional<TimePoint> due, OrderedBy
    ) override {
        auto measure = store_.measures().get(id);
        if (measure) {
            measure->due = due;
            store_.measures().record(*measure, "extended", live_.now()).value();
        }
        co_return measure;
    }
    boost::asio::awaitable<Result<enforcement::CarriedOut>> carry_out(Decision decision) override {
        if (refuses) {
            co_return *refuses;
        }
        enforcement::CarriedOut done;
        done.decision = store_.decisions().add(decision).value();
        done.measure.decision = done.decision;
        done.measure.account = decision.account;
        done.measure.enforcer = "pasarguard:main";
        done.measure.created = live_.now();
        done.measure.due = decision.until;
        done.measure.id = store_.measures().add(done.measure, "decided").value();
        co_return done;
    }
    boost::asio::awaitable<Result<SessionsCut>> cut_sessions(AccountKey account, OrderedBy by)
        override {
        undone.push_back(std::move(by));
        SessionsCut cut;
        cut.cut = live_.sessions({account, {}}).size();
        cut.text = "cut " + std::to_string(cut.cut) + ", left 0";
        co_return cut;
    }

    boost::asio::awaitable<Result<void>> settings_changed() override {
        ++settings_read;
        co_return Result<void>();
    }
    boost::asio::awaitable<Result<Reloaded>> reload(OrderedBy) override {
        if (refuses) {
            co_return *refuses;
        }
        Reloaded done;
        done.revision = 2;
        done.changed = {"limits.general"};
        co_return done;
    }
    boost::asio::awaitable<Result<void>> close_breaker(OrderedBy) override {
        ++breaker_closed;
        co_return Result<void>();
    }
    boost::asio::awaitable<Result<nodes::Invited>> invite_node(
        std::string, std::string, std::string, std::chrono::seconds life
    ) override {
        nodes::Invited invited;
        invited.token = "fgj1.secret.fingerprint@hub:8470";
        invited.expires = live_.now() + life;
        co_return invited;
    }
    boost::asio::awaitable<Result<void>> revoke_node(std::string) override {
        co_return Result<void>{};
    }
    boost::asio::awaitable<Result<void>> pause_source(std::string source) override {
        paused.push_back(source);
        co_return Result<void>();
    }
    boost::asio::awaitable<Result<void>> resume_source(std::string source) override {
        resumed.push_back(source);
        co_return Result<void>();
    }
    boost::asio::awaitable<Result<std::vector<Check>>> test_source(std::string source) override {
        Check check;
        check.stage = "source";
        check.name = source;
        check.what = "readable";
        co_return std::vector<Check>{check};
    }
    boost::asio::awaitable<Result<std::vector<Check>>> test_enforcer(std::string name) override {
        Check check;
        check.stage = "enforcer";
        check.name = name;
        co_return std::vector<Check>{check};
    }

    boost::asio::awaitable<Result<std::vector<Check>>> try_enforcer(std::string name) override {
        Check check;
        check.stage = "refuse";
        check.name = name;
        check.what = "203.0.113.1 refused in 1.0 ms, and seen";
        std::vector<Check> checks;
        checks.push_back(std::move(check));
        co_return checks;
    }
    boost::asio::awaitable<Result<FirewallNow>> look_at_firewall() override { co_return firewall; }
    boost::asio::awaitable<Result<std::optional<std::string>>> why_never_blocked(Address asked
    ) override {
        const auto found = never_blocked.find(asked);
        co_return found == never_blocked.end() ? std::optional<std::string>()
                                               : std::optional(found->second);
    }
    /// What was missing of them is in force again, unless the firewall is `deaf`.
    boost::asio::awaitable<void> look_again(std::vector<MeasureId> measures) override {
        looked_again = std::move(measures);
        if (firewall && !deaf) {
            auto& drift = firewall->drift;
            std::ranges::move(drift.missing, std::back_inserter(drift.in_force));
            drift.missing.clear();
        }
        co_return;
    }
    boost::asio::awaitable<Result<std::size_t>> let_strays_through() override {
        const std::size_t strays = firewall->drift.strays.size();
        firewall->drift.strays.clear();
        co_return strays;
    }

    Result<FirewallNow> firewall = FirewallNow();  ///< none acts
    bool deaf = false;                             ///< the firewall takes nothing
    std::map<Address, std::string> never_blocked;
    std::vector<MeasureId> looked_again;
    std::optional<Error> refuses;  ///< what every order is answered with
    int settings_read = 0;
    int breaker_closed = 0;
    std::vector<OrderedBy> undone;
    std::vector<std::string> paused;
    std::vector<std::string> resumed;

private:
    store::Store& store_;
    const Live& live_;
};

/// All of it, on one thread.
class FakeDaemon {
public:
    FakeDaemon()
        : store(store::memory::make_store()), orders(*store, live), events(io.get_executor()) {}

    Records records() { return {*store, io.get_executor()}; }
    Desk desk() { return {live, orders, records(), events}; }

    static Asker somebody(Scope scope = Scope::admin) {
        Asker asker;
        asker.who = "tester";
        asker.via = "cli";
        asker.scope = scope;
        asker.request_id = "req_1";
        return asker;
    }

    /// Runs one use case to its end.
    template <class Start>
    auto ask(Start start) {
        return run(io, std::move(start));
    }

    /// Stores a decision in force with its measure.
    DecisionId block(const std::string& name, TimePoint decided) {
        Decision decision;
        decision.account = {"main", name};
        decision.action = Action::block;
        decision.mode = Mode::enforce;
        decision.state = DecisionState::in_force;
        decision.decided = decided;
        decision.until = decided + 10min;
        decision.step = 2;
        decision.reason = "3 devices at once, limit 2";
        decision.decided_by = "policy";
        decision.evidence.verdict = "3 devices at once for 4 m 50 s, limit 2";
        decision.evidence.limit.chosen = {LimitOrigin::general, "", 2};
        decision.evidence.devices = 3;
        decision.id = store->decisions().add(decision).value();
        Measure measure;
        measure.decision = decision.id;
        measure.account = decision.account;
        measure.enforcer = "pasarguard:main";
        measure.state = MeasureState::active;
        measure.created = decided;
        measure.due = decision.until;
        measure.id = store->measures().add(measure, "disabled in the panel").value();
        live.measures.push_back(measure);
        for (AccountDetail& account : live.known) {
            if (account.now.facts.key.name == name) {
                account.now.held =
                    HeldNow{measure.id, decision.id, MeasureState::active, measure.due};
            }
        }
        return decision.id;
    }

    boost::asio::io_context io;
    FakeLive live;
    std::unique_ptr<store::Store> store;
    FakeOrders orders;
    EventLog events;
    LineTaps taps;
};

}  // namespace fairgate::control
