#include "backends/marzban/enforcer.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::marzban {

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
    : client_(std::move(client)),
      directory_(directory),
      clock_(clock),
      settings_(std::move(settings)),
      name_("marzban:" + client_->name()) {}

bool PanelEnforcer::supports(Action action) const {
    return blocks(action) ||
           (action == Action::move_group && !settings_.restricted_inbounds.empty());
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
    const std::string key = folded(now.username);
    bool revoked = false;
    if (!measure.before.empty()) {
        const auto images = images_of(measure);
        if (!images) {
            co_return images.error();
        }
        const auto& [before, after] = *images;
        revoked = after.revoked;
        const bool by_others = disabled_by_others_.erase(key) > 0;
        if (!by_others && status_standing(before, after, now) == Standing::as_after) {
            now.status = before.status;
        }
        if (inbounds_standing(before, after, now) == Standing::as_after) {
            now.inbounds = before.inbounds;
        }
    }
    auto after = co_await as_ordered(measure, now);
    if (!after) {
        co_return after.error();
    }
    if (blocks(measure.action) && lets_in((**user).status) && !may_still_come(measure)) {
        untouched_.insert(key);
    }
    after->revoked = revoked;
    reading.now = json::write(now);
    reading.after = json::write(*after);
    co_return reading;
}

/// How the measure leaves a user that is as `now` says.
asio::awaitable<Result<UserImage>> PanelEnforcer::as_ordered(
    const Measure& measure, UserImage now
) {
    if (!supports(measure.action)) {
        co_return panel::not_supported(product, json::write(measure.action));
    }
    if (blocks(measure.action)) {
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

asio::awaitable<Result<Acted>> PanelEnforcer::act(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    // Its turn first, so that what is read is not old when it is sent.
    if (auto turn = co_await client_->turn_to_change(); !turn) {
        co_return turn.error();
    }
    auto user = co_await find_same(images->before);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return acted(Acted::Kind::gone, "the user is no longer in the panel");
    }
    if (measure.action == Action::move_group) {
        co_return co_await restrict(*images, **std::move(user));
    }
    auto done = co_await block(measure, *images, **std::move(user));
    const bool whole = done && done->kind == Acted::Kind::done;
    if (measure.action != Action::revoke || !whole || images->after.revoked) {
        co_return done;
    }
    co_return co_await revoke(images->after, *std::move(done));
}

/// Once: who has been sent the new link keeps it, however often the block is asserted.
asio::awaitable<Result<Acted>> PanelEnforcer::revoke(UserImage after, Acted done) {
    const auto revoked = co_await client_->revoke_subscription(after.username);
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
    const Measure& measure, Images images, PanelUser user
) {
    const UserImage now = image_of(user);
    const std::string key = folded(now.username);
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
            untouched_.erase(key);
            break;
        case Standing::as_after:
            if (untouched_.contains(key) && !may_still_come(measure)) {
                disabled_by_others_.insert(key);
                blocked_.erase(key);
                co_return acted(
                    Acted::Kind::changed, "someone else disabled it in the same moment"
                );
            }
            break;
    }
    blocked_.try_emplace(key);
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
        co_return is_missing_user(changed.error())
            ? Result<Acted>(acted(Acted::Kind::gone, "the user is no longer in the panel"))
            : Result<Acted>(changed.error());
    }
    Acted done = acted(Acted::Kind::done, "disabled in the panel");
    // What a later reset of usage is told by.
    images.after.used_traffic = changed->used_traffic;
    images.after.next_plan = changed->next_plan;
    done.after = json::write(images.after);
    co_return done;
}

asio::awaitable<Result<Acted>> PanelEnforcer::restrict(Images images, PanelUser user) {
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
        co_return is_missing_user(changed.error())
            ? Result<Acted>(acted(Acted::Kind::gone, "the user is no longer in the panel"))
            : Result<Acted>(changed.error());
    }
    co_return acted(
        Acted::Kind::done, "restricted to inbounds " + list_text(images.after.inbounds)
    );
}

asio::awaitable<Result<Verification>> PanelEnforcer::verify(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    auto user = co_await find_same(images->before);
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
    const Standing standing = inbounds_standing(images->before, images->after, now);
    if (standing != Standing::as_after && images->before.inbounds != images->after.inbounds) {
        const bool never_done =
            standing == Standing::as_before &&
            clock_.now() - measure.acted.value_or(clock_.now()) < too_soon_for_others;
        verification.kind =
            never_done ? Verification::Kind::ineffective : Verification::Kind::overruled;
        verification.text = "its inbounds are " + list_text(now.inbounds);
    }
    co_return verification;
}

Verification PanelEnforcer::judge_block(
    const Measure& measure, const Images& images, const UserImage& now
) {
    const TimePoint time = clock_.now();
    const TimePoint ordered = measure.acted.value_or(time);
    Verification verification;
    if (lets_in(now.status)) {
        const bool never_done =
            now.status == images.before.status && time - ordered < too_soon_for_others;
        const bool renewed = was_renewed(images.before, images.after, now);
        verification.kind =
            never_done || renewed ? Verification::Kind::ineffective : Verification::Kind::overruled;
        verification.text = renewed ? "its usage was reset or it was renewed, which made it " +
                                          now.status + " again"
                                    : "its status in the panel is " + now.status;
        return verification;
    }
    const auto blocked = blocked_.find(folded(now.username));
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

void PanelEnforcer::saw_connection(std::string_view username, TimePoint time, Carrier carrier) {
    const auto blocked = blocked_.find(folded(username));
    if (carrier == Carrier::inside_another || blocked == blocked_.end()) {
        return;
    }
    if (!blocked->second || *blocked->second < time) {
        blocked->second = time;
    }
}

asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find(const Measure& measure) {
    if (measure.before.empty()) {
        co_return co_await client_->user(measure.account.name);
    }
    const auto before = parse_image(measure.before, "before");
    if (!before) {
        co_return before.error();
    }
    co_return co_await find_same(*before);
}

/// Nothing when the user is gone, or was made again since. A panel that shows us nobody at all has
/// taken our rights away, which says nothing about the user.
asio::awaitable<Result<std::optional<PanelUser>>> PanelEnforcer::find_same(UserImage image) {
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
