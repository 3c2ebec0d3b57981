#pragma once

#include "base/clock.hpp"
#include "cli/api.hpp"
#include "cli/look.hpp"
#include "cli/parse.hpp"
#include "config/load.hpp"
#include "importing/comparison.hpp"
#include "importing/plan.hpp"

#include <chrono>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::cli {

/// What the daemon is started with.
struct DaemonOrder {
    config::Loaded loaded;    ///< without faults
    config::Sources sources;  ///< to read it again from
};

/// What `fairgate demo` is told.
struct DemoOrder {
    std::string what;  ///< start, stop, status
    int speed = 1;
    std::string listen;  ///< empty: a port of its own choice
};

/// What `fairgate agent` is started with, or told.
struct AgentOrder {
    config::Settings settings;
    std::string token;           ///< to join by; empty: run
    std::string ssh_connection;  ///< of who started it, as in the environment
};

/// What `fairgate import` is told.
struct ImportOrder {
    importing::Plan plan;     ///< without faults
    config::Sources sources;  ///< the configuration that is there
    TimePoint now;
    std::string folder;  ///< --out; empty: into the configuration and the database
    enum class Does { look, take_over } does = Does::look;
};

/// Programs that are more than a client. main gives those it was built with.
struct Programs {
    std::function<Result<int>(const DaemonOrder&)> daemon;
    std::function<Result<int>(const DemoOrder&, std::ostream&)> demo;
    std::function<Result<int>(const AgentOrder&, std::ostream&)> agent;
    std::function<Result<importing::Comparison>(const ImportOrder&)> take_over;
    /// Files in the checkout that are made of other tables than the commands': path and content.
    std::function<std::vector<std::pair<std::string, std::string>>()> rendered;
};

/// Everything outside a command, as main found it.
struct Surroundings {
    std::ostream* out = nullptr;
    std::ostream* err = nullptr;
    std::istream* in = nullptr;
    Terminal terminal;
    config::Environment environment;
    const Clock* clock = nullptr;
    std::string folder;  ///< the executable's: tables of networks are looked for beside it
    Programs programs;
    std::function<Result<std::unique_ptr<Api>>(const ApiSettings&)> connect;
    std::function<void(std::chrono::milliseconds)> sleep;
    /// Shows a long text page by page; false when it could not. None: there is no terminal.
    std::function<bool(const std::string& text)> page;
};

/// What a command works with.
struct Context {
    const Surroundings& around;
    Look look;

    std::ostream& out() const { return *around.out; }
    std::ostream& err() const { return *around.err; }
};

}  // namespace fairgate::cli
