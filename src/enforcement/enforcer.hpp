#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/measure.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fairgate::enforcement {

/// The target's state as it is, and as act() will leave it, both as the enforcer's own JSON with
/// everything of the target that this enforcer ever changes, whatever the action, and what tells
/// the target from a later one of the same name (its id). What must not be shown to anybody (a
/// password that is to be put back) stands in members called "sealed".
struct Reading {
    enum class Kind { found, gone };
    Kind kind = Kind::found;
    std::string now;    ///< becomes Measure::before
    std::string after;  ///< becomes Measure::after
};

struct Acted {
    /// changed: someone else has changed what this would change since it was read (it is neither
    /// as in `before` nor as in `after`), so nothing was done; it will be read again.
    enum class Kind { done, changed, gone };
    Kind kind = Kind::done;
    std::string after;  ///< if it turned out otherwise than Reading::after said; else empty
    std::string text;   ///< for the history: "disabled; 2 connections cut, 0 left"
};

struct Verification {
    /// held: in force, as far as can be seen. not_yet: cannot be told before `look_again`.
    /// ineffective: the order was taken and the world does not follow (connections still come, a
    /// firewall was flushed). overruled: someone has released it by hand; it is then lifted, which
    /// puts back what else is still as we left it.
    enum class Kind { held, not_yet, ineffective, overruled, gone };
    Kind kind = Kind::held;
    std::string text;
    /// With held as well: what can vanish by itself is looked at again.
    std::optional<TimePoint> look_again;
    /// With held: what the order left, where that is known better than Measure::after says; else
    /// empty.
    std::string after = {};
};

struct Restored {
    /// restored: put back, and read back to be sure. already: nothing was left to put back.
    /// conflict: something that we changed was changed by someone else meanwhile and stays as it
    /// is (`text` names it); what was still as we left it has been put back.
    enum class Kind { restored, already, conflict, gone };
    Kind kind = Kind::restored;
    std::string text;
};

/// What can hold an account: a panel, a core, a firewall. Every call may come again after a
/// failure, a time-out or a crash in the midst of it, and must then lead to the same end. Every
/// call ends by itself within a minute. For one account there is only one call at a time.
///
/// An error (FG-<AREA>-NNN) means: not done for sure, or not known; the same call comes again
/// later, for ever, less and less often.
class Enforcer {
public:
    virtual ~Enforcer() = default;

    /// As it is written into measures: "pasarguard:main", "recording". Never changes.
    virtual std::string_view name() const = 0;

    virtual bool supports(Action action) const = 0;

    /// Changes nothing. When Measure::before and after hold what was read earlier (the measure is
    /// taken up again), a part that is still as `after` says is reported as `before` says: it is
    /// our own doing and not what is to be restored.
    virtual boost::asio::awaitable<Result<Reading>> read(const Measure& measure) = 0;

    /// Brings the target from Measure::before (or, if it is already there, from `after`) to
    /// `after`. When it is already there the order is sent again all the same: it may have been
    /// lost on its way from a panel to its nodes.
    virtual boost::asio::awaitable<Result<Acted>> act(const Measure& measure) = 0;

    /// Whether it holds. Measure::acted and orders say when and how often it was ordered.
    virtual boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) = 0;

    /// Puts back, part by part, what is still as `after` says to what `before` says.
    virtual boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) = 0;
};

}  // namespace fairgate::enforcement
