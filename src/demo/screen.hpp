#pragma once

#include "demo/people.hpp"
#include "demo/teller.hpp"

#include <string>
#include <vector>

namespace fairgate::demo {

/// What the first screen is made of.
struct Scene {
    int speed = 1;
    std::size_t crowd = 0;
    std::string folder;      ///< of the demo
    std::string api;         ///< "http://127.0.0.1:34567"
    std::string token_file;  ///< of its API on TCP
    std::string path;        ///< to put before PATH; empty: `fairgate` is found as it is
    bool has_networks = true;
};

/// What runs, which stories play, what to try. No line is longer than 80 characters, commands
/// apart.
std::string first_screen(const Scene& scene, const std::vector<Person>& everybody);

std::string last_screen(const Tally& tally, const std::vector<Person>& everybody);

}  // namespace fairgate::demo
