#pragma once

#include "control/accounts.hpp"
#include "control/blocks.hpp"
#include "control/decisions.hpp"
#include "control/desk.hpp"
#include "control/sessions.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// Someone behind an address.
struct NeighbourRow {
    std::string account;
    std::string backend;
    AccountState state = AccountState::ok;
    std::optional<TimePoint> last_seen;
    int devices = 0;
    DeviceNumber limit;
};
BOOST_DESCRIBE_STRUCT(NeighbourRow, (), (account, backend, state, last_seen, devices, limit))

/// Why something is as it is.
struct Why {
    std::string subject;
    std::string verdict;                   ///< one sentence
    std::optional<DecisionView> decision;  ///< that it is about, if one
    std::optional<Evidence> evidence;      ///< frozen with the decision, or as it is now
    std::vector<NeighbourRow> accounts;    ///< of an address: who is behind it
    std::vector<SessionRow> sessions;      ///< of an address: its live connections, the first 50
    std::vector<BlockRow> refused;         ///< of an address: what of it the firewall refuses
    std::vector<std::string> notes;        ///< what else applies
};
BOOST_DESCRIBE_STRUCT(
    Why, (), (subject, verdict, decision, evidence, accounts, sessions, refused, notes)
)

/// not_blocked: why an account is not blocked now, even if there was a decision about it.
enum class WhyQuestion { why, not_blocked };

/// The evidence behind a decision ("dec_12"), an account or an address. FG-CTL-002, -003,
/// FG-STO-010.
boost::asio::awaitable<Result<Why>> why(Desk desk, std::string subject, WhyQuestion question);

}  // namespace fairgate::control
