#pragma once

#include "sim/marzban/values.hpp"

#include <vector>

/// How this panel changes one user: what PUT, a usage reset, the next plan and the periodic review
/// do to the stored fields (Marzban v0.8.4, app/db/crud.py and app/jobs).
namespace fairgate::sim::marzban {

/// PUT. Refuses 400 or 422 and leaves the user alone. The traps: no next_plan deletes the stored
/// one; active is taken literally; proxies replace the whole set.
Answer<> apply_patch(
    User& user,
    const UserPatch& patch,
    const std::vector<Inbound>& inbounds,
    Release release,
    TimePoint now
);

/// POST …/reset: nothing used, the next plan gone, and active unless it is expired: a disabled or
/// waiting user comes back too, by an operator's precedence in the panel.
void reset_usage(User& user, TimePoint now);

/// Activates the next plan: active whatever it was.
void activate_next_plan(User& user, TimePoint now);

/// The 10 s job over active and on_hold users. True when it changed something.
bool review(User& user, TimePoint now);

/// The hourly job: sets the usage back when its period is over. True when it did.
bool periodic_reset(User& user, TimePoint now);

/// Whether the cores should let this user in.
bool may_connect(const User& user);

/// The inbounds a user may use: those of its protocols that are not excluded.
std::vector<std::string> tags_of(const User& user, const std::vector<Inbound>& inbounds);

/// Whether a new user may have that name.
bool is_username(std::string_view name);

}  // namespace fairgate::sim::marzban
