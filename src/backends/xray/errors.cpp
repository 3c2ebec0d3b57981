#include "backends/xray/errors.hpp"

#include <string>

namespace fairgate::backends::xray {

namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

Error no_core(std::string_view place, std::string_view why) {
    return Error{
        .code = "FG-XRY-001",
        .what = "no Xray or V2Ray API answers there",
        .where = std::string(place),
        .cause = std::string(why),
        .next = "check backend.api, and api.services in the core's configuration"
    };
}

Error api_away(std::string_view place, const Error& why) {
    return Error{
        .code = "FG-XRY-002",
        .what = "the core's API does not answer",
        .where = std::string(place),
        .cause = to_line(why),
        .state = "what was blocked is blocked again as soon as it answers",
        .next = "look whether the core runs and whether the port of its API has changed"
    };
}

Error other_core(std::string_view place, std::string_view why) {
    return Error{
        .code = "FG-XRY-003",
        .what = "another core answers at this address",
        .where = std::string(place),
        .cause = std::string(why),
        .state = "nothing is changed there",
        .next = "set backend.api to the core's own address, or restart Fairgate if this is the one"
    };
}

Error service_off(std::string_view place, std::string_view service) {
    return Error{
        .code = "FG-XRY-004",
        .what = "the core's " + std::string(service) + " is not switched on",
        .where = std::string(place),
        .state = "nobody can be blocked here",
        .next = "add " + quoted(service) + " to api.services in the core's configuration"
    };
}

Error cannot_give_back(std::string_view account, std::string_view core) {
    return Error{
        .code = "FG-XRY-005",
        .what = "this core cannot tell what an account is, so nobody is removed from it",
        .where = std::string(account),
        .cause = std::string(core),
        .state = "the account was not touched",
        .next = "set backend.config to the core's configuration file, or use Xray 24.11.5 or newer"
    };
}

Error shared_credential(std::string_view account, std::string_view tag) {
    return Error{
        .code = "FG-XRY-006",
        .what = "another account has the same id or password, and would be removed with this one",
        .where = std::string(account) + " in " + quoted(tag),
        .state = "the account was not touched",
        .next = "give each account an id of its own"
    };
}

Error last_of_hysteria(std::string_view account, std::string_view tag) {
    return Error{
        .code = "FG-XRY-007",
        .what = "without its last account this Hysteria inbound would let everybody in",
        .where = std::string(account) + " in " + quoted(tag),
        .state = "the account was not touched",
        .next = "add a second account to that inbound"
    };
}

Error bad_accounts_file(std::string_view file, std::string_view why) {
    return Error{
        .code = "FG-XRY-008",
        .what = "the core's configuration file cannot be read",
        .where = std::string(file),
        .cause = std::string(why),
        .state = "nobody is removed from this core",
        .next = "check backend.config and who may read that file"
    };
}

Error newer_than_core(std::string_view file) {
    return Error{
        .code = "FG-XRY-009",
        .what = "the core's configuration file has changed since the core was started",
        .where = std::string(file),
        .state = "the account was not touched: what the core has now cannot be told",
        .next = "restart the core"
    };
}

Error not_removed(std::string_view account, std::string_view tag) {
    return Error{
        .code = "FG-XRY-010",
        .what = "the core took the order and the account is still there",
        .where = std::string(account) + " in " + quoted(tag),
        .next = "look whether a panel adds it again"
    };
}

Error bad_image(std::string_view which, std::string_view why) {
    return Error{
        .code = "FG-XRY-011",
        .what = "what the journal kept of an account cannot be read",
        .where = std::string(which),
        .cause = std::string(why),
        .next = "restore the account by restarting the core"
    };
}

Error not_put_back(std::string_view account, std::string_view tag) {
    return Error{
        .code = "FG-XRY-012",
        .what = "the core took the order and the account is not there",
        .where = std::string(account) + " in " + quoted(tag),
        .next = "look whether a panel removes it"
    };
}

Error no_inbounds(std::string_view place) {
    return Error{
        .code = "FG-XRY-013",
        .what = "this core does not list its inbounds",
        .where = std::string(place),
        .state = "nobody can be blocked here",
        .next = "set backend.inbounds to their tags, or backend.config to the core's file"
    };
}

}  // namespace fairgate::backends::xray
