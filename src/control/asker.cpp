#include "control/asker.hpp"

#include <utility>

namespace fairgate::control {

namespace {

std::string name_of(Scope scope) {
    switch (scope) {
        case Scope::read:
            return "read";
        case Scope::write:
            return "write";
        case Scope::admin:
            break;
    }
    return "admin";
}

}  // namespace

Result<void> require(const Asker& asker, Scope needed) {
    if (asker.scope >= needed) {
        return {};
    }
    return Error{
        .code = "FG-AUTH-003",
        .what = asker.who + " may not do this",
        .cause = "it needs the scope " + name_of(needed) + ", and this is " + name_of(asker.scope),
        .state = "Nothing was changed.",
        .next = "use a token with the scope " + name_of(needed) + ", or the socket on that machine"
    };
}

enforcement::OrderedBy ordered_by(const Asker& asker, std::string reason) {
    return {asker.who, asker.via, std::move(reason), asker.request_id};
}

}  // namespace fairgate::control
