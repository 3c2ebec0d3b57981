#include "backends/pasarguard/enforcer.hpp"

#include "backends/pasarguard/errors.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::pasarguard {

namespace asio = boost::asio;
using enforcement::Acted;
using enforcement::Reading;
using enforcement::Verification;

namespace {

/// An order that the panel answered well and that is not to be seen so soon afterwards was never
/// carried out; later, someone has undone it.
constexpr std::chrono::seconds too_soon_for_others{10};

Acted acted(Acted::Kind kind, std::string text) {
    Acted result;
    result.kind = kind;
    result.text = std::move(text);
    return result;
}

/// Revoking blocks as well.
bool blocks(Action action) { return action == Action::block || action == Action::revoke; }

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
    : client_(std::move(client)),
      directory_(directory),
      clock_(clock),
      settings_(std::move(settings)),
      name_("pasarguard:" + client_->name()) {}

bool PanelEnforcer::supports(Action action) const {
    return blocks(action) || (action == Action::move_group && !settings_.restricted_group.empty());
}

Result<PanelEnforcer::Images> PanelEnforcer::images_of(const Measure& measure) {
    auto before = parse_image(measure.before, "before");
    if (!before) {
        return before.error();
    }
    auto after = parse_image(measure.after, "after");
    if (!after) {
        return after.error();
    }
    return Images{*std::move(before), *std::move(after)};
}

asio::awaitable<Result<Reading>> PanelEnforcer::read(const Measure& measure) {
    auto user = co_await find(measure);
    if (!user) {
        co_return user.error();
    }
    Reading reading;
    if (!*user) {
        reading.kind = Reading::Kind::gone;
        co_return reading;
    }
    UserImage now = image_of(**user);
    bool revoked = false;
    if (!measure.before.empty()) {
        const auto images = images_of(measure);
        if (!images) {
            co_return images.error();
        }
        const auto& [before, after] = *images;
        revoked = after.revoked;
        const bool by_others = disabled_by_others_.erase(now.id) > 0;
        if (!by_others && status_standing(before, after, now) == Standing::as_after) {
            now.status = before.status;
        }
        if (groups_standing(before, after, now) == Standing::as_after) {
            now.group_ids = before.group_ids;
        }
    }
    UserImage after = now;
    after.revoked = revoked;
    if (blocks(measure.action)) {
        after.status = "disabled";
    } else if (measure.action == Action::move_group && supports(measure.action)) {
        auto group = co_await restricted_group();
        if (!group) {
            co_return group.error();
        }
        after.group_ids.assign(1, *group);
    } else {
        co_return not_supported(json::write(measure.action));
    }
    if (blocks(measure.action) && (**user).status != after.status && !may_still_come(measure)) {
        untouched_.insert(now.id);
    }
    reading.now = json::write(now);
    reading.after = json::write(after);
    co_return reading;
}

asio::awaitable<Result<Acted>> PanelEnforcer::act(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    auto user = co_await find_again(images->before);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return acted(Acted::Kind::gone, "the user is no longer in the panel");
    }
    if (measure.action == Action::move_group) {
        co_return co_await move(*images, **std::move(user));
    }
    const OwnOrder earlier = may_still_come(measure) ? OwnOrder::may_still_come : OwnOrder::none;
    auto done = co_await block(*images, **std::move(user), earlier);
    const bool whole = done && done->kind == Acted::Kind::done;
    if (measure.action != Action::revoke || !whole || images->after.revoked) {
        co_return done;
    }
    co_return co_await revoke(images->after, *std::move(done));
}

/// Once: who has been sent the new link keeps it, however often the block is asserted.
asio::awaitable<Result<Acted>> PanelEnforcer::revoke(UserImage after, Acted done) {
    const auto revoked = co_await client_->revoke_subscription(after.id);
    if (!revoked) {
        if (!is_forbidden(revoked.error())) {
            co_return revoked.error();
        }
        done.text += "; its subscription was not revoked: the panel does not allow it";
        co_return done;
    }
    if (!done.after.empty()) {
        auto newer = parse_image(done.after, "after");
        if (!newer) {
            co_return newer.error();
        }
        after = *std::move(newer);
    }
    after.revoked = true;
    done.after = json::write(after);
    done.text += ", its subscription and its keys made anew";
    co_return done;
}

bool PanelEnforcer::may_still_come(const Measure& measure) const {
    return measure.doubt && clock_.now() < *measure.doubt;
}

asio::awaitable<Result<Acted>> PanelEnforcer::block(
    const Images& images, PanelUser user, OwnOrder earlier
) {
    const UserImage now = image_of(user);
    switch (status_standing(images.before, images.after, now)) {
        case Standing::otherwise:
            co_return acted(Acted::Kind::changed, "its status is now " + now.status);
        case Standing::as_before:
            if (images.before.status == images.after.status) {
                co_return acted(Acted::Kind::done, "it was disabled already");
            }
            untouched_.erase(now.id);
            blocked_.try_emplace(now.id);
            co_return co_await first_disable(std::move(user), earlier);
        case Standing::as_after:
            break;
    }
    if (untouched_.contains(now.id)) {
        co_return disabled_by_someone_else(now.id);
    }
    blocked_.try_emplace(now.id);
    const std::int64_t id = user.id;
    auto language = co_await client_->dialect();
    if (!language) {
        co_return language.error();
    }
    if (!language->has_disable_switch()) {
        co_return co_await disable_by_put(std::move(user));
    }
    const auto again = co_await client_->set_disabled(id, Disabled::yes);
    if (!again) {
        co_return again.error();
    }
    co_return acted(Acted::Kind::done, "disabled again, so that every node hears of it");
}

Acted PanelEnforcer::disabled_by_someone_else(std::int64_t id) {
    disabled_by_others_.insert(id);
    blocked_.erase(id);
    return acted(Acted::Kind::changed, "someone else disabled it in the same moment");
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
        co_return disabled_by_someone_else(user.id);
    }
    if (changed) {
        co_return acted(Acted::Kind::done, "disabled in the panel");
    }
    const Error& error = changed.error();
    if (is_missing_user(error)) {
        co_return acted(Acted::Kind::gone, "the user is no longer in the panel");
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

asio::awaitable<Result<Acted>> PanelEnforcer::move(const Images& images, PanelUser user) {
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

asio::awaitable<Result<Verification>> PanelEnforcer::verify(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    auto user = co_await find_again(images->before);
    if (!user) {
        co_return user.error();
    }
    Verification verification;
    if (!*user) {
        verification.kind = Verification::Kind::gone;
        co_return verification;
    }
    const UserImage now = image_of(**user);
    if (blocks(measure.action)) {
        co_return judge_block(measure, *images, now);
    }
    verification.look_again = clock_.now() + settings_.look_again;
    if (now.group_ids != images->after.group_ids) {
        verification.kind = Verification::Kind::overruled;
        verification.text = "its groups have been changed";
    }
    co_return verification;
}

Verification PanelEnforcer::judge_block(
    const Measure& measure, const Images& images, const UserImage& now
) {
    const TimePoint time = clock_.now();
    const TimePoint ordered = measure.acted.value_or(time);
    Verification verification;
    if (now.status != images.after.status) {
        const bool never_done =
            now.status == images.before.status && time - ordered < too_soon_for_others;
        verification.kind =
            never_done ? Verification::Kind::ineffective : Verification::Kind::overruled;
        verification.text = "its status in the panel is " + now.status;
        return verification;
    }
    const auto blocked = blocked_.find(now.id);
    const bool comes_on = blocked != blocked_.end() && blocked->second &&
                          *blocked->second > ordered + settings_.grace;
    if (comes_on) {
        verification.kind = Verification::Kind::ineffective;
        verification.text = "disabled in the panel, and new connections still come";
        blocked->second.reset();
        return verification;
    }
    const bool just_done = time < ordered + settings_.grace;
    verification.look_again =
        just_done ? ordered + 2 * settings_.grace : time + settings_.look_again;
    return verification;
}

void PanelEnforcer::saw_connection(std::int64_t user_id, TimePoint time, Carrier carrier) {
    const auto blocked = blocked_.find(user_id);
    if (carrier == Carrier::inside_another || blocked == blocked_.end()) {
        return;
    }
    if (!blocked->second || *blocked->second < time) {
        blocked->second = time;
    }
}

}  // namespace fairgate::backends::pasarguard
