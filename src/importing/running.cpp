#include "importing/running.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace fairgate::importing {

namespace {

namespace fs = std::filesystem;

struct Process {
    std::vector<std::string> words;  ///< of its command line, without folders
    std::string folder;              ///< that it works in, its last part
};

Process read_process(const fs::path& folder) {
    Process process;
    std::ifstream file(folder / "cmdline", std::ios::binary);
    // By getline: a process that ends meanwhile makes reading fail, and an iterator over the buffer
    // throws then.
    for (std::string word; std::getline(file, word, '\0');) {
        process.words.push_back(fs::path(word).filename().string());
    }
    std::error_code error;
    process.folder = fs::read_symlink(folder / "cwd", error).filename().string();
    return process;
}

bool runs(const Process& process, std::string_view program, std::string_view script) {
    return !process.words.empty() && process.words.front().starts_with(program) &&
           std::ranges::find(process.words, script) != process.words.end();
}

bool is_of(const Process& process, Peer peer) {
    switch (peer) {
        case Peer::pg_limiter:
            return runs(process, "python", "limiter.py");
        case Peer::v2iplimit:
            return runs(process, "python", "v2iplimit.py") ||
                   (!process.words.empty() && process.words.front().starts_with("v2iplimit"));
        case Peer::marzban_sentry:
            return runs(process, "python", "main.py") && process.folder == "Marzban-Sentry";
        case Peer::luip:
            break;
    }
    return !process.words.empty() && process.words.front() == "node" &&
           process.folder == "luIP-marzban";
}

}  // namespace

std::optional<int> running_process(Peer peer, const std::string& proc) {
    std::error_code error;
    for (fs::directory_iterator at(proc, error), end_of_all; !error && at != end_of_all;
         at.increment(error)) {
        const fs::directory_entry& entry = *at;
        const std::string name = entry.path().filename().string();
        int number = 0;
        const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
        const bool is_process = failed == std::errc{} && end == name.data() + name.size();
        if (is_process && is_of(read_process(entry.path()), peer)) {
            return number;
        }
    }
    return std::nullopt;
}

}  // namespace fairgate::importing
