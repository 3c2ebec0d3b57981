#pragma once

#include "base/json.hpp"
#include "cli/command.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Everything that is made from the table of commands.
namespace fairgate::cli {

/// "fairgate limit set [flags] who [devices]"
std::string usage(const Command& command);

/// The list of all commands; of those of one noun; of one command.
std::string overview(std::size_t width);
std::string noun_help(std::string_view noun, std::size_t width);
std::string command_help(const Command& command, std::size_t width);

json::Value help_json(const Command& command);
json::Value help_json_of_all();

/// A completion script for bash, zsh or fish.
std::string completion(std::string_view shell);

/// Manual pages as mdoc: fairgate(1) for the program, fairgate-limit-set(1) for a command.
std::string man_page_of_program();
std::string man_page(const Command& command);
std::string man_page_name(std::string_view command_path);

/// docs/cli.md
std::string cli_page();

/// Every file that is made from tables and kept in the repository: path and content.
std::vector<std::pair<std::string, std::string>> rendered_files();

/// The exit codes and what they mean, for pages.
struct ExitCode {
    std::string_view code;
    std::string_view meaning;
};
std::span<const ExitCode> exit_codes();

}  // namespace fairgate::cli
