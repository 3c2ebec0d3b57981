#include "backends/marzban/enforcer.hpp"

#include <utility>

// How a measure is undone: only what is still as we left it, and read back afterwards.
namespace fairgate::backends::marzban {

namespace asio = boost::asio;
using enforcement::Restored;

namespace {

Restored outcome(Restored::Kind kind, std::string text) {
    Restored result;
    result.kind = kind;
    result.text = std::move(text);
    return result;
}

Result<Restored> gone() {
    return outcome(Restored::Kind::gone, "the user is no longer in the panel");
}

}  // namespace

asio::awaitable<Result<Restored>> PanelEnforcer::restore(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    const std::string key = folded(images->before.username);
    if (auto turn = co_await client_->turn_to_change(); !turn) {
        co_return turn.error();
    }
    auto user = co_await find_same(images->before);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        blocked_.erase(key);
        co_return gone();
    }
    if (measure.action == Action::move_group) {
        co_return co_await move_back(*images, **std::move(user));
    }
    auto done = co_await unblock(*images, **std::move(user));
    if (done) {
        blocked_.erase(key);
        done->text +=
            images->after.revoked ? "; its subscription was revoked: send the new link" : "";
    }
    co_return done;
}

asio::awaitable<Result<Restored>> PanelEnforcer::unblock(Images images, PanelUser user) {
    const UserImage now = image_of(user);
    if (images.before.status == images.after.status || untouched_.contains(folded(now.username))) {
        co_return outcome(Restored::Kind::already, "we have not disabled it");
    }
    if (now.status != images.after.status) {
        co_return outcome(Restored::Kind::already, "its status is " + now.status + " already");
    }
    UserChange change = enabling(images, user);
    const auto enabled = co_await client_->change(std::move(user), std::move(change));
    if (!enabled) {
        co_return is_missing_user(enabled.error()) ? gone() : Result<Restored>(enabled.error());
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
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch());
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
    const auto user = co_await find_same(std::move(image));
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return gone();
    }
    const std::string& status = (**user).status;
    if (status == refused_status) {
        co_return panel::not_carried_out(product, "to enable the user", status);
    }
    co_return outcome(Restored::Kind::restored, "its status is " + status);
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
            co_return is_missing_user(changed.error()) ? gone() : Result<Restored>(changed.error());
        }
    }
    switch (plan.kind) {
        case InboundReturn::Kind::nothing:
            co_return outcome(Restored::Kind::already, plan.text);
        case InboundReturn::Kind::conflict:
            co_return outcome(Restored::Kind::conflict, plan.text);
        case InboundReturn::Kind::restore:
            break;
    }
    const auto now = co_await find_same(images.before);
    if (!now) {
        co_return now.error();
    }
    if (!*now) {
        co_return gone();
    }
    const InboundReturn left = plan_return(images.before, images.after, image_of(**now), *existing);
    if (left.kind == InboundReturn::Kind::restore) {
        co_return panel::not_carried_out(product, "to give the inbounds back", left.text);
    }
    co_return outcome(Restored::Kind::restored, plan.text);
}

}  // namespace fairgate::backends::marzban
