#include "backends/pasarguard/enforcer.hpp"
#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <utility>

// How a measure is undone: only what is still as we left it, and read back afterwards.
namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;
using enforcement::Restored;
using panel::restored;

namespace {

bool is_used_up(std::string_view status) { return status == "limited" || status == "expired"; }

}  // namespace

/// Another tool may have disabled whom it moved; we never do both.
asio::awaitable<Result<Restored>> PanelEnforcer::move_back(Images images, PanelUser user) {
    auto moved = co_await give_groups_back(images, std::move(user));
    const bool whole = moved && moved->kind != Restored::Kind::gone;
    if (!whole || images.before.status == images.after.status) {
        co_return moved;
    }
    auto now = co_await find_again(images.before);
    if (!now) {
        co_return now.error();
    }
    if (!*now) {
        co_return panel::restored_nobody();
    }
    auto enabled = co_await unblock(images, **std::move(now));
    if (!enabled || moved->kind != Restored::Kind::conflict) {
        co_return enabled;
    }
    co_return moved;
}

asio::awaitable<Result<Restored>> PanelEnforcer::unblock(Images images, PanelUser user) {
    const UserImage now = image_of(user);
    if (images.before.status == images.after.status || users().is_untouched(key(now))) {
        co_return restored(Restored::Kind::already, "we have not disabled it");
    }
    if (fell_back_on_hold(images.before, now)) {  // a crash came between our two orders
        const auto ended = co_await end_hold(user, user);
        if (!ended) {
            co_return ended.error();
        }
        co_return co_await read_back(now.id, "on_hold");
    }
    if (lost_its_expiry(images.before, now)) {
        co_return restored(
            Restored::Kind::conflict,
            "its expiry is now " + json::serialize(now.expire) + ", it was " +
                json::serialize(images.before.expire)
        );
    }
    if (now.status != images.after.status) {
        co_return restored(Restored::Kind::already, "its status is " + now.status + " already");
    }
    const auto enabled = co_await enable(images, user);
    if (!enabled) {
        co_return is_missing_user(enabled.error()) ? Result<Restored>(panel::restored_nobody())
                                                   : Result<Restored>(enabled.error());
    }
    co_return co_await read_back(now.id, images.after.status);
}

/// The switch resolves what the user is now (active, on_hold, limited, expired) from its own
/// fields. Before 5.0 there is only PUT.
asio::awaitable<Result<PanelUser>> PanelEnforcer::enable(
    const Images& images, const PanelUser& user
) {
    auto language = co_await client_->dialect();
    if (!language) {
        co_return language.error();
    }
    if (!language->has_disable_switch()) {
        co_return co_await enable_by_put(images, user);
    }
    auto enabled = co_await client_->set_disabled(user.id, Disabled::no);
    const std::string& before = images.before.status;
    if (!enabled || (before != "active" && !before.empty())) {
        co_return enabled;
    }
    // Of a user that another tool disabled only its expiry tells that its hold had ended.
    const bool had_begun = before == "active" || !user.expire.is_null();
    if (had_begun && enabled->status == "on_hold") {
        co_return co_await end_hold(user, *enabled);
    }
    if (is_used_up(enabled->status) && !enabled->next_plan.is_null()) {
        // Its plan ended while we held it. The panel begins the next plan only from active, so it
        // would never begin: let its review meet an active user, as it would have without us.
        UserChange change;
        change.status = "active";
        co_return co_await client_->change(*enabled, std::move(change));
    }
    co_return enabled;
}

asio::awaitable<Result<PanelUser>> PanelEnforcer::enable_by_put(
    const Images& images, const PanelUser& user
) {
    UserChange change;
    change.status = "active";
    const std::string& before = images.before.status;
    // Who disabled it before us kept no status: one that has a hold to begin was on hold.
    const bool held = before.empty() && user.on_hold_expire_duration.value_or(0) > 0;
    // An expiry that someone has set meanwhile ended the hold; PUT on_hold would delete it.
    if ((before == "on_hold" || held) && user.expire.is_null()) {
        change.status = "on_hold";
        change.on_hold_expire_duration = user.on_hold_expire_duration
                                             ? user.on_hold_expire_duration
                                             : images.before.on_hold_expire_duration;
    }
    if (is_used_up(before) || (before.empty() && !held && user.next_plan.is_null())) {
        // Sent along unchanged, these two make the panel resolve the status at once; its review
        // would begin the next plan of a user that is active and used up.
        change.data_limit = user.data_limit;
        if (!user.expire.is_null()) {
            change.expire = with_zone(user.expire);
        }
    }
    co_return co_await client_->change(user, std::move(change));
}

/// Makes a user active that fell back on hold, with the expiry it had when it was read.
asio::awaitable<Result<PanelUser>> PanelEnforcer::end_hold(
    const PanelUser& as_read, const PanelUser& now
) {
    UserChange change;
    change.status = "active";
    if (!as_read.expire.is_null()) {
        change.expire = with_zone(as_read.expire);
    } else if (!now.expire.is_null()) {
        change.expire = 0;  // the review was faster than we
    }
    co_return co_await client_->change(now, std::move(change));
}

asio::awaitable<Result<Restored>> PanelEnforcer::read_back(
    std::int64_t id, std::string refused_status
) {
    const auto user = co_await find_by_id(id);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return panel::restored_nobody();
    }
    const std::string& status = (**user).status;
    if (status == refused_status) {
        co_return not_carried_out("to enable the user", status);
    }
    co_return restored(Restored::Kind::restored, "its status is " + status);
}

asio::awaitable<Result<Restored>> PanelEnforcer::give_groups_back(
    const Images& images, PanelUser user
) {
    auto groups = co_await client_->groups();
    if (!groups) {
        co_return groups.error();
    }
    std::vector<std::int64_t> existing;
    for (const PanelGroup& group : *groups) {
        existing.push_back(group.id);
    }
    const std::int64_t id = user.id;
    const GroupReturn plan = plan_return(images.before, images.after, image_of(user), existing);
    switch (plan.kind) {
        case GroupReturn::Kind::nothing:
            co_return restored(Restored::Kind::already, plan.text);
        case GroupReturn::Kind::conflict:
            co_return restored(Restored::Kind::conflict, plan.text);
        case GroupReturn::Kind::restore:
            break;
    }
    const auto done = co_await set_groups(std::move(user), plan.add, plan.remove, plan.result);
    if (!done) {
        co_return done.error();
    }
    const auto now = co_await find_by_id(id);
    if (!now) {
        co_return now.error();
    }
    if (!*now) {
        co_return panel::restored_nobody();
    }
    const GroupReturn left = plan_return(images.before, images.after, image_of(**now), existing);
    if (left.kind == GroupReturn::Kind::restore) {
        co_return not_carried_out("to move the user back", left.text);
    }
    co_return restored(Restored::Kind::restored, plan.text);
}

}  // namespace fairgate::backends::pasarguard
