#pragma once

#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace fairgate::backends::panel {

/// How a connection was seen to come: by itself, or as one more stream inside an open one (Mux),
/// which goes on after a disable and proves nothing.
enum class Carrier { direct, inside_another };

/// When a block is looked at.
struct HoldTimes {
    /// A disable reaches the nodes a little later, and open Mux connections go on.
    Duration grace = std::chrono::seconds(30);
    Duration look_again = std::chrono::minutes(10);
};

/// An order that the panel answered well and that is not to be seen so soon afterwards was never
/// carried out; later, someone has undone it.
inline constexpr std::chrono::seconds too_soon_for_others{10};

/// What this process remembers of the users it blocks at one panel, by whatever the product tells
/// its users apart. All of it is lost by a restart, after which what cannot be told counts as ours.
class BlockedUsers {
public:
    /// It was read and may be ordered next: until then, whatever becomes of it was not we.
    void read(const std::string& user) { untouched_.insert(user); }
    void touch(const std::string& user) { untouched_.erase(user); }
    bool is_untouched(const std::string& user) const { return untouched_.contains(user); }

    /// Someone else disabled it between our reading and our order: it is to be read again, and what
    /// is read then is not our doing.
    enforcement::Acted disabled_by_someone_else(const std::string& user);
    /// Whether that was so; asked once.
    bool take_disabled_by_someone_else(const std::string& user) {
        return disabled_by_others_.erase(user) > 0;
    }

    void hold(const std::string& user) { newest_.try_emplace(user); }
    void release(const std::string& user) { newest_.erase(user); }

    /// Evidence from the logs; kept of those that are held only.
    void saw_connection(const std::string& user, TimePoint time, Carrier carrier);
    /// Of a user that is disabled in the panel as ordered: whether the nodes follow.
    enforcement::Verification judge(
        const std::string& user, TimePoint ordered, TimePoint now, HoldTimes times
    );

private:
    /// The newest direct connection of each user that is held.
    std::map<std::string, std::optional<TimePoint>> newest_;
    std::set<std::string> untouched_;
    std::set<std::string> disabled_by_others_;
};

}  // namespace fairgate::backends::panel
