#pragma once

#include "sim/pasarguard/values.hpp"

/// How this panel changes one user: what PUT, the disable switch, a reset and the periodic review
/// do to the stored fields (PasarGuard panel v5.2.1, app/db/crud/user.py and
/// app/operation/user.py).
namespace fairgate::sim::pasarguard {

/// The status the stored fields ask for: expired, limited, on_hold or active, in that order.
UserStatus resolved_status(const User& user, TimePoint now);

/// PUT. Refuses 422 and leaves the user alone; ids of groups have been checked before.
/// The traps: no next_plan deletes the stored one; an empty group_ids clears since 5.2 only;
/// active on a disabled user is resolved since 5.1 only.
Answer<> apply_patch(User& user, const UserPatch& patch, Release release, TimePoint now);

/// The switch of 5.0 and later; keeps every other field. False when there was nothing to change.
bool switch_disabled(User& user);
bool switch_enabled(User& user, TimePoint now);

/// POST …/reset: nothing used, limited becomes active, the next plan is gone.
void reset_usage(User& user, TimePoint now);

/// Activates the next plan: status active whatever it was.
void activate_next_plan(User& user, TimePoint now);

/// The 30 s job over active and on_hold users. True when it changed something.
bool review(User& user, TimePoint now);

/// The 600 s job: sets the usage back when its period is over. True when it did.
bool periodic_reset(User& user, TimePoint now);

/// Whether the nodes should let this user in, its groups apart.
bool may_connect(const User& user);

}  // namespace fairgate::sim::pasarguard
