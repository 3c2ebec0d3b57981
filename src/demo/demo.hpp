#pragma once

#include "base/error.hpp"

#include <ostream>
#include <string>

namespace fairgate::demo {

/// What `fairgate demo` is told.
struct Order {
    std::string what;    ///< start, stop or status
    int speed = 1;       ///< how many times faster than life
    std::string listen;  ///< where the API listens on TCP; empty: a port of its own choice
    std::string version;
    std::string executable_folder;
};

/// start: a simulated PasarGuard panel with three nodes and a few hundred accounts on loopback, and
/// the daemon itself against it, until SIGINT, SIGTERM or SIGHUP. Everything is in one folder of
/// its own below the one for temporary files, and gone afterwards. No other panel, no firewall and
/// no configuration is touched: the configuration it runs with names the simulated panel only and
/// the environment is not read.
/// stop: ends the one that runs. status: tells about it. Gives the exit code.
Result<int> run(const Order& order, std::ostream& out);

}  // namespace fairgate::demo
