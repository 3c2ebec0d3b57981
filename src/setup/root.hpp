#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::setup {

/// A program that runs, as /proc shows it.
struct Process {
    int pid = 0;
    std::string name;  ///< its first 15 characters
};

/// A tree of files that is only read, and never much of it: "/" of this machine, or what a test has
/// put together.
class Root {
public:
    explicit Root(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Where a path of that machine is for us.
    std::string place(std::string_view path) const;
    bool has(std::string_view path) const;
    /// The first 256 KiB of a plain file; nothing when it cannot be read.
    std::optional<std::string> text(std::string_view path) const;
    struct Facts {
        std::uint64_t bytes = 0;
        TimePoint changed;
    };
    std::optional<Facts> facts(std::string_view path) const;
    /// At most 4096.
    std::vector<Process> processes() const;

private:
    std::filesystem::path folder_;
};

}  // namespace fairgate::setup
