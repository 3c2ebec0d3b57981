#include "demo/demo.hpp"

#include "base/paced_clock.hpp"
#include "config/load.hpp"
#include "daemon/daemon.hpp"
#include "demo/fleet.hpp"
#include "demo/folder.hpp"
#include "demo/people.hpp"
#include "demo/screen.hpp"
#include "geo/installed_table.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

namespace fairgate::demo {

namespace {

using namespace std::chrono_literals;

constexpr int crowd = 300;
constexpr int greatest_speed = 60;
/// How long `stop` waits for the other process.
constexpr auto stop_within = 10s;

std::string random_token() {
    constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::random_device random;
    std::string secret;
    for (int i = 0; i < 32; ++i) {
        secret += letters[random() % letters.size()];
    }
    return "fg_demo_" + secret;
}

/// The daemon's configuration, as an operator would write it. The ladder is short and the breaker
/// wide: many are found in the first minutes of a story.
std::string configuration(const Folder& folder, const Order& order, const std::string& panel) {
    const std::string listen = order.listen.empty() ? "127.0.0.1:0" : order.listen;
    return "[daemon]\nstate_dir = \"" + folder.path() + "\"\nsocket = \"" + folder.socket() +
           "\"\nlisten = \"" + listen + "\"\ntoken_file = \"" + folder.path() + "/token" +
           "\"\n\n[limits]\ngeneral = 1\n\n[ladder]\nsteps = [\"2m\", \"10m\", \"1h\"]\n\n"
           "[mode]\nglobal = \"enforce\"\n\n[breaker]\nmost_blocks = 20\n\n"
           "[[backend]]\nname = \"panel\"\ntype = \"pasarguard\"\nurl = \"" +
           panel + "\"\nusername = \"" + panel_username + "\"\npassword_file = \"" + folder.path() +
           "/panel-password\"\n";
}

/// Writes the files that the daemon reads; gives its configuration's.
Result<std::string> write_files(
    const Folder& folder, const Order& order, const std::string& panel
) {
    for (const auto& [name, text] :
         {std::pair<std::string_view, std::string>("token", random_token() + "\n"),
          {"panel-password", std::string(panel_password) + "\n"}}) {
        if (auto written = folder.write(name, text); !written) {
            return written.error();
        }
    }
    return folder.write("fairgate.toml", configuration(folder, order, panel));
}

Error no_demo_runs() {
    return {
        .code = "FG-DEMO-003",
        .what = "no demo of yours is running",
        .where = folder_path(),
        .next = "fairgate demo start"
    };
}

/// Where this program is, unless every shell looks there.
std::string missing_path(const std::string& executable_folder) {
    constexpr std::array<std::string_view, 3> usual{"/usr/local/bin", "/usr/bin", "/bin"};
    return std::ranges::find(usual, executable_folder) == usual.end() ? executable_folder : "";
}

/// The TCP part of "/…/api.sock and 127.0.0.1:34567".
std::string tcp_part(const std::string& where) {
    constexpr std::string_view between = " and ";
    const std::size_t at = where.rfind(between);
    return at == std::string::npos ? where : where.substr(at + between.size());
}

Result<int> start(const Order& order, std::ostream& out) {
    if (order.speed < 1 || order.speed > greatest_speed) {
        return Error{
            .code = "FG-DEMO-004",
            .what = "the demo cannot run " + std::to_string(order.speed) + " times as fast as life",
            .next = "choose 1 to " + std::to_string(greatest_speed)
        };
    }
    auto folder = Folder::take();
    if (!folder) {
        return folder.error();
    }
    const bool has_networks = !geo::installed_table(order.executable_folder).empty();
    const auto space =
        has_networks ? sim::traffic::AddressSpace::routed : sim::traffic::AddressSpace::unrouted;
    const std::vector<Person> everybody = people(space, crowd);
    const FastClock clock(order.speed);
    Fleet fleet(clock, everybody, space);
    const auto file = write_files(*folder, order, fleet.panel_url());
    if (!file) {
        return file.error();
    }
    daemon::DaemonSettings settings;
    settings.read_from.file = *file;
    settings.loaded = config::load(settings.read_from);
    if (!settings.loaded.faults.empty()) {
        return settings.loaded.faults.front();
    }
    settings.version = order.version;
    settings.executable_folder = order.executable_folder;
    settings.clock = &clock;
    settings.ready = [&](const std::string& where) {
        Scene scene;
        scene.speed = order.speed;
        scene.crowd = crowd;
        scene.folder = folder->path();
        scene.api = "http://" + tcp_part(where);
        scene.token_file = folder->path() + "/token";
        scene.path = missing_path(order.executable_folder);
        scene.has_networks = has_networks;
        out << first_screen(scene, everybody) << std::flush;
        fleet.begin(folder->socket(), out);
    };
    fleet.open();
    const auto ended = daemon::run(std::move(settings));
    const Tally tally = fleet.close();
    if (!ended) {
        return ended.error();
    }
    out << last_screen(tally, everybody) << std::flush;
    return 0;
}

Result<int> stop(std::ostream& out) {
    const auto process = holder();
    if (!process) {
        return no_demo_runs();
    }
    ::kill(*process, SIGTERM);
    for (auto waited = 0ms; waited < stop_within; waited += 50ms) {
        if (!holder()) {
            out << "the demo is over\n" << std::flush;
            return 0;
        }
        std::this_thread::sleep_for(50ms);
    }
    return Error{
        .code = "FG-DEMO-005",
        .what = "the demo did not end when it was told to",
        .where = "process " + std::to_string(*process),
        .state = "it may still run",
        .next = "kill -9 " + std::to_string(*process)
    };
}

Result<int> status(std::ostream& out) {
    const auto process = holder();
    if (!process) {
        return no_demo_runs();
    }
    out << "a demo runs as process " << *process
        << "; to ask it:\n\n  export FAIRGATE_SERVER=unix:" << folder_path() << "/api.sock\n"
        << std::flush;
    return 0;
}

}  // namespace

Result<int> run(const Order& order, std::ostream& out) {
    if (order.what == "stop") {
        return stop(out);
    }
    return order.what == "status" ? status(out) : start(order, out);
}

}  // namespace fairgate::demo
