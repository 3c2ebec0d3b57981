#include "backends/panel/blocked_users.hpp"

namespace fairgate::backends::panel {

using enforcement::Acted;
using enforcement::Verification;

Acted BlockedUsers::disabled_by_someone_else(const std::string& user) {
    disabled_by_others_.insert(user);
    release(user);
    Acted acted;
    acted.kind = Acted::Kind::changed;
    acted.text = "someone else disabled it in the same moment";
    return acted;
}

void BlockedUsers::saw_connection(const std::string& user, TimePoint time, Carrier carrier) {
    const auto held = newest_.find(user);
    if (carrier == Carrier::inside_another || held == newest_.end()) {
        return;
    }
    if (!held->second || *held->second < time) {
        held->second = time;
    }
}

Verification BlockedUsers::judge(
    const std::string& user, TimePoint ordered, TimePoint now, HoldTimes times
) {
    Verification verification;
    const auto held = newest_.find(user);
    const bool comes_on =
        held != newest_.end() && held->second && *held->second > ordered + times.grace;
    if (comes_on) {
        verification.kind = Verification::Kind::ineffective;
        verification.text = "disabled in the panel, and new connections still come";
        held->second.reset();
        return verification;
    }
    const bool just_done = now < ordered + times.grace;
    verification.look_again = just_done ? ordered + 2 * times.grace : now + times.look_again;
    return verification;
}

}  // namespace fairgate::backends::panel
