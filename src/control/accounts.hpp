#pragma once

#include "base/error.hpp"
#include "control/change.hpp"
#include "control/live.hpp"
#include "model/evidence.hpp"
#include "model/limit.hpp"

#include <boost/describe.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::control {

/// The first of these that is true of an account.
enum class AccountState { blocked, over, disabled, exempt, offline, ok };
BOOST_DESCRIBE_ENUM(AccountState, blocked, over, disabled, exempt, offline, ok)

/// An account as lists show it.
struct AccountRow {
    std::string account;
    std::string backend;
    AccountState state = AccountState::ok;
    int devices = 0;
    DeviceNumber limit;
    LimitOrigin limit_origin = LimitOrigin::general;
    std::optional<TimePoint> last_seen;
    std::optional<TimePoint> until;  ///< of a block; none: until released, or not blocked
    std::vector<std::string> origins;
    std::vector<std::string> nodes;
    std::string owner;
    std::vector<std::string> groups;
    int connections = 0;  ///< known to live on this machine
    double up_rate = 0;   ///< bytes a second, of these and of those on nodes
    double down_rate = 0;
};
BOOST_DESCRIBE_STRUCT(
    AccountRow,
    (),
    (account,
     backend,
     state,
     devices,
     limit,
     limit_origin,
     last_seen,
     until,
     origins,
     nodes,
     owner,
     groups,
     connections,
     up_rate,
     down_rate)
)

/// An account with everything that is known of it now.
struct AccountView : AccountRow {
    std::string status;  ///< in the backend's words
    Mode mode = Mode::shadow;
    std::string mode_why;
    std::optional<std::string> passed_by;  ///< why it is not limited
    std::optional<std::string> decision;   ///< that holds it
    std::optional<std::string> measure;
    std::vector<std::string> same_person;  ///< counted together with it: "second/ali"
    Evidence evidence;                     ///< what would be frozen if it were decided about now
};
BOOST_DESCRIBE_STRUCT(
    AccountView,
    (AccountRow),
    (status, mode, mode_why, passed_by, decision, measure, same_person, evidence)
)

/// The limit of one account, and the ones that lost.
struct AccountLimit {
    std::string account;
    std::string backend;
    LimitRule chosen;
    std::vector<LimitRule> lost;
};
BOOST_DESCRIBE_STRUCT(AccountLimit, (), (account, backend, chosen, lost))

enum class AccountOrder { name, devices, seen, rate };

struct AccountSearch {
    AccountQuery query;
    bool over = false;  ///< each of these narrows the list
    bool online = false;
    bool held = false;
    std::string backend;
    AccountOrder order = AccountOrder::name;
    /// first: A to Z, fewest devices, longest ago, slowest.
    enum class From { first, last } from = From::first;
    std::size_t limit = 50;
    std::string cursor;
};

/// FG-CTL-007 for a cursor of another list.
Result<Listed<AccountRow>> list_accounts(const Live& live, const AccountSearch& search);

/// FG-CTL-002 and -003.
Result<AccountView> show_account(const Live& live, const std::string& name);
Result<AccountLimit> show_limit(const Live& live, const std::string& name);

/// The account that "ali" or "main/ali" means.
Result<AccountNow> find_account(const Live& live, const std::string& name);

/// What "ali" or "main/ali" means where the account need not be known (any more): without a
/// configured backend before it, the name at any backend, or at the one given. Of an account that
/// is known, the name is as its backend writes it.
AccountKey key_of_name(const Live& live, const std::string& name, const std::string& backend = "");

AccountState state_of(const AccountNow& account);
AccountRow row_of(const AccountNow& account);

/// "; no account of that name is known yet", or nothing: a limit may be set before its account is
/// made, but more often it is a slip of the finger.
std::string note_if_unknown(const Live& live, const AccountKey& account);

/// "; it is still blocked …", or nothing: what would not be decided any more is not undone by that.
std::string note_if_held(const Live& live, const AccountKey& account);

}  // namespace fairgate::control
