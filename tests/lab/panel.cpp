// A simulated PasarGuard panel as a program of its own, for the lab:
//
//   lab_panel LISTEN CERTIFICATE KEY SLOW_MS NAME...
//
// Prints "account NAME EMAIL" for each account, "ready", and then each call that is not a read.
// Changes are answered SLOW_MS late, so that a test can kill the daemon while one is under way.
#include "sim/pasarguard/panel.hpp"

#include "base/clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

using namespace fairgate;
namespace pasarguard = fairgate::sim::pasarguard;

namespace {

void print(const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
}

void fill(pasarguard::PanelState& state, TimePoint now, int count, char** names) {
    state.add_admin("fairgate", "lab-password", pasarguard::owner_role());
    state.add_group("main");
    for (int i = 0; i < count; ++i) {
        pasarguard::User user;
        user.username = names[i];
        user.group_ids = {1};
        const pasarguard::User& added = state.add_user(user, now);
        print("account " + added.username + " " + state.email_of(added));
    }
}

void slow_down(pasarguard::Panel& panel, std::chrono::milliseconds delay) {
    for (const char* method : {"PUT", "POST"}) {
        pasarguard::CallFault slow;
        slow.kind = pasarguard::FaultKind::slow;
        slow.method = method;
        slow.path_start = "/api/user";
        slow.times = -1;
        slow.delay = delay;
        panel.add_fault(slow);
    }
}

int run(int count, char** words) {
    if (count < 6) {
        print("usage: lab_panel LISTEN CERTIFICATE KEY SLOW_MS NAME...");
        return 2;
    }
    boost::asio::io_context io;
    const SystemClock clock;
    pasarguard::PanelSettings settings;
    settings.listen = words[1];
    settings.certificate_file = words[2];
    settings.key_file = words[3];
    pasarguard::Panel panel(io.get_executor(), clock, settings);
    fill(panel.state(), clock.now(), count - 5, words + 5);
    slow_down(panel, std::chrono::milliseconds(std::stoi(words[4])));
    panel.after_call = [](const http::Request& request) {
        if (request.method != "GET") {
            print(request.method + " " + request.target + " " + request.body);
        }
    };
    boost::asio::signal_set stop(io, SIGTERM, SIGINT);
    stop.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    print("ready");
    io.run();
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& failure) {
        print(failure.what());
        return 1;
    }
}
