#include "backends/pasarguard/directory_sync.hpp"
#include "backends/pasarguard/log_streams.hpp"
#include "backends/pasarguard/probe.hpp"
#include "panel/rig.hpp"
#include "panel/world.hpp"

#include <algorithm>
#include <map>

namespace fairgate::conformance {

namespace {

using namespace std::chrono_literals;
using namespace backends::pasarguard;
namespace sim = fairgate::sim::pasarguard;

class PasarguardWorld final : public World {
public:
    PasarguardWorld(sim::Release release, const WorldSettings& settings)
        : panel_(io.get_executor(), clock, panel_settings(release)) {
        fill();
        client_ = connect(settings);
        EnforcerSettings chosen;
        chosen.restricted_group = "slow";
        enforcer_ = std::make_unique<PanelEnforcer>(client_, directory_, clock, chosen);
        sync_ = std::make_unique<DirectorySync>(client_, directory_, pages(settings));
        streams_ = std::make_unique<LogStreams>(
            io.get_executor(), client_, clock, log_settings(settings), 7
        );
    }

    std::string area() const override { return "PG"; }
    fairgate::sim::panel::FaultyServer& panel() override { return panel_; }
    enforcement::Enforcer& enforcer() override { return *enforcer_; }
    void stop() override { panel_.stop(); }
    void start_again() override { panel_.start(); }
    void end_tokens() override { panel_.auth().end_all_tokens(); }

    Person person(const std::string& name) override {
        const sim::User& user = at(name);
        Person person;
        person.status = sim::to_text(user.status);
        person.has_next_plan = user.next_plan.has_value();
        person.hold = user.on_hold_expire_duration;
        person.expire = user.expire;
        person.data_limit = user.data_limit;
        person.used = user.used_traffic;
        person.places.clear();
        for (const auto& [place, id] : groups()) {
            if (std::find(user.group_ids.begin(), user.group_ids.end(), id) !=
                user.group_ids.end()) {
                person.places.insert(place);
            }
        }
        return person;
    }

    void change(const std::string& name, const Person& person) override {
        sim::User& user = at(name);
        user.status = sim::parse_status(person.status).value();
        user.next_plan.reset();
        if (person.has_next_plan) {
            user.next_plan = panel_test::some_plan();
        }
        user.on_hold_expire_duration = person.hold;
        user.expire = person.expire;
        user.data_limit = person.data_limit;
        user.used_traffic = person.used;
        user.group_ids.clear();
        for (const std::string& place : person.places) {
            user.group_ids.push_back(groups().at(place));
        }
    }

    void add(const std::string& name) override {
        state().add_user(panel_test::sim_user(name), clock.now());
    }
    void remove(const std::string& name) override { state().delete_user(at(name).id, clock.now()); }
    std::size_t population() override { return state().users().size(); }
    void run_jobs(TimePoint now) override { state().run_jobs(now); }
    void enable(const std::string& name) override { state().set_enabled(at(name), clock.now()); }
    void disable(const std::string& name) override { state().set_disabled(at(name), clock.now()); }
    void renew(const std::string& name) override { state().reset(at(name), clock.now()); }
    void delete_place(const std::string& place) override {
        state().delete_group(groups().at(place), clock.now());
    }

    void fail_orders(fairgate::sim::panel::FaultKind kind, int times) override {
        for (const auto& [method, path] :
             {std::pair{"PUT", "/api/user"}, std::pair{"POST", "/api/users/bulk"}}) {
            fairgate::sim::panel::CallFault fault;
            fault.kind = kind;
            fault.method = method;
            fault.path_start = path;
            fault.times = times;
            panel_.add_fault(fault);
        }
    }
    std::size_t orders() override {
        return panel_.count("PUT", "") + panel_.count("POST", "/api/users/bulk") +
               panel_.count("POST", "/api/groups");
    }
    void lose_updates(int count) override { state().lose_node_updates(count); }
    bool connects(const std::string& name, TimePoint now) override {
        state().run_jobs(now);
        return node().connect(at(name).id, "198.51.100.7", 40'000, now).has_value();
    }
    void saw(const std::string& name, TimePoint time, Inside inside) override {
        enforcer_->saw_connection(
            at(name).id, time, inside == Inside::another ? Carrier::inside_another : Carrier::direct
        );
    }

    Result<void> sync() override {
        const auto report = ask([&] { return sync_->full(); });
        return report ? Result<void>() : Result<void>(report.error());
    }
    std::size_t known() override { return directory_.size(); }
    std::optional<std::string> account_of(const std::string& email) override {
        const auto account = directory_.account_of_email(email);
        return account ? std::optional(account->name) : std::nullopt;
    }
    std::string email_of(const std::string& name) override { return state().email_of(at(name)); }
    std::optional<Error> read_user(const std::string& name) override {
        const auto user = ask([&] { return client_->user_by_name(name); });
        return user ? std::nullopt : std::optional(user.error());
    }

    Result<std::vector<std::string>> refresh_streams() override {
        const auto change = ask([&] { return streams_->refresh(); });
        if (!change) {
            return change.error();
        }
        std::vector<std::string> names;
        for (const auto& stream : change->added) {
            names.emplace_back(stream->node());
        }
        return names;
    }
    sources::Source& stream() override { return *streams_->all().at(0); }
    void write(const std::string& line) override { node().write(line); }
    void replace_core() override { state().restart_core(node(), clock.now()); }
    std::uint64_t times_opened() override { return streams_->all().at(0)->times_opened(); }

    std::vector<backends::panel::ProbeStep> probe() override {
        ProbeSettings settings;
        settings.log_patience = 1s;
        return ask([&] { return backends::pasarguard::probe(client_, settings); });
    }

private:
    static sim::PanelSettings panel_settings(sim::Release release) {
        sim::PanelSettings chosen;
        chosen.release = release;
        chosen.ping_every = 10ms;
        return chosen;
    }
    static SyncSettings pages(const WorldSettings& settings) {
        SyncSettings chosen;
        chosen.page = settings.page;
        chosen.overlap = 3;
        return chosen;
    }
    static LogStreamSettings log_settings(const WorldSettings& settings) {
        LogStreamSettings chosen;
        chosen.source = "sources.main";
        chosen.silence = settings.silence;
        chosen.dead = 30s;
        chosen.first_wait = 5ms;
        chosen.most_wait = 20ms;
        chosen.patience = 20ms;
        chosen.pause = 1ms;
        return chosen;
    }
    static const std::map<std::string, std::int64_t>& groups() {
        static const std::map<std::string, std::int64_t> all{
            {"main", 1}, {"slow", 2}, {"extra", 3}
        };
        return all;
    }
    void fill() {
        state().add_admin("root", "correct-horse", sim::owner_role());
        for (const char* group : {"main", "slow", "extra"}) {
            state().add_group(group);
        }
        state().add_node("de-1", start);
        for (const char* name : {"ali.phone", "bea", "cem"}) {
            state().add_user(panel_test::sim_user(name), start);
        }
    }
    std::shared_ptr<PanelClient> connect(const WorldSettings& settings) {
        PanelSettings chosen;
        chosen.http.base = panel_.base();
        chosen.http.request_timeout = 300ms;
        chosen.http.connect_timeout = 1s;
        chosen.retry.attempts = settings.attempts;
        chosen.retry.first_wait = 1ms;
        chosen.retry.most_wait = 5ms;
        chosen.retry.first_login_pause = 60s;
        chosen.credentials.username = "root";
        chosen.credentials.password = settings.password;
        return make_panel_client(io.get_executor(), std::move(chosen), 7).value();
    }
    sim::PanelState& state() { return panel_.state(); }
    sim::Node& node() { return state().nodes().at(1); }
    sim::User& at(const std::string& name) { return *state().find_user(name); }

    sim::Panel panel_;
    Directory directory_{"main"};
    std::shared_ptr<PanelClient> client_;
    std::unique_ptr<PanelEnforcer> enforcer_;
    std::unique_ptr<DirectorySync> sync_;
    std::unique_ptr<LogStreams> streams_;
};

}  // namespace

std::unique_ptr<World> make_pasarguard(const WorldSettings& settings) {
    return std::make_unique<PasarguardWorld>(sim::Release::v5_2, settings);
}
std::unique_ptr<World> make_old_pasarguard(const WorldSettings& settings) {
    return std::make_unique<PasarguardWorld>(sim::Release::v4_0, settings);
}

}  // namespace fairgate::conformance
