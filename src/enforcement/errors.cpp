#include "enforcement/errors.hpp"

#include "model/ids.hpp"

#include <boost/describe.hpp>

namespace fairgate::enforcement::errors {

namespace {

std::string account_of(const Measure& measure) {
    return measure.account.backend + "/" + measure.account.name;
}

}  // namespace

Error no_enforcer(const std::string& name) {
    return Error{
        .code = "FG-ENF-001",
        .what = "there is no enforcer \"" + name + "\"",
        .state = "nothing was done",
        .next = "fairgate enforcer list"
    };
}

Error cannot(const std::string& enforcer, Action action) {
    return Error{
        .code = "FG-ENF-002",
        .what = enforcer + " cannot " + boost::describe::enum_to_string(action, "do that"),
        .state = "nothing was done",
        .next = "fairgate enforcer list"
    };
}

Error over(const std::string& measure) {
    return Error{
        .code = "FG-ENF-003",
        .what = measure + " is over",
        .state = "nothing was changed",
        .next = "fairgate decision add"
    };
}

Error not_lifted(const Measure& measure) {
    return Error{
        .code = "FG-ENF-004",
        .what = account_of(measure) + " should be released and is not",
        .where = to_text(measure.id) + ", " + measure.enforcer,
        .cause = measure.last_error,
        .state = "it is tried again until it succeeds",
        .next = "fairgate doctor --only enforcer"
    };
}

Error no_effect(const Measure& measure) {
    return Error{
        .code = "FG-ENF-005",
        .what = "the order about " + account_of(measure) + " has no effect",
        .where = to_text(measure.id) + ", " + measure.enforcer,
        .cause = measure.note,
        .state = "it was ordered twice and is looked at now and then",
        .next = "fairgate why " + to_text(measure.decision)
    };
}

Error no_journal(const Error& store) {
    Error error = store;
    error.code = "FG-ENF-006";
    error.what = "the journal cannot be written, so nothing new is enforced";
    error.cause = to_line(store);
    error.state =
        "what is in force stays, what is due is lifted; it is tried again until it succeeds";
    return error;
}

Error broke_down(const std::string& enforcer, std::string_view cause) {
    return Error{
        .code = "FG-ENF-007",
        .what = enforcer + " broke down",
        .cause = std::string(cause),
        .state = "it is not known whether the order was carried out; it is tried again",
        .next = "report it with the daemon's log"
    };
}

Error not_looked_at(int measures) {
    const bool one = measures == 1;
    return Error{
        .code = "FG-ENF-008",
        .what = std::to_string(measures) + (one ? " measure has" : " measures have") +
                " not been looked at since the start",
        .state = "when the last run ended they were in force; one after the other is looked at",
        .next = "fairgate decision list"
    };
}

}  // namespace fairgate::enforcement::errors
