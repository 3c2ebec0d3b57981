#pragma once

#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"

#include <boost/asio/awaitable.hpp>

namespace fairgate::control {

/// Whether very many settings that name nobody are believed to.
enum class Brake { on, off };

/// Removes limits, exemptions and modes that commands have set for accounts that no panel and no
/// core has any more. Only by complete lists: FG-CTL-010 while one is missing, and where names come
/// from a log alone; FG-CTL-011 when so much would go that a list is more likely to be wrong.
boost::asio::awaitable<Result<Change>> clean_up_accounts(
    Desk desk, Asker asker, Brake brake, Run run
);

}  // namespace fairgate::control
