#pragma once

#include "backends/panel/blocked_users.hpp"
#include "backends/panel/errors.hpp"
#include "backends/panel/standing.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "enforcement/enforcer.hpp"
#include "model/measure.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fairgate::backends::panel {

/// Revoking blocks as well.
inline bool blocks(Action action) { return action == Action::block || action == Action::revoke; }

enforcement::Acted acted(enforcement::Acted::Kind kind, std::string text);
enforcement::Acted acted_on_nobody();
enforcement::Restored restored(enforcement::Restored::Kind kind, std::string text);
enforcement::Restored restored_nobody();

/// What is the same in every panel's enforcer: the order of the steps, and whose doing a state is.
/// How the product's users are found, changed and given back is overridden. `User` is one as the
/// panel shows it. `Image` is what measures keep of one; it has a `status`, and `revoked`: its
/// subscription was made anew by us.
template <class User, class Image>
class UserEnforcer : public enforcement::Enforcer {
public:
    UserEnforcer(const Product& product, std::string name, const Clock& clock, HoldTimes times)
        : product_(product), name_(std::move(name)), clock_(clock), times_(times) {}

    std::string_view name() const final { return name_; }
    bool supports(Action action) const final {
        return blocks(action) || (action == Action::move_group && can_move());
    }

    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) final;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) final;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure) final;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) final;

protected:
    template <class T>
    using Answer = boost::asio::awaitable<Result<T>>;

    /// What a measure keeps of its user.
    struct Images {
        Image before;
        Image after;
    };

    const Clock& clock() const { return clock_; }
    BlockedUsers& users() { return users_; }
    /// Whether an order of ours may be on its way still, sent by this program or before a crash.
    bool may_still_come(const Measure& measure) const {
        return measure.doubt && clock_.now() < *measure.doubt;
    }
    bool is_too_soon_for_others(const Measure& measure) const {
        const TimePoint now = clock_.now();
        return now - measure.acted.value_or(now) < too_soon_for_others;
    }

private:
    // The product's own: who it is.

    /// What tells the user from a later one of the same name, as text.
    virtual std::string key(const Image& image) const = 0;
    virtual Image image(const User& user) const = 0;
    /// The product's 023; `which` is "before" or "after".
    virtual Result<Image> parse(std::string_view text, std::string_view which) const = 0;
    virtual Answer<std::optional<User>> find(std::string account) = 0;
    /// Nothing when the user is gone, or was made again since.
    virtual Answer<std::optional<User>> find_again(Image image) = 0;

    // Before an order.

    virtual bool can_move() const = 0;
    /// Whether a block has something to do.
    virtual bool lets_in(std::string_view status) const = 0;
    /// Gives `now` the groups or inbounds from before, if they are as our move left them.
    virtual void undo_move(const Images& images, Image& now) const = 0;
    /// How the measure leaves a user that is as `now` says.
    virtual Answer<Image> as_ordered(const Measure& measure, Image now) = 0;
    /// Waits until a change may be sent. The user is read behind it, so that it is not old then.
    virtual Answer<void> turn_to_change() { co_return Result<void>(); }

    // The orders, and what has become of them.

    virtual Answer<enforcement::Acted> block(const Measure& measure, Images images, User user) = 0;
    virtual Answer<enforcement::Acted> move(Images images, User user) = 0;
    virtual Answer<User> revoke_subscription(const Image& user) = 0;
    /// Of a user under a block; nothing while the panel does not let it in.
    virtual std::optional<enforcement::Verification> released(
        const Measure& measure, const Images& images, const Image& now
    ) const = 0;
    /// Of a user whose block holds: how it was left, where the measure does not know that because
    /// another tool disabled it; else nothing.
    virtual std::optional<Image> learned(const Images&, const Image&) const { return std::nullopt; }
    /// Says in `verification` if the move is not in force.
    virtual void judge_move(
        const Measure& measure,
        const Images& images,
        const Image& now,
        enforcement::Verification& verification
    ) const = 0;
    virtual Answer<enforcement::Restored> unblock(Images images, User user) = 0;
    virtual Answer<enforcement::Restored> move_back(Images images, User user) = 0;

    Result<Images> images_of(const Measure& measure) const;
    Answer<std::optional<User>> find_of(const Measure& measure);
    Answer<enforcement::Acted> revoke(Image after, enforcement::Acted done);

    const Product& product_;
    std::string name_;
    const Clock& clock_;
    HoldTimes times_;
    BlockedUsers users_;
};

template <class User, class Image>
auto UserEnforcer<User, Image>::images_of(const Measure& measure) const -> Result<Images> {
    auto before = parse(measure.before, "before");
    if (!before) {
        return before.error();
    }
    auto after = parse(measure.after, "after");
    if (!after) {
        return after.error();
    }
    return Images{*std::move(before), *std::move(after)};
}

template <class User, class Image>
auto UserEnforcer<User, Image>::find_of(const Measure& measure) -> Answer<std::optional<User>> {
    if (measure.before.empty()) {
        co_return co_await find(measure.account.name);
    }
    auto before = parse(measure.before, "before");
    if (!before) {
        co_return before.error();
    }
    co_return co_await find_again(*std::move(before));
}

template <class User, class Image>
auto UserEnforcer<User, Image>::read(const Measure& measure) -> Answer<enforcement::Reading> {
    auto user = co_await find_of(measure);
    if (!user) {
        co_return user.error();
    }
    enforcement::Reading reading;
    if (!*user) {
        reading.kind = enforcement::Reading::Kind::gone;
        co_return reading;
    }
    Image now = image(**user);
    const std::string who = key(now);
    bool revoked = false;
    if (!measure.before.empty()) {
        const auto images = images_of(measure);
        if (!images) {
            co_return images.error();
        }
        const auto& [before, after] = *images;
        revoked = after.revoked;
        const bool by_others = users_.take_disabled_by_someone_else(who);
        if (!by_others && status_standing(before, after, now) == Standing::as_after) {
            now.status = before.status;
        }
        undo_move(*images, now);
    }
    if (!supports(measure.action)) {
        co_return not_supported(product_, json::write(measure.action));
    }
    auto after = co_await as_ordered(measure, now);
    if (!after) {
        co_return after.error();
    }
    if (blocks(measure.action) && lets_in((**user).status) && !may_still_come(measure)) {
        users_.read(who);
    }
    after->revoked = revoked;
    reading.now = json::write(now);
    reading.after = json::write(*after);
    co_return reading;
}

template <class User, class Image>
auto UserEnforcer<User, Image>::act(const Measure& measure) -> Answer<enforcement::Acted> {
    auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    if (auto turn = co_await turn_to_change(); !turn) {
        co_return turn.error();
    }
    auto user = co_await find_again(images->before);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        co_return acted_on_nobody();
    }
    if (measure.action == Action::move_group) {
        co_return co_await move(*std::move(images), **std::move(user));
    }
    auto done = co_await block(measure, *images, **std::move(user));
    const bool whole = done && done->kind == enforcement::Acted::Kind::done;
    if (measure.action != Action::revoke || !whole || images->after.revoked) {
        co_return done;
    }
    co_return co_await revoke(std::move(images->after), *std::move(done));
}

/// Once: who has been sent the new link keeps it, however often the block is asserted.
template <class User, class Image>
auto UserEnforcer<User, Image>::revoke(Image after, enforcement::Acted done)
    -> Answer<enforcement::Acted> {
    const auto revoked = co_await revoke_subscription(after);
    if (!revoked) {
        if (!is_forbidden(revoked.error())) {
            co_return revoked.error();
        }
        done.text += "; its subscription was not revoked: the panel does not allow it";
        co_return done;
    }
    if (!done.after.empty()) {
        auto newer = parse(done.after, "after");
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

template <class User, class Image>
auto UserEnforcer<User, Image>::verify(const Measure& measure)
    -> Answer<enforcement::Verification> {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    auto user = co_await find_again(images->before);
    if (!user) {
        co_return user.error();
    }
    enforcement::Verification verification;
    if (!*user) {
        verification.kind = enforcement::Verification::Kind::gone;
        co_return verification;
    }
    const Image now = image(**user);
    const TimePoint time = clock_.now();
    if (!blocks(measure.action)) {
        verification.look_again = time + times_.look_again;
        judge_move(measure, *images, now, verification);
        co_return verification;
    }
    if (auto free = released(measure, *images, now)) {
        co_return *std::move(free);
    }
    verification = users_.judge(key(now), measure.acted.value_or(time), time, times_);
    if (const auto after = learned(*images, now)) {
        verification.after = json::write(*after);
    }
    co_return verification;
}

template <class User, class Image>
auto UserEnforcer<User, Image>::restore(const Measure& measure) -> Answer<enforcement::Restored> {
    auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    const std::string who = key(images->before);
    if (auto turn = co_await turn_to_change(); !turn) {
        co_return turn.error();
    }
    auto user = co_await find_again(images->before);
    if (!user) {
        co_return user.error();
    }
    if (!*user) {
        users_.release(who);
        co_return restored_nobody();
    }
    if (measure.action == Action::move_group) {
        co_return co_await move_back(*std::move(images), **std::move(user));
    }
    auto done = co_await unblock(*images, **std::move(user));
    if (done) {
        users_.release(who);
        done->text +=
            images->after.revoked ? "; its subscription was revoked: send the new link" : "";
    }
    co_return done;
}

}  // namespace fairgate::backends::panel
