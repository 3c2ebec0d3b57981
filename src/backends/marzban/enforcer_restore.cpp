#include "backends/marzban/enforcer.hpp"

#include <utility>

// How a measure is undone: only what is still as we left it, and read back afterwards.
namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using enforcement::Restored;
using panel::restored;

asio::awaitable<Result<Restored>> PanelEnforcer::unblock(Images images, PanelUser user) {
    const UserImage now = image_of(user);
    if (images.before.status == images.after.status || users().is_untouched(key(now))) {
        co_return restored(Restored::Kind::already, "we have not disabled it");
    }
    if (now.status != images.after.status) {
        co_return restored(Restored::Kind::already, "its status is " + now.status + " already");
    }
    UserChange change = enabling(images, user);
    const auto enabled = co_await client_->change(std::move(user), std::move(change));
    if (!enabled) {
        co_return is_missing_user(enabled.error()) ? Result<Restored>(panel::restored_nobody())
                                                   : Result<Restored>(enabled.error());
    }
    co_return co_await read_back(std::move(images.before), images.after.status);
}

/// The panel takes `active` literally, so that an expired user would run until its next review
/// (10 s). Sent along unchanged, expiry and quota make it resolve the status at once. Not so where
/// a next plan waits: the review begins it only from active.
UserChange PanelEnforcer::enabling(const Images& images, const PanelUser& user) const {
    UserChange change;
    const std::string& before = images.before.status;
    // Who disabled it before us kept no status: one that has a hold to begin was on hold.
    const bool held = before.empty() && user.on_hold_expire_duration.value_or(0) > 0;
    // An expiry that someone has set meanwhile ended the hold.
    if ((before == "on_hold" || held) && !user.expire) {
        change.status = "on_hold";
        change.on_hold_expire_duration = user.on_hold_expire_duration.value_or(0) > 0
                                             ? user.on_hold_expire_duration
                                             : images.before.on_hold_expire_duration;
        if (change.on_hold_expire_duration.value_or(0) > 0) {
            return change;
        }
        change.on_hold_expire_duration.reset();
    }
    change.status = "active";
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(clock().now().time_since_epoch());
    const bool expired = user.expire && *user.expire <= now.count();
    const bool limited = user.data_limit && user.used_traffic >= *user.data_limit;
    if (!user.next_plan.is_null()) {
        return change;
    }
    if (expired) {
        change.expire = user.expire;
    } else if (limited) {
        change.data_limit = user.data_limit;
    }
    return change;
}

asio::awaitable<Result<Restored>> PanelEnforcer::read_back(
    UserImage image, std::string refused_status
) {
    const auto user = co_await find_again(std::move(image));
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return panel::restored_nobody();
    }
    const std::string& status = (**user).status;
    if (status == refused_status) {
        co_return panel::not_carried_out(product, "to enable the user", status);
    }
    co_return restored(Restored::Kind::restored, "its status is " + status);
}

asio::awaitable<Result<Restored>> PanelEnforcer::move_back(Images images, PanelUser user) {
    auto existing = co_await client_->inbounds();
    if (!existing) {
        co_return existing.error();
    }
    const InboundReturn plan = plan_return(images.before, images.after, image_of(user), *existing);
    if (!plan.inbounds.empty()) {
        UserChange change;
        change.inbounds = plan.inbounds;
        const auto changed = co_await client_->change(std::move(user), std::move(change));
        if (!changed) {
            co_return is_missing_user(changed.error()) ? Result<Restored>(panel::restored_nobody())
                                                       : Result<Restored>(changed.error());
        }
    }
    switch (plan.kind) {
        case InboundReturn::Kind::nothing:
            co_return restored(Restored::Kind::already, plan.text);
        case InboundReturn::Kind::conflict:
            co_return restored(Restored::Kind::conflict, plan.text);
        case InboundReturn::Kind::restore:
            break;
    }
    const auto now = co_await find_again(images.before);
    if (!now) {
        co_return now.error();
    }
    if (!*now) {
        co_return panel::restored_nobody();
    }
    const InboundReturn left = plan_return(images.before, images.after, image_of(**now), *existing);
    if (left.kind == InboundReturn::Kind::restore) {
        co_return panel::not_carried_out(product, "to give the inbounds back", left.text);
    }
    co_return restored(Restored::Kind::restored, plan.text);
}

}  // namespace fairgate::backends::marzban
