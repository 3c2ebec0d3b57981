#include "setup/root.hpp"

#include <charconv>
#include <fstream>
#include <sys/stat.h>

namespace fairgate::setup {

namespace {

constexpr std::size_t most_text = 256U << 10U;
constexpr std::size_t most_processes = 4096;

}  // namespace

std::string Root::place(std::string_view path) const {
    return (folder_ / std::filesystem::path(path).relative_path()).string();
}

bool Root::has(std::string_view path) const {
    struct stat status{};
    return ::stat(place(path).c_str(), &status) == 0;
}

std::optional<std::string> Root::text(std::string_view path) const {
    struct stat status{};
    const std::string where = place(path);
    // A pipe or a device would make us wait.
    if (::stat(where.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    std::ifstream file(where, std::ios::binary);
    std::string text(most_text, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (!file && file.gcount() == 0 && status.st_size > 0)) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::optional<Root::Facts> Root::facts(std::string_view path) const {
    struct stat status{};
    if (::stat(place(path).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return std::nullopt;
    }
    Facts facts;
    facts.bytes = static_cast<std::uint64_t>(status.st_size);
    facts.changed = TimePoint(std::chrono::seconds(status.st_mtim.tv_sec));
    return facts;
}

std::vector<Process> Root::processes() const {
    std::vector<Process> all;
    std::error_code error;
    for (std::filesystem::directory_iterator at(place("/proc"), error), end_of_all;
         !error && at != end_of_all;
         at.increment(error)) {
        const std::string number = at->path().filename().string();
        Process process;
        const auto [end, failure] =
            std::from_chars(number.data(), number.data() + number.size(), process.pid);
        if (failure != std::errc{} || end != number.data() + number.size()) {
            continue;
        }
        process.name = text("/proc/" + number + "/comm").value_or("");
        while (process.name.ends_with('\n')) {
            process.name.pop_back();
        }
        all.push_back(std::move(process));
        if (all.size() == most_processes) {
            break;
        }
    }
    return all;
}

}  // namespace fairgate::setup
