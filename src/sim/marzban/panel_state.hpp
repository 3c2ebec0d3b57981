#pragma once

#include "base/clock.hpp"
#include "sim/marzban/core.hpp"
#include "sim/marzban/values.hpp"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::marzban {

/// The core configuration, as far as a limiter looks at it.
struct CoreConfig {
    std::string loglevel = "warning";
    std::string access;        ///< "none" or a file: the log streams have no access lines then
    std::string mask_address;  ///< "quarter", …; empty: not masked
};

/// A whole panel in memory: administrators, users, its own core, nodes, and the jobs that change
/// them as time goes on. No input or output, no clock: time is an argument.
class PanelState {
public:
    PanelState(Release release, std::uint64_t seed, TimePoint now);

    Release release() const { return release_; }
    /// An upgrade: what an older panel does not know is gone, the cores are started again.
    void upgrade(Release release, TimePoint now);

    // Building a world. Ids count from 1 and are never used again.
    Admin& add_admin(std::string username, std::string password);
    Admin& add_sudo(std::string username, std::string password);
    /// SUDO_USERNAME of the environment.
    Admin& add_environment_admin(std::string username, std::string password);
    void add_inbound(Inbound inbound) { inbounds_.push_back(std::move(inbound)); }
    Core& add_node(std::string name, TimePoint now);
    /// Takes what is set in `user`; proxies without a secret get one.
    User& add_user(User user, TimePoint now);

    std::map<std::int64_t, User>& users() { return users_; }
    std::map<std::int64_t, Core>& nodes() { return nodes_; }
    std::map<std::int64_t, Admin>& admins() { return admins_; }
    std::vector<Inbound>& inbounds() { return inbounds_; }
    Core& core() { return core_; }
    CoreConfig& config() { return config_; }
    /// Names are the same without regard to ASCII case (a NOCASE column).
    User* find_user(std::string_view username);
    Admin* find_admin(std::string_view username);

    // What the panel's calls do. Each tells the cores as the panel would.
    Answer<> modify(User& user, const UserPatch& patch, TimePoint now);
    void reset(User& user, TimePoint now);
    void start_next_plan(User& user, TimePoint now);
    void revoke_subscription(User& user, TimePoint now);
    void delete_user(std::int64_t id, TimePoint now);
    /// Everybody's usage; restarts all cores.
    void reset_all(TimePoint now);
    /// An administrator's users all at once: active and on_hold become disabled, or all disabled
    /// come back. Restarts all cores.
    void disable_all_of(std::int64_t admin_id, TimePoint now);
    void activate_all_of(std::int64_t admin_id, TimePoint now);
    void restart_core(Core& core, TimePoint now);
    void restart_all_cores(TimePoint now);
    /// Cuts the node's connections, and leaves its log sockets open for nothing.
    void reconnect_node(Core& node, TimePoint now);
    void delete_node(std::int64_t id) { nodes_.erase(id); }

    /// Runs every job that has come due: usage (10 s), review (10 s), usage reset (1 h); and what
    /// was under way to the cores arrives.
    void run_jobs(TimePoint now);

    /// Bytes that a user moved over a node, 0 the panel's own core; counted by the next usage job.
    void add_traffic(std::int64_t user_id, std::int64_t bytes, std::int64_t node_id = 0) {
        pending_traffic_[{user_id, node_id}] += bytes;
    }

    /// The next `count` changes of a user never reach a core although the panel answers 200.
    void lose_updates(int count) { updates_to_lose_ = count; }
    /// How long a change is under way to the cores.
    Duration update_delay = std::chrono::seconds(2);

    /// Users in no particular order: another one at each call, as rows of a query without ORDER BY.
    std::vector<const User*> shuffled_users();

    std::string email_of(const User& user) const;

private:
    std::string new_secret();
    void tell_cores(const User& user, TimePoint now);
    void tell(Core& core, const User& user, TimePoint arrives) const;
    void forget(const User& user, TimePoint now);
    void count_traffic(TimePoint now);
    void review_all(TimePoint now);
    void reset_all_due(TimePoint now);

    Release release_;
    std::mt19937_64 random_;
    std::map<std::int64_t, Admin> admins_;
    std::map<std::int64_t, User> users_;
    std::map<std::int64_t, Core> nodes_;
    std::vector<Inbound> inbounds_;
    Core core_;
    CoreConfig config_;
    std::int64_t last_user_id_ = 0;
    std::int64_t last_node_id_ = 0;
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> pending_traffic_;
    int updates_to_lose_ = 0;
    TimePoint usage_due_;
    TimePoint review_due_;
    TimePoint reset_due_;
};

}  // namespace fairgate::sim::marzban
