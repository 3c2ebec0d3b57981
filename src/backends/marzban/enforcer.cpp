#include "backends/marzban/enforcer.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using enforcement::Acted;
using enforcement::Verification;
using panel::acted;

namespace {

std::string joined(const std::vector<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) {
        text += (text.empty() ? "" : ", ") + tag;
    }
    return text;
}

bool has_any(const InboundMap& inbounds) {
    return std::any_of(inbounds.begin(), inbounds.end(), [](const auto& each) {
        return !each.second.empty();
    });
}

}  // namespace

PanelEnforcer::PanelEnforcer(
    std::shared_ptr<PanelClient> client,
    const Directory& directory,
    const Clock& clock,
    EnforcerSettings settings
)
    : UserEnforcer(product, "marzban:" + client->name(), clock, settings),
      client_(std::move(client)),
      directory_(directory),
      settings_(std::move(settings)) {}

void PanelEnforcer::undo_move(const Images& images, UserImage& now) const {
    if (inbounds_standing(images.before, images.after, now) == Standing::as_after) {
        now.inbounds = images.before.inbounds;
    }
}

asio::awaitable<Result<UserImage>> PanelEnforcer::as_ordered(
    const Measure& measure, UserImage now
) {
    if (panel::blocks(measure.action)) {
        now.status = lets_in(now.status) ? "disabled" : now.status;
        co_return now;
    }
    auto existing = co_await client_->inbounds();
    if (!existing) {
        co_return existing.error();
    }
    if (!has_any(restricted_map(*existing, *existing, settings_.restricted_inbounds))) {
        co_return no_restricted_inbounds(joined(settings_.restricted_inbounds));
    }
    now.inbounds = restricted_map(now.inbounds, *existing, settings_.restricted_inbounds);
    co_return now;
}

asio::awaitable<Result<Acted>> PanelEnforcer::block(
    const Measure& measure, Images images, PanelUser user
) {
    const UserImage now = image_of(user);
    const std::string who = key(now);
    if (!lets_in(images.before.status)) {
        // Nothing was to be done; if it may connect now, it is to be read again.
        co_return lets_in(now.status)
            ? acted(Acted::Kind::changed, "its status is now " + now.status)
            : acted(Acted::Kind::done, "it cannot connect anyway: it is " + now.status);
    }
    if (is_used_up(now.status)) {
        co_return acted(Acted::Kind::changed, "its status is now " + now.status);
    }
    const bool renewed = was_renewed(images.before, images.after, now);
    switch (status_standing(images.before, images.after, now)) {
        case Standing::otherwise:
            co_return acted(Acted::Kind::changed, "its status is now " + now.status);
        case Standing::as_before:
            users().touch(who);
            break;
        case Standing::as_after:
            if (users().is_untouched(who) && !may_still_come(measure)) {
                co_return users().disabled_by_someone_else(who);
            }
            break;
    }
    users().hold(who);
    auto done = co_await disable(std::move(images), std::move(user));
    if (done && renewed) {
        done->text = "disabled again after its usage had been reset";
    }
    co_return done;
}

/// Already disabled or not: the order also tells the cores once more.
asio::awaitable<Result<Acted>> PanelEnforcer::disable(Images images, PanelUser user) {
    UserChange change;
    change.status = "disabled";
    const auto changed = co_await client_->change(std::move(user), std::move(change));
    if (!changed) {
        co_return is_missing_user(changed.error()) ? Result<Acted>(panel::acted_on_nobody())
                                                   : Result<Acted>(changed.error());
    }
    Acted done = acted(Acted::Kind::done, "disabled in the panel");
    // What a later reset of usage is told by.
    images.after.used_traffic = changed->used_traffic;
    images.after.next_plan = changed->next_plan;
    done.after = json::write(images.after);
    co_return done;
}

asio::awaitable<Result<PanelUser>> PanelEnforcer::revoke_subscription(const UserImage& user) {
    return client_->revoke_subscription(user.username);
}

asio::awaitable<Result<Acted>> PanelEnforcer::move(Images images, PanelUser user) {
    const UserImage now = image_of(user);
    if (inbounds_standing(images.before, images.after, now) == Standing::otherwise) {
        co_return acted(Acted::Kind::changed, "its inbounds have been changed");
    }
    UserChange change;
    change.inbounds = images.after.inbounds;
    if (change.inbounds.empty()) {
        co_return acted(Acted::Kind::done, "it has no inbounds at all");
    }
    const auto changed = co_await client_->change(std::move(user), std::move(change));
    if (!changed) {
        co_return is_missing_user(changed.error()) ? Result<Acted>(panel::acted_on_nobody())
                                                   : Result<Acted>(changed.error());
    }
    co_return acted(
        Acted::Kind::done, "restricted to inbounds " + list_text(images.after.inbounds)
    );
}

std::optional<Verification> PanelEnforcer::released(
    const Measure& measure, const Images& images, const UserImage& now
) const {
    if (!lets_in(now.status)) {
        return std::nullopt;
    }
    const bool never_done = now.status == images.before.status && is_too_soon_for_others(measure);
    const bool renewed = was_renewed(images.before, images.after, now);
    Verification verification;
    verification.kind =
        never_done || renewed ? Verification::Kind::ineffective : Verification::Kind::overruled;
    verification.text =
        renewed ? "its usage was reset or it was renewed, which made it " + now.status + " again"
                : "its status in the panel is " + now.status;
    return verification;
}

/// What a reset of usage is told by later: who was taken over from another tool came without.
std::optional<UserImage> PanelEnforcer::learned(const Images& images, const UserImage& now) const {
    if (!images.before.status.empty()) {
        return std::nullopt;
    }
    UserImage after = images.after;
    after.used_traffic = now.used_traffic;
    after.next_plan = now.next_plan;
    return after == images.after ? std::nullopt : std::optional(std::move(after));
}

void PanelEnforcer::judge_move(
    const Measure& measure, const Images& images, const UserImage& now, Verification& verification
) const {
    const Standing standing = inbounds_standing(images.before, images.after, now);
    if (standing != Standing::as_after && images.before.inbounds != images.after.inbounds) {
        const bool never_done = standing == Standing::as_before && is_too_soon_for_others(measure);
        verification.kind =
            never_done ? Verification::Kind::ineffective : Verification::Kind::overruled;
        verification.text = "its inbounds are " + list_text(now.inbounds);
    }
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find(std::string account) {
    return client_->user(std::move(account));
}

/// Nothing when the user is gone, or was made again since. A panel that shows us nobody at all has
/// taken our rights away, which says nothing about the user.
asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find_again(UserImage image) {
    auto user = co_await client_->user(image.username);
    const bool is_another =
        user && *user && !image.created_at.empty() && (**user).created_at != image.created_at;
    if (is_another) {
        co_return std::optional<PanelUser>();
    }
    if (!user || *user || directory_.size() < 2) {
        co_return user;
    }
    UserQuery one;
    one.limit = 1;
    const auto page = co_await client_->users(std::move(one));
    if (!page) {
        co_return page.error();
    }
    if (page->total == 0) {
        co_return nobody_visible(image.username);
    }
    co_return user;
}

}  // namespace fairgate::backends::marzban
