#include "cli/pager.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <sys/wait.h>
#include <system_error>

namespace fairgate::cli {

namespace {

std::string variable(const config::Environment& environment, std::string_view name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

bool is_installed(std::string_view program, const std::string& path) {
    std::string_view rest = path;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        std::error_code failed;
        if (std::filesystem::exists(std::filesystem::path(rest.substr(0, end)) / program, failed)) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::string pager(const config::Environment& environment) {
    if (environment.contains("PAGER")) {
        const std::string said = variable(environment, "PAGER");
        return said == "cat" ? "" : said;
    }
    return is_installed("less", variable(environment, "PATH")) ? "less -FRX" : "";
}

}  // namespace

bool page(const std::string& text, const config::Environment& environment) {
    constexpr int not_found = 127;  // what a shell says of a program that is not there
    const std::string program = pager(environment);
    if (program.empty()) {
        return false;
    }
    // Whoever leaves the pager early has seen enough; the pipe's end is no failure then.
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    // PAGER is the user's own command line, as for man and git.
    // NOLINTNEXTLINE(bugprone-command-processor): see above
    std::FILE* pipe = ::popen(program.c_str(), "w");
    int ended = -1;
    if (pipe != nullptr) {
        std::fwrite(text.data(), 1, text.size(), pipe);
        ended = ::pclose(pipe);
    }
    std::signal(SIGPIPE, before);
    return ended != -1 && !(WIFEXITED(ended) && WEXITSTATUS(ended) == not_found);
}

}  // namespace fairgate::cli
