#pragma once

#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "backends/pasarguard/image.hpp"
#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::pasarguard {

struct EnforcerSettings {
    std::string restricted_group;  ///< by name; empty: moving is not supported
    /// A disable reaches the nodes a little later, and open Mux connections go on.
    Duration grace = std::chrono::seconds(30);
    Duration look_again = std::chrono::minutes(10);
};

/// How a connection was seen to come: by itself, or as one more stream inside an open one (Mux),
/// which goes on after a disable and proves nothing.
enum class Carrier { direct, inside_another };

/// Blocks by disabling the user in the panel, moves by its groups, and gives back exactly that.
/// Nothing of a user is ever changed but its status and its groups, by the route of the panel's
/// version that keeps the rest; a user whose status or groups someone else has changed meanwhile
/// is left alone, and so is a later user of the same name.
class PanelEnforcer final : public enforcement::Enforcer {
public:
    PanelEnforcer(
        std::shared_ptr<PanelClient> client,
        const Directory& directory,
        const Clock& clock,
        EnforcerSettings settings
    );

    std::string_view name() const override { return name_; }
    bool supports(Action action) const override;

    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

    /// Evidence from the logs about a user that verify() is later asked about. Kept for users
    /// under a block only.
    void saw_connection(std::int64_t user_id, TimePoint time, Carrier carrier);

private:
    /// What a measure keeps of its user.
    struct Images {
        UserImage before;
        UserImage after;
    };
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    Answer<std::optional<PanelUser>> find(const Measure& measure);
    Answer<std::optional<PanelUser>> find_by_id(std::int64_t id);
    /// By its id, or by its name where the id is not known.
    Answer<std::optional<PanelUser>> find_by_name(std::string name);
    Answer<std::optional<PanelUser>> find_again(UserImage before);
    Answer<enforcement::Restored> restore_moved(const Images& images, PanelUser user);
    Answer<bool> sees_anybody();
    Answer<std::int64_t> restricted_group();
    static Result<Images> images_of(const Measure& measure);

    /// Whether an order of ours may be on its way still, sent by this program or before a crash.
    enum class OwnOrder { none, may_still_come };
    bool may_still_come(const Measure& measure) const;

    Answer<enforcement::Acted> block(const Images& images, PanelUser user, OwnOrder earlier);
    enforcement::Acted disabled_by_someone_else(std::int64_t id);
    Answer<enforcement::Acted> first_disable(PanelUser user, OwnOrder earlier);
    Answer<enforcement::Acted> disable_by_put(PanelUser user);
    Answer<enforcement::Acted> revoke(UserImage after, enforcement::Acted done);
    Answer<enforcement::Acted> move(const Images& images, PanelUser user);
    Answer<void> set_groups(
        PanelUser user,
        std::vector<std::int64_t> add,
        std::vector<std::int64_t> remove,
        std::vector<std::int64_t> result
    );

    Answer<enforcement::Restored> unblock(const Images& images, PanelUser user);
    Answer<enforcement::Restored> move_back(const Images& images, PanelUser user);
    Answer<PanelUser> enable(const Images& images, const PanelUser& user);
    Answer<PanelUser> enable_by_put(const Images& images, const PanelUser& user);
    Answer<PanelUser> end_hold(const PanelUser& as_read, const PanelUser& now);
    Answer<enforcement::Restored> read_back(std::int64_t id, std::string refused_status);

    enforcement::Verification judge_block(
        const Measure& measure, const Images& images, const UserImage& now
    );

    std::shared_ptr<PanelClient> client_;
    const Directory& directory_;
    const Clock& clock_;
    EnforcerSettings settings_;
    std::string name_;
    /// The newest direct connection of each user we have blocked.
    std::map<std::int64_t, std::optional<TimePoint>> blocked_;
    /// Users that this process has read and sent no order for since: whatever they are now, it was
    /// not we. (After a restart nobody can tell any more, and it counts as ours.)
    std::set<std::int64_t> untouched_;
    /// Users whom someone else disabled between our reading and our order, until read again.
    std::set<std::int64_t> disabled_by_others_;
};

}  // namespace fairgate::backends::pasarguard
