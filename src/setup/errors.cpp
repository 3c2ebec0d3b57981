#include "setup/errors.hpp"

#include "setup/questions.hpp"

namespace fairgate::setup::errors {

namespace {

constexpr std::string_view unchanged = "nothing was changed";

}  // namespace

Error nobody_to_ask() {
    return {
        .code = "FG-SET-001",
        .what = "setup asks questions, and there is no terminal to ask them at",
        .state = std::string(unchanged),
        .next = "run it in a terminal, or: fairgate setup --from answers.toml"
    };
}

Error no_answer(std::string_view key, std::string_view why) {
    return {
        .code = "FG-SET-002",
        .what = "an answer is missing: " + std::string(key),
        .cause = std::string(why),
        .state = std::string(unchanged),
        .next =
            "write " + std::string(key) + " into the file of answers, or set " + variable_of(key)
    };
}

Error bad_answer(std::string_view key, const std::string& expected, const std::string& next) {
    return {
        .code = "FG-SET-003",
        .what = "this is no answer to " + std::string(key),
        .cause = "expected " + expected,
        .state = std::string(unchanged),
        .next = next
    };
}

Error other_certificate(const std::string& place, const std::string& shown) {
    return {
        .code = "FG-SET-004",
        .what = "the certificate of the panel is not trusted",
        .where = place,
        .cause = shown,
        .state = "nothing was sent to it",
        .next =
            "compare the fingerprint with the panel's, then name it in panel.certificate; or "
            "use an address that its certificate is for"
    };
}

Error faulty_configuration(const std::string& file, std::size_t faults) {
    return {
        .code = "FG-SET-005",
        .what = "the configuration that is there has faults",
        .where = file,
        .cause = std::to_string(faults) + (faults == 1 ? " fault" : " faults"),
        .state = std::string(unchanged),
        .next = "correct it first: fairgate config check"
    };
}

Error cannot_extend(const std::string& file) {
    return {
        .code = "FG-SET-006",
        .what =
            "the configuration is written in a form that setup cannot extend without losing "
            "comments",
        .where = file,
        .state = std::string(unchanged),
        .next = "run setup in a terminal: it writes a new file beside it and shows the difference"
    };
}

Error cannot_write(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-SET-007",
        .what = "a file cannot be written",
        .where = file,
        .cause = cause,
        .state = "the configuration is as it was",
        .next = "check the folder and the space on the disk, then: fairgate setup"
    };
}

Error result_has_faults(const std::string& file, const Error& first) {
    return {
        .code = "FG-SET-008",
        .what = "the configuration would have faults, so it was not written",
        .where = file,
        .cause = to_line(first),
        .state = std::string(unchanged),
        .next =
            "look at conf.d, secrets.toml and FAIRGATE_ variables: fairgate config show --origin"
    };
}

Error stopped(const std::string& kept) {
    return {
        .code = "FG-SET-009",
        .what = "setup was left before its end",
        .where = kept,
        .state = "the configuration is as it was",
        .next = kept.empty() ? "fairgate setup" : "fairgate setup goes on where you were"
    };
}

Error not_allowed(const std::string& folder, const std::string& cause) {
    return {
        .code = "FG-SET-010",
        .what = "this user may not write the configuration",
        .where = folder,
        .cause = cause,
        .state = std::string(unchanged),
        .next = "sudo fairgate setup"
    };
}

Error unusable_log(const std::string& path, const std::string& cause, const std::string& next) {
    return {
        .code = "FG-SET-011",
        .what = "this log cannot be watched",
        .where = path,
        .cause = cause,
        .state = std::string(unchanged),
        .next = next
    };
}

Error nothing_to_watch() {
    return {
        .code = "FG-SET-012",
        .what = "no panel, no core and no log was given, so there is nothing to watch",
        .state = std::string(unchanged),
        .next = "answer panel.url, core.api or log.path"
    };
}

Error bad_answers_file(const std::string& file, const std::string& cause) {
    return {
        .code = "FG-SET-013",
        .what = "the file of answers cannot be understood",
        .where = file,
        .cause = cause,
        .state = std::string(unchanged),
        .next = "fairgate help FG-SET-013"
    };
}

Error no_right(const std::string& place, const std::string& what, const std::string& next) {
    return {
        .code = "FG-SET-014",
        .what = "the account lacks a right that limits need",
        .where = place,
        .cause = what,
        .state = std::string(unchanged),
        .next = next
    };
}

Error changed_meanwhile(const std::string& file) {
    return {
        .code = "FG-SET-015",
        .what = "the configuration was changed while setup asked its questions",
        .where = file,
        .state = "nothing was written over it",
        .next = "fairgate setup"
    };
}

}  // namespace fairgate::setup::errors
