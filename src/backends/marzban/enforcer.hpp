#pragma once

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/marzban/image.hpp"
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

namespace fairgate::backends::marzban {

struct EnforcerSettings {
    /// Tags that a restricted user may still use; empty: moving is not supported.
    std::vector<std::string> restricted_inbounds;
    /// A disable reaches the nodes a little later, and open Mux connections go on.
    Duration grace = std::chrono::seconds(30);
    Duration look_again = std::chrono::minutes(10);
};

/// How a connection was seen to come: by itself, or as one more stream inside an open one (Mux),
/// which goes on after a disable and proves nothing.
enum class Carrier { direct, inside_another };

/// Blocks by disabling the user in the panel, restricts by its inbounds, and gives back exactly
/// that. Every PUT carries the next plan as it was read, an on_hold user comes back on hold with
/// its duration, one that is used up is left alone: it cannot connect. A user whose status or
/// inbounds someone else has changed meanwhile is left alone, and so is a later user of the same
/// name. A reset of usage, which activates whom we disabled, is not somebody's release.
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
    void saw_connection(std::string_view username, TimePoint time, Carrier carrier);

private:
    /// What a measure keeps of its user.
    struct Images {
        UserImage before;
        UserImage after;
    };
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    static Result<Images> images_of(const Measure& measure);
    Answer<std::optional<PanelUser>> find(const Measure& measure);
    Answer<std::optional<PanelUser>> find_same(UserImage image);
    Answer<UserImage> as_ordered(const Measure& measure, UserImage now);
    bool may_still_come(const Measure& measure) const;

    Answer<enforcement::Acted> block(const Measure& measure, Images images, PanelUser user);
    Answer<enforcement::Acted> disable(Images images, PanelUser user);
    Answer<enforcement::Acted> revoke(UserImage after, enforcement::Acted done);
    Answer<enforcement::Acted> restrict(Images images, PanelUser user);

    Answer<enforcement::Restored> unblock(Images images, PanelUser user);
    Answer<enforcement::Restored> move_back(Images images, PanelUser user);
    UserChange enabling(const Images& images, const PanelUser& user) const;
    Answer<enforcement::Restored> read_back(UserImage image, std::string refused_status);

    enforcement::Verification judge_block(
        const Measure& measure, const Images& images, const UserImage& now
    );

    std::shared_ptr<PanelClient> client_;
    const Directory& directory_;
    const Clock& clock_;
    EnforcerSettings settings_;
    std::string name_;
    /// The newest direct connection of each user we have blocked, by folded name.
    std::map<std::string, std::optional<TimePoint>> blocked_;
    /// Users that this process has read and sent no order for since: whatever they are now, it was
    /// not we. (After a restart nobody can tell any more, and it counts as ours.)
    std::set<std::string> untouched_;
    /// Users whom someone else disabled between our reading and our order, until read again.
    std::set<std::string> disabled_by_others_;
};

}  // namespace fairgate::backends::marzban
