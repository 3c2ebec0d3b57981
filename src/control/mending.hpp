#pragma once

#include "control/asker.hpp"
#include "control/desk.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace fairgate::control {

enum class MendingState { planned, mended, failed };
BOOST_DESCRIBE_ENUM(MendingState, planned, mended, failed)

/// Something that was not as it should be, and what became of it.
struct Mending {
    std::string what;  ///< "refuse 203.0.113.5 to tcp/443 again, of ali"
    MendingState state = MendingState::planned;
    std::string cause;  ///< why it failed
};
BOOST_DESCRIBE_STRUCT(Mending, (), (what, state, cause))

/// Brings what is in force back to what was decided, where that harms nobody: what a firewall has
/// lost is ordered again by its measures, what nobody wants in it is let through, and what failed
/// is tried again now. Empty: there was nothing to do. A dry run only says it. Written to the audit
/// trail before it is done.
boost::asio::awaitable<Result<std::vector<Mending>>> mend(Desk desk, Asker asker, Run run);

}  // namespace fairgate::control
