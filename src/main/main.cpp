#include "agent/agent.hpp"
#include "api/openapi.hpp"
#include "cli/run.hpp"
#include "daemon/daemon.hpp"
#include "demo/demo.hpp"
#include "importing/applying/apply.hpp"

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

std::string executable_folder() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

fairgate::Result<int> run_daemon(const fairgate::cli::DaemonOrder& order) {
    fairgate::daemon::DaemonSettings settings;
    settings.loaded = order.loaded;
    settings.read_from = order.sources;
    settings.version = FAIRGATE_VERSION;
    settings.executable_folder = executable_folder();
    settings.log = [](const std::string& line) { std::clog << line << '\n' << std::flush; };
    settings.ready = [](const std::string& where) {
        std::clog << "fairgate: running; the API is on " << where << '\n' << std::flush;
    };
    const auto ended = fairgate::daemon::run(std::move(settings));
    if (!ended) {
        return ended.error();
    }
    return 0;
}

fairgate::Result<int> run_agent(const fairgate::cli::AgentOrder& order, std::ostream& out) {
    if (!order.token.empty()) {
        const auto joined =
            fairgate::agent::join(order.token, order.settings.agent.state_dir, FAIRGATE_VERSION);
        if (!joined) {
            return joined.error();
        }
        out << "This machine is node " << joined->node << " of the hub at " << joined->hub
            << ".\nNow: systemctl enable --now fairgate-agent (or: fairgate agent)\n";
        return 0;
    }
    fairgate::agent::AgentSettings settings;
    settings.settings = order.settings;
    settings.ssh_connection = order.ssh_connection;
    settings.version = FAIRGATE_VERSION;
    settings.log = [](const std::string& line) { std::clog << line << '\n' << std::flush; };
    const auto ended = fairgate::agent::run(std::move(settings));
    if (!ended) {
        return ended.error();
    }
    return 0;
}

fairgate::Result<int> run_demo(const fairgate::cli::DemoOrder& order, std::ostream& out) {
    fairgate::demo::Order demo;
    demo.what = order.what;
    demo.speed = order.speed;
    demo.listen = order.listen;
    demo.version = FAIRGATE_VERSION;
    demo.executable_folder = executable_folder();
    return fairgate::demo::run(demo, out);
}

fairgate::Result<fairgate::importing::Comparison> take_over(const fairgate::cli::ImportOrder& order
) {
    using Does = fairgate::cli::ImportOrder::Does;
    namespace applying = fairgate::importing::applying;
    const applying::Target target{order.sources, order.now};
    if (!order.folder.empty()) {
        return order.does == Does::look ? applying::look_out(order.plan, order.folder)
                                        : applying::write_out(order.plan, order.folder);
    }
    return order.does == Does::look ? applying::compare(order.plan, target)
                                    : applying::apply(order.plan, target);
}

std::vector<std::pair<std::string, std::string>> rendered() {
    return {{"docs/openapi.json", fairgate::api::openapi()}};
}

}  // namespace

int main(int argc, char** argv) {
    fairgate::cli::Programs programs;
    programs.daemon = run_daemon;
    programs.demo = run_demo;
    programs.agent = run_agent;
    programs.take_over = take_over;
    programs.rendered = rendered;
    return fairgate::cli::run(
        {argv + 1, argv + argc}, fairgate::cli::this_process(std::move(programs))
    );
}
