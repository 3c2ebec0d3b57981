#pragma once

#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "backends/pasarguard/enforcer.hpp"
#include "base/run.hpp"
#include "panel/carried.hpp"
#include "sim/pasarguard/panel.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <set>
#include <string>
#include <utility>

/// A simulated panel with two groups and a few users, our client of it, and what the daemon would
/// put around both. Time-outs and pauses are short; nothing sleeps.
namespace fairgate::panel_test {

namespace sim = fairgate::sim::pasarguard;
using namespace fairgate::backends::pasarguard;
using enforcement::Acted;
using enforcement::Restored;
using enforcement::Verification;

inline constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

inline sim::User sim_user(std::string name) {
    sim::User user;
    user.username = std::move(name);
    user.group_ids = {1};
    return user;
}

inline sim::NextPlan some_plan() {
    sim::NextPlan plan;
    plan.data_limit = 5'000;
    plan.expire = 86'400;
    return plan;
}

struct RigSettings {
    sim::PanelSettings panel;
    bool by_key = false;
    std::string username = "root";
    std::string password = "correct-horse";
    std::string pin;
};

inline RigSettings of_release(sim::Release release) {
    RigSettings settings;
    settings.panel.release = release;
    return settings;
}

class Rig {
public:
    explicit Rig(RigSettings settings = {})
        : panel(io.get_executor(), clock, settings.panel), client(connect(settings)) {
        enforcer = make_enforcer(client);
    }
    explicit Rig(sim::Release release) : Rig(of_release(release)) {}

    /// Runs one question to its end.
    template <class Start>
    auto ask(Start question) {
        return run(io, std::move(question));
    }

    sim::PanelState& state() { return panel.state(); }
    sim::User& ali() { return state().users().at(1); }

    std::shared_ptr<PanelClient> connect(const RigSettings& settings) {
        if (state().admins().empty()) {
            fill();
        }
        PanelSettings chosen;
        chosen.http.base = panel.base();
        chosen.http.trust.pinned_sha256 = settings.pin;
        chosen.http.request_timeout = std::chrono::milliseconds(300);
        chosen.http.connect_timeout = std::chrono::milliseconds(1'000);
        chosen.retry.first_wait = std::chrono::milliseconds(1);
        chosen.retry.most_wait = std::chrono::milliseconds(5);
        chosen.retry.first_login_pause = std::chrono::milliseconds(60'000);
        chosen.credentials.username = settings.username;
        chosen.credentials.password = settings.password;
        if (settings.by_key) {
            chosen.credentials = Credentials{"", "", panel.auth().add_api_key(1)};
        }
        return make_panel_client(io.get_executor(), std::move(chosen), 7).value();
    }

    std::unique_ptr<PanelEnforcer> make_enforcer(std::shared_ptr<PanelClient> by) {
        EnforcerSettings chosen;
        chosen.restricted_group = "restricted";
        return std::make_unique<PanelEnforcer>(std::move(by), directory, clock, chosen);
    }

    boost::asio::io_context io;
    ManualClock clock{start};
    sim::Panel panel;
    Directory directory{"main"};
    std::shared_ptr<PanelClient> client;
    std::unique_ptr<PanelEnforcer> enforcer;

private:
    void fill() {
        state().add_admin("root", "correct-horse", sim::owner_role());
        state().add_admin("seller", "seller-pass", sim::operator_role());
        state().add_group("main");
        state().add_group("restricted");
        state().add_group("extra");
        state().add_node("de-1", start);
        for (const char* name : {"ali.phone", "bea", "cem"}) {
            state().add_user(sim_user(name), start);
        }
    }
};

inline enforcement::Enforcer& enforcer_of(Rig& rig) { return *rig.enforcer; }

using Carried = conformance::Carried<Rig>;

}  // namespace fairgate::panel_test
