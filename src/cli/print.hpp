#pragma once

#include "base/json.hpp"
#include "cli/context.hpp"
#include "cli/failure.hpp"

#include <functional>
#include <string>

namespace fairgate::cli {

/// Prints the error to standard error and gives its exit code.
int fail(const Context& context, const Error& error);

/// What the daemon said, in the chosen format: `data` inside the envelope for JSON, its elements
/// a line each for jsonl, and what `for_people` makes of it otherwise.
/// Writes text for people; what is longer than the terminal goes to the pager.
void show(const Context& context, const std::string& text);

void print(
    const Context& context,
    const Command& command,
    const json::Value& answer,
    const std::function<std::string(const json::Value& data)>& for_people
);

/// The data of an answer: its member "data", or the whole.
const json::Value& data_of(const json::Value& answer);
const json::Value& data_of(json::Value&& answer) = delete;

/// Which files, variables and flags a command line means as configuration.
config::Sources sources_of(const Context& context, const Invocation& invocation);

}  // namespace fairgate::cli
