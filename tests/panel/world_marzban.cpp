#include "backends/marzban/directory_sync.hpp"
#include "backends/marzban/enforcer.hpp"
#include "backends/marzban/log_streams.hpp"
#include "backends/marzban/probe.hpp"
#include "panel/marzban_rig.hpp"
#include "panel/world.hpp"

namespace fairgate::conformance {

namespace {

using namespace std::chrono_literals;
using namespace backends::marzban;
namespace sim = fairgate::sim::marzban;

marzban_test::RigSettings rig_settings(sim::Release release, const WorldSettings& settings) {
    marzban_test::RigSettings chosen;
    chosen.panel.release = release;
    chosen.password = settings.password;
    chosen.attempts = settings.attempts;
    return chosen;
}

class MarzbanWorld final : public World {
public:
    MarzbanWorld(sim::Release release, const WorldSettings& settings)
        : parts_(io, clock, rig_settings(release, settings)),
          sync_(parts_.client, parts_.directory, pages(settings)),
          streams_(io.get_executor(), parts_.client, clock, log_settings(settings), 7) {}

    std::string area() const override { return "MZB"; }
    fairgate::sim::panel::FaultyServer& panel() override { return parts_.panel; }
    enforcement::Enforcer& enforcer() override { return *parts_.enforcer; }
    void stop() override { parts_.panel.stop(); }
    void start_again() override { parts_.panel.start(); }
    void end_tokens() override { parts_.panel.auth().end_all_tokens(); }

    Person person(const std::string& name) override {
        const sim::User& user = at(name);
        Person person;
        person.status = sim::to_text(user.status);
        person.has_next_plan = user.next_plan.has_value();
        person.hold = user.on_hold_expire_duration;
        if (user.expire) {
            person.expire = TimePoint(std::chrono::seconds(*user.expire));
        }
        person.data_limit = user.data_limit;
        person.used = user.used_traffic;
        person.places.clear();
        for (const auto& [place, tag] : tags()) {
            if (!user.proxies.at("vless").excluded.contains(tag)) {
                person.places.insert(place);
            }
        }
        return person;
    }

    void change(const std::string& name, const Person& person) override {
        sim::User& user = at(name);
        user.status = sim::parse_status(person.status).value();
        user.next_plan.reset();
        if (person.has_next_plan && state().release() >= sim::Release::v0_8) {
            user.next_plan = marzban_test::some_plan();
        }
        user.on_hold_expire_duration = person.hold;
        user.expire.reset();
        if (person.expire) {
            user.expire = sim::unix_seconds(*person.expire);
        }
        user.data_limit = person.data_limit;
        user.used_traffic = person.used;
        auto& excluded = user.proxies.at("vless").excluded;
        excluded.clear();
        for (const auto& [place, tag] : tags()) {
            if (!person.places.contains(place)) {
                excluded.insert(tag);
            }
        }
    }

    void add(const std::string& name) override {
        state().add_user(marzban_test::sim_user(name), clock.now());
    }
    void remove(const std::string& name) override { state().delete_user(at(name).id, clock.now()); }
    std::size_t population() override { return state().users().size(); }
    void run_jobs(TimePoint now) override { state().run_jobs(now); }
    void enable(const std::string& name) override { put_status(name, sim::UserStatus::active); }
    void disable(const std::string& name) override { put_status(name, sim::UserStatus::disabled); }
    void renew(const std::string& name) override { state().reset(at(name), clock.now()); }
    void delete_place(const std::string& place) override {
        std::erase_if(state().inbounds(), [&](const sim::Inbound& each) {
            return each.tag == tags().at(place);
        });
    }

    void fail_orders(fairgate::sim::panel::FaultKind kind, int times) override {
        fairgate::sim::panel::CallFault fault;
        fault.kind = kind;
        fault.method = "PUT";
        fault.times = times;
        parts_.panel.add_fault(fault);
    }
    std::size_t orders() override { return parts_.panel.count("PUT", ""); }
    void lose_updates(int count) override { state().lose_updates(count); }
    bool connects(const std::string& name, TimePoint now) override {
        state().run_jobs(now);
        return node().connect(at(name).id, "198.51.100.7", 40'000, now).has_value();
    }
    void saw(const std::string& name, TimePoint time, Inside inside) override {
        parts_.enforcer->saw_connection(
            name, time, inside == Inside::another ? Carrier::inside_another : Carrier::direct
        );
    }

    Result<void> sync() override {
        const auto report = ask([&] { return sync_.full(); });
        return report ? Result<void>() : Result<void>(report.error());
    }
    std::size_t known() override { return parts_.directory.size(); }
    std::optional<std::string> account_of(const std::string& email) override {
        return parts_.directory.account_of_email(email);
    }
    std::string email_of(const std::string& name) override { return state().email_of(at(name)); }
    std::optional<Error> read_user(const std::string& name) override {
        const auto user = ask([&] { return parts_.client->user(name); });
        return user ? std::nullopt : std::optional(user.error());
    }

    Result<std::vector<std::string>> refresh_streams() override {
        const auto change = ask([&] { return streams_.refresh(); });
        if (!change) {
            return change.error();
        }
        std::vector<std::string> names;
        for (const auto& stream : change->added) {
            names.emplace_back(stream->node());
        }
        return names;
    }
    sources::Source& stream() override { return *streams_.all().at(0); }
    void write(const std::string& line) override { node().write(line); }
    void replace_core() override { state().reconnect_node(node(), clock.now()); }
    std::uint64_t times_opened() override { return streams_.all().at(0)->times_opened(); }

    std::vector<backends::panel::ProbeStep> probe() override {
        ProbeSettings settings;
        settings.log_patience = 1s;
        return ask([&] { return backends::marzban::probe(parts_.client, settings); });
    }

private:
    static SyncSettings pages(const WorldSettings& settings) {
        SyncSettings chosen = gentle_pages();
        chosen.page = settings.page;
        chosen.overlap = 3;
        return chosen;
    }
    static LogSettings log_settings(const WorldSettings& settings) {
        LogSettings chosen;
        chosen.stream.source = "sources.main";
        chosen.stream.nodes = {"de-1"};
        chosen.stream.silence = settings.silence;
        chosen.stream.dead = 30s;
        chosen.stream.first_wait = 5ms;
        chosen.stream.most_wait = 20ms;
        chosen.stream.patience = 20ms;
        chosen.stream.pause = 1ms;
        chosen.interval.reset();
        return chosen;
    }
    static const std::map<std::string, std::string>& tags() {
        static const std::map<std::string, std::string> all{
            {"main", "VLESS TCP"}, {"extra", "VLESS WS"}, {"slow", "SLOW"}
        };
        return all;
    }
    sim::PanelState& state() { return parts_.panel.state(); }
    sim::Core& node() { return state().nodes().at(1); }
    sim::User& at(const std::string& name) { return *state().find_user(name); }
    void put_status(const std::string& name, sim::UserStatus status) {
        sim::UserPatch patch;
        patch.status = status;
        patch.next_plan = at(name).next_plan;
        ASSERT_TRUE(state().modify(at(name), patch, clock.now()));
    }

    marzban_test::Parts parts_;
    DirectorySync sync_;
    LogStreams streams_;
};

}  // namespace

std::unique_ptr<World> make_marzban(const WorldSettings& settings) {
    return std::make_unique<MarzbanWorld>(sim::Release::v0_8, settings);
}
std::unique_ptr<World> make_old_marzban(const WorldSettings& settings) {
    return std::make_unique<MarzbanWorld>(sim::Release::v0_6, settings);
}

}  // namespace fairgate::conformance
