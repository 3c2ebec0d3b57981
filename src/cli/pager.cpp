#include "cli/pager.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <sys/wait.h>
#include <system_error>

namespace fairgate::cli {

namespace {

bool is_installed(std::string_view program) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): no thread sets it
    std::string_view rest = path == nullptr ? "/usr/bin:/bin" : path;
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

std::string pager() {
    const char* said = std::getenv("PAGER");  // NOLINT(concurrency-mt-unsafe)
    if (said != nullptr) {
        return std::string_view(said) == "cat" ? "" : said;
    }
    return is_installed("less") ? "less -FRX" : "";
}

}  // namespace

bool page(const std::string& text) {
    constexpr int not_found = 127;  // what a shell says of a program that is not there
    const std::string program = pager();
    if (program.empty()) {
        return false;
    }
    // Whoever leaves the pager early has seen enough; the pipe's end is no failure then.
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    // NOLINTNEXTLINE(cert-env33-c): PAGER is the user's own command line, as for man and git
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
