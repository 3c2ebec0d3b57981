// A replay of the wrong file would say that nobody is over a limit, which is worse than an error.
#include "cli/not_a_log.hpp"

#include "cli/skip_meaning.hpp"
#include "cli/text.hpp"

namespace fairgate::cli {

namespace {

constexpr std::size_t most_quoted = 120;  // what fits on a line or two of a terminal

std::string joined(const std::vector<std::string>& inputs) {
    constexpr std::size_t most_named = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(inputs.size(), most_named); ++i) {
        text += (i == 0 ? "" : ", ") + (inputs[i] == "-" ? "standard input" : inputs[i]);
    }
    const std::size_t more = inputs.size() - std::min(inputs.size(), most_named);
    return more == 0 ? text : text + " +" + std::to_string(more);
}

/// As one word of a shell.
std::string quoted(std::string_view text) {
    std::string word = "'";
    for (const char c : text) {
        word += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return word + "'";
}

/// How the operator sees for himself what became of the line.
std::string explain_command(const std::string& line, const std::vector<std::string>& inputs) {
    const bool can_be_typed = line.size() <= most_quoted && printable(line) == line;
    if (can_be_typed) {
        return "fairgate explain " + quoted(line);
    }
    const bool one_file = inputs.size() == 1 && inputs[0] != "-";
    return "fairgate explain --file " + (one_file ? quoted(inputs[0]) : "FILE") + " | head";
}

}  // namespace

std::optional<Error> not_a_log(
    const replay::ReplayReport& report, const std::vector<std::string>& inputs
) {
    const std::string error_log(logs::to_text(logs::Skip::error_log));
    const bool blank = !report.first_foreign && !report.skipped.contains(error_log);
    if (blank || report.foreign < report.lines) {
        return std::nullopt;
    }
    Error error{
        .code = "FG-RPL-003",
        .what = "this does not look like an access log",
        .where = joined(inputs),
        .cause = "lines read: " + std::to_string(report.lines) + ", lines of an access log: 0",
        .state = "nothing was counted.",
        .next = "fairgate explain LINE"
    };
    if (report.first_foreign) {
        const replay::BadLine& first = *report.first_foreign;
        const std::string_view shown = std::string_view(first.text).substr(0, most_quoted);
        error.cause += "; the first:\n" + printable(shown) +
                       (first.text.size() > most_quoted ? "..." : "") + "\n" +
                       std::string(meaning(first.why));
        error.next = explain_command(first.text, inputs);
    }
    return error;
}

}  // namespace fairgate::cli
