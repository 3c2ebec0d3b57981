#pragma once

#include "base/clock.hpp"
#include "sim/pasarguard/node.hpp"
#include "sim/pasarguard/values.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::pasarguard {

/// Who a groups call is about: users, or those of `admins` that are in `has_group_ids`. Everything
/// empty is everybody.
struct GroupSelector {
    std::vector<std::int64_t> users;
    std::vector<std::int64_t> admins;
    std::vector<std::int64_t> has_group_ids;
};

/// A whole panel in memory: administrators, groups, users, nodes, and the jobs that change them as
/// time goes on. No input or output, no clock: time is an argument.
class PanelState {
public:
    PanelState(Release release, std::uint64_t seed, TimePoint now);

    Release release() const { return release_; }
    /// An upgrade: the nodes are told everybody's new e-mail form when they are started again.
    void upgrade(Release release, TimePoint now);

    // Building a world. Ids count from 1 unless given.
    Admin& add_admin(std::string username, std::string password, Role role);
    Group& add_group(std::string name);
    Node& add_node(std::string name, TimePoint now);
    /// Takes what is set in `user`; an id of 0 takes the next one.
    User& add_user(User user, TimePoint now);

    std::map<std::int64_t, User>& users() { return users_; }
    std::map<std::int64_t, Group>& groups() { return groups_; }
    std::map<std::int64_t, Node>& nodes() { return nodes_; }
    std::map<std::int64_t, Admin>& admins() { return admins_; }
    User* find_user(std::string_view username);
    Admin* find_admin(std::string_view username);

    // What the panel's calls do. Each tells the nodes as the panel would.
    Answer<> modify(User& user, const UserPatch& patch, TimePoint now);
    void set_disabled(User& user, TimePoint now);  ///< tells the nodes even when nothing changed
    void set_enabled(User& user, TimePoint now);
    /// Both refuse the whole batch when an id is unknown, and give the names of those changed.
    Answer<std::vector<std::string>> bulk_disable(std::span<const std::int64_t> ids, TimePoint now);
    Answer<std::vector<std::string>> bulk_enable(std::span<const std::int64_t> ids, TimePoint now);
    Answer<std::size_t> add_to_groups(
        std::span<const std::int64_t> group_ids, const GroupSelector& selector, TimePoint now
    );
    Answer<std::size_t> remove_from_groups(
        std::span<const std::int64_t> group_ids, const GroupSelector& selector, TimePoint now
    );
    void reset(User& user, TimePoint now);
    void start_next_plan(User& user, TimePoint now);
    void delete_user(std::int64_t id, TimePoint now);
    void delete_group(std::int64_t id, TimePoint now);
    /// An administrator's users all at once: active and on_hold become disabled, or all disabled
    /// come back.
    void disable_all_of(std::int64_t admin_id, TimePoint now);
    void activate_all_of(std::int64_t admin_id, TimePoint now);

    /// Runs every job that has come due: usage (10 s), review (30 s), usage reset (600 s).
    void run_jobs(TimePoint now);

    /// Bytes that a user moved; counted by the next usage job.
    void add_traffic(std::int64_t user_id, std::int64_t bytes) {
        pending_traffic_[user_id] += bytes;
    }

    /// The next `count` updates to nodes get lost although the panel answers 200.
    void lose_node_updates(int count) { updates_to_lose_ = count; }
    void restart_core(Node& node, TimePoint now);
    void restart_all_cores(TimePoint now);

    /// Users in no particular order: another one at each call, as rows of a query without ORDER BY.
    std::vector<const User*> shuffled_users();

    /// The inbounds a user reaches: those of its groups that are not disabled.
    bool has_inbounds(const User& user) const;
    std::string email_of(const User& user) const;

private:
    Answer<> check_groups(std::span<const std::int64_t> ids) const;
    std::vector<User*> chosen(const GroupSelector& selector);
    void tell_nodes(const User& user);
    void tell_node(Node& node, const User& user) const;
    void count_traffic(TimePoint now);
    void review_all(TimePoint now);
    void reset_all_due(TimePoint now);

    Release release_;
    std::mt19937_64 random_;
    std::map<std::int64_t, Admin> admins_;
    std::map<std::int64_t, Group> groups_;
    std::map<std::int64_t, Node> nodes_;
    std::map<std::int64_t, User> users_;
    std::int64_t last_user_id_ = 0;
    std::int64_t last_group_id_ = 0;
    std::map<std::int64_t, std::int64_t> pending_traffic_;
    int updates_to_lose_ = 0;
    TimePoint usage_due_;
    TimePoint review_due_;
    TimePoint reset_due_;
};

}  // namespace fairgate::sim::pasarguard
