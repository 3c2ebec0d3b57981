#include "backends/xray/enforcer.hpp"

#include "backends/xray/errors.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::backends::xray {

namespace asio = boost::asio;
using enforcement::Acted;
using enforcement::Reading;
using enforcement::Verification;

namespace {

std::string list_of(const AccountImage& image) {
    std::string text;
    for (const InboundImage& inbound : image.inbounds) {
        if (!inbound.sealed.empty()) {
            text += (text.empty() ? "" : ", ") + inbound.tag;
        }
    }
    return text;
}

/// Every inbound where the account is now is one where it was, with the same users.
bool is_within(const AccountImage& now, const AccountImage& before) {
    return std::ranges::all_of(now.inbounds, [&before](const InboundImage& inbound) {
        const InboundImage* const known = before.find(inbound.tag);
        return inbound.sealed.empty() || (known != nullptr && *known == inbound);
    });
}

}  // namespace

CoreEnforcer::CoreEnforcer(
    std::string backend,
    CoreClient& client,
    CoreWatch& watch,
    Directory& directory,
    const Clock& clock,
    EnforcerSettings settings
)
    : client_(client),
      watch_(watch),
      directory_(directory),
      clock_(clock),
      settings_(std::move(settings)),
      name_("xray:" + std::move(backend)) {}

Result<CoreEnforcer::Images> CoreEnforcer::images_of(const Measure& measure) {
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

asio::awaitable<Result<Reading>> CoreEnforcer::read(const Measure& measure) {
    const auto looked = co_await look();
    if (!looked) {
        co_return looked.error();
    }
    auto image = co_await now(*looked, measure.account.name);
    if (!image) {
        co_return image.error();
    }
    const auto allowed = co_await may_be_removed(*image);
    if (!allowed) {
        co_return allowed.error();
    }
    if (looked->way == Way::asked && !image->is_nowhere() && measure.before.empty()) {
        untouched_.insert(folded(measure.account.name));
    }
    if (!measure.before.empty()) {
        const auto images = images_of(measure);
        if (!images) {
            co_return images.error();
        }
        // Where it is nowhere now it is nowhere through us.
        for (const InboundImage& known : images->before.inbounds) {
            if (image->find(known.tag) == nullptr) {
                image->inbounds.push_back(known);
            }
        }
        image->sort();
    }
    Reading reading;
    if (image->is_nowhere()) {
        reading.kind = Reading::Kind::gone;
        co_return reading;
    }
    reading.now = json::write(*image);
    AccountImage after = image->emptied();
    after.uptime = looked->uptime.count();
    reading.after = json::write(after);
    co_return reading;
}

/// What would harm others, or let everybody in, is not done.
CoreEnforcer::Answer<void> CoreEnforcer::may_be_removed(const AccountImage& image) {
    for (const InboundImage& inbound : image.inbounds) {
        const auto users = users_of(inbound);
        if (!users) {
            co_return users.error();
        }
        for (const UserBytes& user : *users) {
            if (directory_.shares_credential(inbound.tag, user)) {
                co_return shared_credential(image.email, inbound.tag);
            }
        }
        if (users->empty() ||
            !package_of(users->front().account_type()).ends_with("proxy.hysteria")) {
            continue;
        }
        const auto count = co_await client_.users_count(inbound.tag);
        if (!count) {
            co_return count.error();
        }
        if (*count < 2) {
            co_return last_of_hysteria(image.email, inbound.tag);
        }
    }
    co_return Result<void>();
}

Acted CoreEnforcer::done(const AccountImage& before, const Look& look, std::string text) const {
    Acted acted;
    acted.kind = Acted::Kind::done;
    AccountImage after = before.emptied();
    after.uptime = look.uptime.count();
    acted.after = json::write(after);
    acted.text = std::move(text);
    return acted;
}

asio::awaitable<Result<Acted>> CoreEnforcer::act(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    const auto looked = co_await look();
    if (!looked) {
        co_return looked.error();
    }
    directory_.hold(measure.account.name);
    if (looked->way == Way::by_file) {
        co_return co_await act_by_file(measure, *images, *looked);
    }
    const auto image = co_await in_core(*looked, measure.account.name);
    if (!image) {
        co_return image.error();
    }
    if (image->is_nowhere() && untouched_.contains(folded(measure.account.name))) {
        directory_.release(measure.account.name);
        Acted gone;
        gone.kind = Acted::Kind::gone;
        gone.text = "someone else removed it in the same moment";
        co_return gone;
    }
    if (image->is_nowhere()) {
        co_return done(images->before, *looked, "removed by the order that was sent before");
    }
    if (!is_within(*image, images->before)) {
        Acted changed;
        changed.kind = Acted::Kind::changed;
        changed.text = "someone else has changed it meanwhile";
        co_return changed;
    }
    untouched_.erase(folded(measure.account.name));
    const auto removed = co_await remove(*image);
    if (!removed) {
        co_return removed.error();
    }
    const auto left = co_await in_core(*looked, measure.account.name);
    if (!left) {
        co_return left.error();
    }
    if (!left->is_nowhere()) {
        co_return not_removed(measure.account.name, list_of(*left));
    }
    co_return done(images->before, *looked, "removed from " + list_of(*image));
}

CoreEnforcer::Answer<void> CoreEnforcer::remove(const AccountImage& image) {
    for (const InboundImage& inbound : image.inbounds) {
        const auto users = users_of(inbound);
        if (!users) {
            co_return users.error();
        }
        for (const UserBytes& user : *users) {
            const auto order = co_await client_.remove(inbound.tag, user.email());
            if (!order) {
                co_return order.error();
            }
        }
    }
    co_return Result<void>();
}

CoreEnforcer::Answer<Acted> CoreEnforcer::act_by_file(
    const Measure& measure, const Images& images, const Look& look
) {
    removed_[folded(measure.account.name)].reset();
    if (restart_since(measure, images, look) != Restart::none) {
        const auto image = in_file(look, measure.account.name);
        if (!image) {
            co_return image.error();
        }
        if (image->inbounds != images.before.inbounds) {
            Acted changed;
            changed.kind = Acted::Kind::changed;
            changed.text = "the core was started with another configuration";
            co_return changed;
        }
    }
    const auto removed = co_await remove(images.before);
    if (!removed) {
        co_return removed.error();
    }
    co_return done(images.before, look, "removed from " + list_of(images.before));
}

asio::awaitable<Result<Verification>> CoreEnforcer::verify(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    const auto looked = co_await look();
    if (!looked) {
        co_return looked.error();
    }
    directory_.hold(measure.account.name);
    Verification verification;
    verification.look_again = clock_.now() + settings_.look_again;
    if (looked->way == Way::asked) {
        const auto image = co_await in_core(*looked, measure.account.name);
        if (!image) {
            co_return image.error();
        }
        if (!image->is_nowhere()) {
            verification.kind = Verification::Kind::ineffective;
            verification.text = "it is in " + list_of(*image) + " again";
        }
        co_return verification;
    }
    auto& seen = removed_[folded(measure.account.name)];
    if (restart_since(measure, *images, *looked) != Restart::none) {
        verification.kind = Verification::Kind::ineffective;
        verification.text = "the core was restarted";
    } else if (seen && measure.acted && *seen > *measure.acted + settings_.grace) {
        verification.kind = Verification::Kind::ineffective;
        verification.text = "removed from the core, and new connections still come";
    }
    seen.reset();
    co_return verification;
}

void CoreEnforcer::saw_connection(const std::string& email, TimePoint time) {
    const auto removed = removed_.find(folded(email));
    if (removed != removed_.end() && (!removed->second || *removed->second < time)) {
        removed->second = time;
    }
}

}  // namespace fairgate::backends::xray
