#include "backends/panel/probe_step.hpp"

#include <utility>

namespace fairgate::backends::panel::steps {

ProbeStep good(std::string name, std::string text) {
    ProbeStep step;
    step.name = std::move(name);
    step.text = std::move(text);
    return step;
}

ProbeStep bad(std::string name, const Error& error) {
    ProbeStep step;
    step.name = std::move(name);
    step.outcome = ProbeOutcome::bad;
    step.text = error.cause.empty() ? error.what : error.what + ": " + error.cause;
    step.code = error.code;
    step.next = error.next;
    return step;
}

/// About one of several: `which` stands before what was found.
ProbeStep bad_of(const std::string& which, std::string name, const Error& error) {
    ProbeStep step = bad(std::move(name), error);
    step.text = which + ": " + step.text;
    return step;
}

ProbeStep warning(std::string name, std::string text, std::string code, std::string next) {
    ProbeStep step;
    step.name = std::move(name);
    step.outcome = ProbeOutcome::warning;
    step.text = std::move(text);
    step.code = std::move(code);
    step.next = std::move(next);
    return step;
}

void skip(Steps& steps, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        ProbeStep step;
        step.name = name;
        step.outcome = ProbeOutcome::skipped;
        steps.push_back(std::move(step));
    }
}

bool is_about_the_way_there(const Error& error) {
    return error.code.starts_with("FG-NET-") || error.code.ends_with("-010");
}

/// The certificate: not trusted, for another name, not the pinned one, or no TLS at all.
bool is_about_tls(const Error& error) {
    return error.code >= "FG-NET-007" && error.code <= "FG-NET-010";
}

}  // namespace fairgate::backends::panel::steps
