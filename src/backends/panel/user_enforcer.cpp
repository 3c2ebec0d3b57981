#include "backends/panel/user_enforcer.hpp"

namespace fairgate::backends::panel {

using enforcement::Acted;
using enforcement::Restored;

Acted acted(Acted::Kind kind, std::string text) {
    Acted result;
    result.kind = kind;
    result.text = std::move(text);
    return result;
}

Acted acted_on_nobody() { return acted(Acted::Kind::gone, "the user is no longer in the panel"); }

Restored restored(Restored::Kind kind, std::string text) {
    Restored result;
    result.kind = kind;
    result.text = std::move(text);
    return result;
}

Restored restored_nobody() {
    return restored(Restored::Kind::gone, "the user is no longer in the panel");
}

}  // namespace fairgate::backends::panel
