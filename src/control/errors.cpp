#include "control/errors.hpp"

#include "control/words.hpp"

#include <utility>

namespace fairgate::control::errors {

Error no_such(std::string_view kind, const std::string& name) {
    return {
        .code = "FG-CTL-001",
        .what = "there is no " + std::string(kind) + " " + name,
        .next = "fairgate " + std::string(kind == "source" ? "source list" : "status")
    };
}

Error no_account(const std::string& name) {
    return {
        .code = "FG-CTL-002",
        .what = "no account " + name + " is known",
        .cause = "no backend has it, and it was not seen in a log lately",
        .next = "fairgate account list --match " + as_argument(name)
    };
}

Error which_account(const std::string& name, const std::vector<AccountKey>& all) {
    std::string names;
    for (const AccountKey& key : all) {
        names += (names.empty() ? "" : ", ") + to_text(key);
    }
    return {
        .code = "FG-CTL-003",
        .what = "several backends have an account " + name,
        .cause = names,
        .state = "Nothing was changed.",
        .next = "say which one: " + (all.empty() ? name : to_text(all.front()))
    };
}

Error wrong_value(std::string pointer, std::string what, std::string next) {
    return {
        .code = "FG-CTL-004",
        .what = std::move(what),
        .where = std::move(pointer),
        .state = "Nothing was changed.",
        .next = std::move(next)
    };
}

Error set_in_file(const std::string& what, const std::string& key) {
    return {
        .code = "FG-CTL-005",
        .what = what + " is set in the configuration file, which commands do not change",
        .where = key,
        .state = "Nothing was changed.",
        .next = "remove it there, then: systemctl reload fairgate"
    };
}

Error not_set(const std::string& what) { return {.code = "FG-CTL-006", .what = what}; }

Error bad_cursor() {
    return {
        .code = "FG-CTL-007",
        .what = "this cursor does not belong to this list",
        .next = "begin again without a cursor"
    };
}

Error nothing_chosen() {
    return {
        .code = "FG-CTL-008",
        .what = "undo what? Say last, account, since or all",
        .state = "Nothing was changed.",
        .next = "fairgate decision list --state in_force"
    };
}

Error not_in_force(const std::string& id, const std::string& state) {
    return {
        .code = "FG-CTL-009",
        .what = id + " is not in force",
        .cause = "it is " + state,
        .state = "Nothing was changed.",
        .next = "fairgate why " + id
    };
}

Error no_complete_list(const std::string& backend) {
    return {
        .code = "FG-CTL-010",
        .what = "who is gone cannot be told: there is no complete list of accounts",
        .where = backend,
        .state = "Nothing was changed.",
        .next = "fairgate status"
    };
}

Error too_many_gone(std::size_t gone, std::size_t looked_at) {
    return {
        .code = "FG-CTL-011",
        .what = std::to_string(gone) + " of " + std::to_string(looked_at) +
                " settings would go, which looks more like a wrong list of accounts",
        .state = "Nothing was changed.",
        .next =
            "fairgate account cleanup --dry-run; then, if they are gone: fairgate account "
            "cleanup --all"
    };
}

}  // namespace fairgate::control::errors
