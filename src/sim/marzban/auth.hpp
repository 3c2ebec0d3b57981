#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"
#include "sim/marzban/panel_state.hpp"
#include "sim/panel/tokens.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fairgate::sim::marzban {

/// Who may come in: bearer tokens that end. There are no API keys.
class Auth : public panel::Tokens {
public:
    using Tokens::Tokens;

    /// POST /api/admin/token, the form already read.
    Answer<std::string> login(
        PanelState& panel, std::string_view username, std::string_view password, TimePoint now
    );

    /// The administrator of a call's header: 401, in other words for none than for a bad one.
    Answer<Admin*> who(PanelState& panel, const http::Headers& headers, TimePoint now) const;
    /// The administrator of a token itself; nothing when it is bad.
    Admin* owner_of(PanelState& panel, std::string_view token, TimePoint now) const;
};

/// The token of "Bearer …".
std::optional<std::string_view> bearer_of(const http::Headers& headers);

}  // namespace fairgate::sim::marzban
