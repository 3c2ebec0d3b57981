#include "base/json.hpp"
#include "enforcement/harness.hpp"
#include "store/sqlite/store.hpp"

#include <boost/describe.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// A small daemon on a real database, whose panel is a file. It starts, takes up what is open, does
// one thing, and prints how things stand; or it is killed at the n-th point on the way. Driven by
// crash_test.py.
//
//     enforcement_crash_victim DATABASE WORLD SECONDS KILL_AT none|block|undo [NAME LENGTH]
namespace fairgate::enforcement {
namespace {

struct FileAccount {
    std::int64_t id = 0;
    std::string status;
    std::string group;
    bool by_hand = false;
};
BOOST_DESCRIBE_STRUCT(FileAccount, (), (id, status, group, by_hand))
using FileWorld = std::map<std::string, FileAccount>;

void load(World& world, const std::string& path) {
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (const auto& [name, kept] : json::read<FileWorld>(text, json::Unknown::refuse).value()) {
        WorldAccount account{kept.id, Parts{kept.status, kept.group}};
        account.set_by = kept.by_hand ? SetBy::administrator : SetBy::act;
        world.accounts()[name] = account;
    }
}

void save(World& world, const std::string& path) {
    FileWorld kept;
    for (const auto& [name, account] : world.accounts()) {
        kept[name] = FileAccount{
            account.id,
            account.parts.status,
            account.parts.group,
            account.set_by == SetBy::administrator
        };
    }
    std::ofstream(path + ".new") << json::write(kept);
    std::filesystem::rename(path + ".new", path);
}

struct Report {
    int points = 0;  ///< at which it could have been killed
    int open = 0;
    int known = 0;  ///< measures in the journal
    std::vector<std::string> states;
};
BOOST_DESCRIBE_STRUCT(Report, (), (points, open, known, states))

Report live(const std::vector<std::string>& arguments) {
    Program program(store::sqlite::open({.path = arguments.at(1)}).value());
    load(program.world, arguments.at(2));
    program.world.on_change = [&] { save(program.world, arguments.at(2)); };
    program.clock.advance(std::chrono::seconds(std::stoi(arguments.at(3))));
    program.crash.die_by([] { std::raise(SIGKILL); });
    program.crash.crash_at(std::stoi(arguments.at(4)));
    program.resume();
    if (arguments.at(5) == "block") {
        program.block(arguments.at(6), std::chrono::seconds(std::stoi(arguments.at(7)))).value();
    } else if (arguments.at(5) == "undo") {
        for (const Measure& measure : program.executor().open()) {
            program.undo(measure.id).value();
        }
    }
    program.settle();
    Report report;
    report.points = program.crash.passed();
    report.open = static_cast<int>(program.executor().open().size());
    for (const Measure& measure : program.kept->measures().list({}, {}).value().rows) {
        report.states.emplace_back(boost::describe::enum_to_string(measure.state, ""));
    }
    report.known = static_cast<int>(report.states.size());
    return report;
}

}  // namespace
}  // namespace fairgate::enforcement

int main(int count, char** values) {
    const std::vector<std::string> arguments(values, values + count);
    try {
        std::puts(fairgate::json::write(fairgate::enforcement::live(arguments)).c_str());
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return EXIT_FAILURE;
    }
}
