#pragma once

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/marzban/enforcer.hpp"
#include "base/run.hpp"
#include "panel/carried.hpp"
#include "sim/marzban/panel.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

/// A simulated Marzban panel with three inbounds and a few users, our client of it, and what the
/// daemon would put around both. Time-outs and pauses are short; nothing sleeps.
namespace fairgate::marzban_test {

namespace sim = fairgate::sim::marzban;
using namespace fairgate::backends::marzban;

inline constexpr TimePoint start{std::chrono::seconds{1'785'960'000}};

inline sim::User sim_user(std::string name) {
    sim::User user;
    user.username = std::move(name);
    user.proxies["vless"].excluded = {"VLESS WS", "SLOW"};
    return user;
}

inline sim::NextPlan some_plan() {
    sim::NextPlan plan;
    plan.data_limit = 5'000;
    plan.expire = 1'800'000'000;
    return plan;
}

struct RigSettings {
    sim::PanelSettings panel = quick();
    std::string username = "root";
    std::string password = "correct-horse";
    std::chrono::milliseconds change_every{0};
    int attempts = 3;  ///< of a call that may be repeated

    static sim::PanelSettings quick() {
        sim::PanelSettings settings;
        settings.poll_every = std::chrono::milliseconds(5);
        settings.node_batch_every = std::chrono::milliseconds(10);
        settings.ping_every = std::chrono::milliseconds(10);
        settings.database_patience = std::chrono::milliseconds(30);
        return settings;
    }
};

/// "root" is the environment's administrator, "boss" a sudo one of the database, "seller" neither.
struct Parts {
    Parts(boost::asio::io_context& context, const Clock& clock, const RigSettings& settings)
        : io(context), panel(io.get_executor(), clock, settings.panel) {
        fill();
        client = connect(settings);
        enforcer = make_enforcer(client, clock);
    }

    std::shared_ptr<PanelClient> connect(const RigSettings& settings) {
        PanelSettings chosen;
        chosen.http.base = panel.base();
        chosen.http.request_timeout = std::chrono::milliseconds(300);
        chosen.http.connect_timeout = std::chrono::milliseconds(1'000);
        chosen.retry.attempts = settings.attempts;
        chosen.retry.first_wait = std::chrono::milliseconds(1);
        chosen.retry.most_wait = std::chrono::milliseconds(5);
        chosen.retry.first_login_pause = std::chrono::milliseconds(60'000);
        chosen.credentials.username = settings.username;
        chosen.credentials.password = settings.password;
        chosen.pace.first = settings.change_every;
        return make_panel_client(io.get_executor(), std::move(chosen), 7).value();
    }

    std::unique_ptr<PanelEnforcer> make_enforcer(
        std::shared_ptr<PanelClient> by, const Clock& clock
    ) {
        EnforcerSettings chosen;
        chosen.restricted_inbounds = {"SLOW"};
        return std::make_unique<PanelEnforcer>(std::move(by), directory, clock, chosen);
    }

    boost::asio::io_context& io;
    sim::Panel panel;
    Directory directory{"main"};
    std::shared_ptr<PanelClient> client;
    std::unique_ptr<PanelEnforcer> enforcer;

private:
    void fill() {
        sim::PanelState& state = panel.state();
        state.add_environment_admin("root", "correct-horse");
        state.add_sudo("boss", "boss-pass");
        state.add_admin("seller", "seller-pass");
        state.inbounds().clear();
        for (const char* tag : {"VLESS TCP", "VLESS WS", "SLOW"}) {
            sim::Inbound inbound;
            inbound.tag = tag;
            state.add_inbound(inbound);
        }
        state.add_node("de-1", start);
        for (const char* name : {"ali.phone", "bea", "cem"}) {
            state.add_user(sim_user(name), start);
        }
    }
};

class Rig {
public:
    explicit Rig(RigSettings settings = {}) : parts(io, clock, settings) {}

    /// Runs one question to its end.
    template <class Start>
    auto ask(Start question) {
        return run(io, std::move(question));
    }
    sim::PanelState& state() { return parts.panel.state(); }
    sim::User& ali() { return *state().find_user("ali.phone"); }
    PanelClient& client() { return *parts.client; }

    boost::asio::io_context io;
    ManualClock clock{start};
    Parts parts;
};

inline enforcement::Enforcer& enforcer_of(Rig& rig) { return *rig.parts.enforcer; }

}  // namespace fairgate::marzban_test
