#pragma once

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/marzban/image.hpp"
#include "backends/panel/user_enforcer.hpp"
#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::marzban {

struct EnforcerSettings : panel::HoldTimes {
    /// Tags that a restricted user may still use; empty: moving is not supported.
    std::vector<std::string> restricted_inbounds;
};

using panel::Carrier;

/// Blocks by disabling the user in the panel, restricts by its inbounds, and gives back exactly
/// that. Every PUT carries the next plan as it was read, an on_hold user comes back on hold with
/// its duration, one that is used up is left alone: it cannot connect. A user whose status or
/// inbounds someone else has changed meanwhile is left alone, and so is a later user of the same
/// name. A reset of usage, which activates whom we disabled, is not somebody's release.
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
    void saw_connection(std::string_view username, TimePoint time, Carrier carrier) {
        users().saw_connection(folded(username), time, carrier);
    }

private:
    std::string key(const UserImage& image) const override { return folded(image.username); }
    UserImage image(const PanelUser& user) const override { return image_of(user); }
    Result<UserImage> parse(std::string_view text, std::string_view which) const override {
        return parse_image(text, which);
    }
    bool can_move() const override { return !settings_.restricted_inbounds.empty(); }
    bool lets_in(std::string_view status) const override { return marzban::lets_in(status); }

    Answer<std::optional<PanelUser>> find(std::string account) override;
    Answer<std::optional<PanelUser>> find_again(UserImage image) override;

    void undo_move(const Images& images, UserImage& now) const override;
    Answer<UserImage> as_ordered(const Measure& measure, UserImage now) override;
    Answer<void> turn_to_change() override { return client_->turn_to_change(); }

    Answer<enforcement::Acted> block(const Measure& measure, Images images, PanelUser user)
        override;
    Answer<enforcement::Acted> disable(Images images, PanelUser user);
    Answer<PanelUser> revoke_subscription(const UserImage& user) override;
    Answer<enforcement::Acted> move(Images images, PanelUser user) override;

    std::optional<enforcement::Verification> released(
        const Measure& measure, const Images& images, const UserImage& now
    ) const override;
    std::optional<UserImage> learned(const Images& images, const UserImage& now) const override;
    void judge_move(
        const Measure& measure,
        const Images& images,
        const UserImage& now,
        enforcement::Verification& verification
    ) const override;

    Answer<enforcement::Restored> unblock(Images images, PanelUser user) override;
    Answer<enforcement::Restored> move_back(Images images, PanelUser user) override;
    UserChange enabling(const Images& images, const PanelUser& user) const;
    Answer<enforcement::Restored> read_back(UserImage image, std::string refused_status);

    std::shared_ptr<PanelClient> client_;
    const Directory& directory_;
    EnforcerSettings settings_;
};

}  // namespace fairgate::backends::marzban
