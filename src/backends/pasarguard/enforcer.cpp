#include "backends/pasarguard/enforcer.hpp"

#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;
using enforcement::Acted;
using enforcement::Verification;
using panel::acted;

namespace {

bool is_member(const std::vector<std::int64_t>& ids, std::int64_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

PanelEnforcer::PanelEnforcer(
    std::shared_ptr<PanelClient> client,
    const Directory& directory,
    const Clock& clock,
    EnforcerSettings settings
)
    : UserEnforcer(product, "pasarguard:" + client->name(), clock, settings),
      client_(std::move(client)),
      directory_(directory),
      settings_(std::move(settings)) {}

void PanelEnforcer::undo_move(const Images& images, UserImage& now) const {
    if (groups_standing(images.before, images.after, now) == Standing::as_after) {
        now.group_ids = images.before.group_ids;
    }
}

asio::awaitable<Result<UserImage>> PanelEnforcer::as_ordered(
    const Measure& measure, UserImage now
) {
    if (panel::blocks(measure.action)) {
        now.status = "disabled";
        co_return now;
    }
    auto group = co_await restricted_group();
    if (!group) {
        co_return group.error();
    }
    now.group_ids.assign(1, *group);
    co_return now;
}

asio::awaitable<Result<Acted>> PanelEnforcer::block(
    const Measure& measure, Images images, PanelUser user
) {
    const UserImage now = image_of(user);
    const std::string who = std::to_string(now.id);
    switch (status_standing(images.before, images.after, now)) {
        case Standing::otherwise:
            co_return acted(Acted::Kind::changed, "its status is now " + now.status);
        case Standing::as_before:
            if (images.before.status == images.after.status) {
                co_return acted(Acted::Kind::done, "it was disabled already");
            }
            users().touch(who);
            users().hold(who);
            co_return co_await first_disable(
                std::move(user), may_still_come(measure) ? OwnOrder::may_still_come : OwnOrder::none
            );
        case Standing::as_after:
            break;
    }
    if (users().is_untouched(who)) {
        co_return users().disabled_by_someone_else(who);
    }
    users().hold(who);
    auto language = co_await client_->dialect();
    if (!language) {
        co_return language.error();
    }
    if (!language->has_disable_switch()) {
        co_return co_await disable_by_put(std::move(user));
    }
    const auto again = co_await client_->set_disabled(now.id, Disabled::yes);
    if (!again) {
        co_return again.error();
    }
    co_return acted(Acted::Kind::done, "disabled again, so that every node hears of it");
}

/// The bulk order says whether it was this order that disabled the user, which the switch does
/// not; what somebody else has disabled in the same moment is not ours to enable later. But while
/// an order of our own may still come into force (this program was killed while the panel worked
/// on it), it is taken for that one: nobody must stay disabled for ever.
asio::awaitable<Result<Acted>> PanelEnforcer::first_disable(PanelUser user, OwnOrder earlier) {
    auto language = co_await client_->dialect();
    if (!language) {
        co_return language.error();
    }
    if (!language->bulk_keeps_next_plan()) {
        co_return co_await disable_by_put(std::move(user));
    }
    std::vector<std::int64_t> one(1, user.id);
    auto changed = co_await client_->bulk_set_disabled(std::move(one), Disabled::yes);
    if (changed && changed->count == 0) {
        if (earlier == OwnOrder::may_still_come) {
            co_return acted(Acted::Kind::done, "disabled by the order that was sent before");
        }
        co_return users().disabled_by_someone_else(std::to_string(user.id));
    }
    if (changed) {
        co_return acted(Acted::Kind::done, "disabled in the panel");
    }
    const Error& error = changed.error();
    if (is_missing_user(error)) {
        co_return panel::acted_on_nobody();
    }
    if (!is_forbidden(error) && !is_missing_route(error)) {
        co_return error;
    }
    const auto switched = co_await client_->set_disabled(user.id, Disabled::yes);
    if (!switched) {
        co_return switched.error();
    }
    co_return acted(Acted::Kind::done, "disabled in the panel");
}

asio::awaitable<Result<Acted>> PanelEnforcer::disable_by_put(PanelUser user) {
    UserChange change;
    change.status = "disabled";
    const auto changed = co_await client_->change(std::move(user), std::move(change));
    if (!changed) {
        co_return changed.error();
    }
    co_return acted(Acted::Kind::done, "disabled in the panel");
}

asio::awaitable<Result<PanelUser>> PanelEnforcer::revoke_subscription(const UserImage& user) {
    return client_->revoke_subscription(user.id);
}

asio::awaitable<Result<Acted>> PanelEnforcer::move(Images images, PanelUser user) {
    const UserImage now = image_of(user);
    if (groups_standing(images.before, images.after, now) == Standing::otherwise) {
        co_return acted(Acted::Kind::changed, "its groups have been changed");
    }
    std::vector<std::int64_t> add;
    std::vector<std::int64_t> remove;
    for (const std::int64_t id : images.after.group_ids) {
        if (!is_member(now.group_ids, id)) {
            add.push_back(id);
        }
    }
    for (const std::int64_t id : now.group_ids) {
        if (!is_member(images.after.group_ids, id)) {
            remove.push_back(id);
        }
    }
    auto done = co_await set_groups(
        std::move(user), std::move(add), std::move(remove), images.after.group_ids
    );
    if (!done) {
        co_return done.error();
    }
    co_return acted(Acted::Kind::done, "moved to group " + settings_.restricted_group);
}

/// First added, then removed: in between the user has too many inbounds rather than none. Where
/// the bulk orders are forbidden, one PUT.
asio::awaitable<Result<void>> PanelEnforcer::set_groups(
    PanelUser user,
    std::vector<std::int64_t> add,
    std::vector<std::int64_t> remove,
    std::vector<std::int64_t> result
) {
    const std::vector<std::int64_t> users(1, user.id);
    Result<void> done;
    if (!add.empty()) {
        done = co_await client_->add_to_groups(std::move(add), users);
    }
    if (done && !remove.empty()) {
        done = co_await client_->remove_from_groups(std::move(remove), users);
    }
    if (done || !is_forbidden(done.error()) || result.empty()) {
        co_return done;
    }
    UserChange change;
    change.group_ids = std::move(result);
    auto changed = co_await client_->change(std::move(user), std::move(change));
    co_return changed ? Result<void>() : Result<void>(changed.error());
}

std::optional<Verification> PanelEnforcer::released(
    const Measure& measure, const Images& images, const UserImage& now
) const {
    if (now.status == images.after.status) {
        return std::nullopt;
    }
    const bool never_done = now.status == images.before.status && is_too_soon_for_others(measure);
    Verification verification;
    verification.kind =
        never_done ? Verification::Kind::ineffective : Verification::Kind::overruled;
    verification.text = "its status in the panel is " + now.status;
    return verification;
}

void PanelEnforcer::judge_move(
    const Measure& /*measure*/,
    const Images& images,
    const UserImage& now,
    Verification& verification
) const {
    if (now.group_ids != images.after.group_ids) {
        verification.kind = Verification::Kind::overruled;
        verification.text = "its groups have been changed";
    }
}

}  // namespace fairgate::backends::pasarguard
