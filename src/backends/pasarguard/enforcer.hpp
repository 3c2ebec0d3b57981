#pragma once

#include "backends/panel/user_enforcer.hpp"
#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "backends/pasarguard/image.hpp"
#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::pasarguard {

struct EnforcerSettings : panel::HoldTimes {
    std::string restricted_group;  ///< by name; empty: moving is not supported
};

using panel::Carrier;

/// Blocks by disabling the user in the panel, moves by its groups, and gives back exactly that.
/// Nothing of a user is ever changed but its status and its groups, by the route of the panel's
/// version that keeps the rest; a user whose status or groups someone else has changed meanwhile
/// is left alone, and so is a later user of the same name.
class PanelEnforcer final : public panel::UserEnforcer<PanelUser, UserImage> {
public:
    PanelEnforcer(
        std::shared_ptr<PanelClient> client,
        const Directory& directory,
        const Clock& clock,
        EnforcerSettings settings
    );

    /// Evidence from the logs about a user that verify() is later asked about. Kept for users
    /// under a block only.
    void saw_connection(std::int64_t user_id, TimePoint time, Carrier carrier) {
        users().saw_connection(std::to_string(user_id), time, carrier);
    }

private:
    std::string key(const UserImage& image) const override { return std::to_string(image.id); }
    UserImage image(const PanelUser& user) const override { return image_of(user); }
    Result<UserImage> parse(std::string_view text, std::string_view which) const override {
        return parse_image(text, which);
    }
    bool can_move() const override { return !settings_.restricted_group.empty(); }
    bool lets_in(std::string_view status) const override { return status != "disabled"; }

    Answer<std::optional<PanelUser>> find(std::string account) override;
    Answer<std::optional<PanelUser>> find_again(UserImage image) override;
    Answer<std::optional<PanelUser>> find_by_id(std::int64_t id);
    Answer<bool> sees_anybody();

    void undo_move(const Images& images, UserImage& now) const override;
    Answer<UserImage> as_ordered(const Measure& measure, UserImage now) override;
    Answer<std::int64_t> restricted_group();

    enum class OwnOrder { none, may_still_come };
    Answer<enforcement::Acted> block(const Measure& measure, Images images, PanelUser user)
        override;
    Answer<enforcement::Acted> first_disable(PanelUser user, OwnOrder earlier);
    Answer<enforcement::Acted> disable_by_put(PanelUser user);
    Answer<PanelUser> revoke_subscription(const UserImage& user) override;
    Answer<enforcement::Acted> move(Images images, PanelUser user) override;
    Answer<void> set_groups(
        PanelUser user,
        std::vector<std::int64_t> add,
        std::vector<std::int64_t> remove,
        std::vector<std::int64_t> result
    );

    std::optional<enforcement::Verification> released(
        const Measure& measure, const Images& images, const UserImage& now
    ) const override;
    void judge_move(
        const Measure& measure,
        const Images& images,
        const UserImage& now,
        enforcement::Verification& verification
    ) const override;

    Answer<enforcement::Restored> unblock(Images images, PanelUser user) override;
    Answer<enforcement::Restored> move_back(Images images, PanelUser user) override;
    Answer<enforcement::Restored> give_groups_back(const Images& images, PanelUser user);
    Answer<PanelUser> enable(const Images& images, const PanelUser& user);
    Answer<PanelUser> enable_by_put(const Images& images, const PanelUser& user);
    Answer<PanelUser> end_hold(const PanelUser& as_read, const PanelUser& now);
    Answer<enforcement::Restored> read_back(std::int64_t id, std::string refused_status);

    std::shared_ptr<PanelClient> client_;
    const Directory& directory_;
    EnforcerSettings settings_;
};

}  // namespace fairgate::backends::pasarguard
