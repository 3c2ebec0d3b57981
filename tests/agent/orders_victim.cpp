#include "base/json.hpp"
#include "model/json.hpp"
#include "node_under_test.hpp"
#include "store/sqlite/store.hpp"

#include <boost/describe.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

// A node's measures on a real database, whose firewall is a file. It starts, takes up what it
// holds, takes one order of its hub, and prints how things stand; or it is killed at the n-th point
// on the way. Driven by orders_killed.py.
//
//     agent_orders_victim DATABASE RULES SECOND KILL_AT none|deny|lift [END_SECOND]
namespace fairgate::agent {
namespace {

const Denial first{.address = *Address::parse("203.0.113.5")};
const Denial second{.address = *Address::parse("2001:db8::5"), .local_port = 443};
constexpr std::int64_t number = 7;

/// When each of the two ends, in seconds since the beginning.
using FileRules = std::map<std::string, std::int64_t>;
const TimePoint beginning = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

std::int64_t second_of(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time - beginning).count();
}

void load(enforcement::Rules& rules, const std::string& path) {
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto kept = json::read<FileRules>(text, json::Unknown::refuse).value();
    for (const Denial& denial : {first, second}) {
        if (const auto found = kept.find(to_text(denial)); found != kept.end()) {
            rules[denial] = beginning + std::chrono::seconds(found->second);
        }
    }
}

void save(const enforcement::Rules& rules, const std::string& path) {
    FileRules kept;
    for (const auto& [denial, until] : rules) {
        kept[to_text(denial)] = second_of(until.value());
    }
    std::ofstream(path + ".new") << json::write(kept);
    std::filesystem::rename(path + ".new", path);
}

struct Report {
    int points = 0;  ///< at which it could have been killed
    std::vector<std::int64_t> held_until;
    std::vector<std::string> states;
};
BOOST_DESCRIBE_STRUCT(Report, (), (points, held_until, states))

link::Order order_of(const std::vector<std::string>& arguments) {
    link::Order order;
    order.key = {number, "ali"};
    order.kind = link::OrderKind::lift;
    if (arguments.at(5) == "deny") {
        order.kind = link::OrderKind::deny;
        order.until = beginning + std::chrono::seconds(std::stoi(arguments.at(6)));
        order.denials = {first, second};
        order.reason = "3 devices at once";
    }
    return order;
}

Report live(const std::vector<std::string>& arguments) {
    ManualClock clock{beginning};
    clock.advance(std::chrono::seconds(std::stoi(arguments.at(3))));
    const auto kept = store::sqlite::open({.path = arguments.at(1)}).value();
    NodeUnderTest node(*kept, clock);
    load(node.rules, arguments.at(2));
    node.on_change = [&] { save(node.rules, arguments.at(2)); };
    node.crash.die_by([] { std::raise(SIGKILL); });
    node.dies_at = std::stoi(arguments.at(4));
    node.start();
    if (arguments.at(5) != "none") {
        node.take(order_of(arguments));
    }
    Report report;
    report.points = node.crash.passed();
    for (const link::Done& held : node.measures().held()) {
        report.held_until.push_back(second_of(held.until.value()));
    }
    for (const Measure& measure : kept->measures().list({}, {}).value().rows) {
        report.states.emplace_back(boost::describe::enum_to_string(measure.state, ""));
    }
    node.crash.die_by([] { throw enforcement::Crash{}; });  // the end of this life is none by force
    return report;
}

}  // namespace
}  // namespace fairgate::agent

int main(int count, char** values) {
    const std::vector<std::string> arguments(values, values + count);
    try {
        std::puts(fairgate::json::write(fairgate::agent::live(arguments)).c_str());
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return EXIT_FAILURE;
    }
}
