#pragma once

#include "control/asker.hpp"
#include "control/desk.hpp"
#include "model/evidence.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// Which decisions are meant: one by its id, the newest in force, or all in force that fit.
struct UndoChoice {
    std::string decision;
    bool last = false;
    std::string account;  ///< with `since`: only those made since then
    std::optional<TimePoint> since;
    bool all = false;
};

/// undone: the order is written down and its inverse is being carried out, or was already.
/// ended: it was over before. failed: it could not be ordered.
enum class UndoState { undone, ended, failed };
BOOST_DESCRIBE_ENUM(UndoState, undone, ended, failed)

struct UndoneRow {
    std::string decision;
    std::string account;
    std::string backend;
    UndoState state = UndoState::undone;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(UndoneRow, (), (decision, account, backend, state, message))

struct Undone {
    std::vector<UndoneRow> undone;
    std::vector<std::string> follow_up;            ///< commands, so that it does not happen again
    std::optional<std::vector<std::string>> plan;  ///< of a dry run
};
BOOST_DESCRIBE_STRUCT(Undone, (), (undone, follow_up, plan))

/// Takes decisions back. Waits for no panel: what cannot be restored at once is tried again.
/// `reason` is empty or one of false-positive, request, test, other; after a false positive or a
/// test the ladder forgets the violation. FG-CTL-008 when nothing is chosen, FG-CTL-009 for a
/// decision that never held anybody, FG-STO-010 for one that is not there.
boost::asio::awaitable<Result<Undone>> undo(
    Desk desk, Asker asker, UndoChoice choice, std::string reason, Run run
);

/// Commands that keep it from happening again: an exemption, a higher limit, a trusted network.
std::vector<std::string> ways_to_allow(const std::string& account, const Evidence& evidence);

}  // namespace fairgate::control
