#include "cli/run.hpp"

#include "cli/help.hpp"
#include "cli/offer.hpp"
#include "cli/pager.hpp"
#include "cli/print.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace fairgate::cli {

namespace {

/// Writes every file that is made from tables below a folder; for those who change the tables.
int render(const std::filesystem::path& root, const Context& context) {
    auto files = rendered_files();
    if (context.around.programs.rendered) {
        std::ranges::move(context.around.programs.rendered(), std::back_inserter(files));
    }
    for (const auto& [path, content] : files) {
        std::filesystem::create_directories((root / path).parent_path());
        std::ofstream file(root / path, std::ios::binary);
        file << content;
        if (!file.good()) {
            const Error error{
                .code = "FG-CLI-013", .what = "cannot write a file", .where = (root / path).string()
            };
            return fail(context, error);
        }
    }
    return 0;
}

config::Environment variables() {
    config::Environment all;
    for (char* const* entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) {
            all.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return all;
}

Terminal terminal() {
    Terminal found;
    found.out = ::isatty(STDOUT_FILENO) == 1;
    found.err = ::isatty(STDERR_FILENO) == 1;
    found.in = ::isatty(STDIN_FILENO) == 1;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        found.columns = size.ws_col;
        found.rows = size.ws_row;
    }
    return found;
}

std::string executable_folder() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

bool wants_json(const std::vector<std::string>& words) {
    return std::ranges::find(words, "--json") != words.end();
}

}  // namespace

int run(const std::vector<std::string>& words, const Surroundings& around) {
    Context context{around, {}};
    context.look.now = around.clock->now();
    if (words.size() == 2 && words[0] == "__render") {
        return render(words[1], context);
    }
    if (words.size() >= 2 && words[0] == "__complete") {
        return offer_live_names(context, words[1], words.size() > 2 ? words[2] : "");
    }
    if (words.empty()) {
        *around.out << overview(around.terminal.columns) << std::flush;
        return 0;
    }
    const auto parsed = parse(words, context.look.now);
    if (!parsed) {
        context.look.format = wants_json(words) ? Format::json : Format::table;
        return fail(context, parsed.error());
    }
    context.look = look_for(*parsed, around);
    if (parsed->wants_help) {
        *around.out << command_help(*parsed->command, around.terminal.columns) << std::flush;
        return 0;
    }
    return parsed->command->run(context, *parsed);
}

Surroundings this_process(Programs programs) {
    static const SystemClock clock;
    Surroundings around;
    around.out = &std::cout;
    around.err = &std::cerr;
    around.in = &std::cin;
    around.terminal = terminal();
    around.environment = variables();
    around.clock = &clock;
    around.folder = executable_folder();
    around.programs = std::move(programs);
    if (around.terminal.out) {
        around.page = [environment = around.environment](const std::string& text) {
            return page(text, environment);
        };
    }
    around.sleep = [](std::chrono::milliseconds length) { std::this_thread::sleep_for(length); };
    around.connect = [](const ApiSettings& settings) { return connect(settings); };
    return around;
}

std::string_view version() { return FAIRGATE_VERSION; }

}  // namespace fairgate::cli
