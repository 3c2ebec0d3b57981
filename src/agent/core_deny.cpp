#include "agent/core_deny.hpp"

#include "backends/xray/errors.hpp"
#include "base/json.hpp"
#include "link/order.hpp"

#include <boost/describe.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;
namespace xray = backends::xray;
using enforcement::Acted;
using enforcement::Reading;
using enforcement::Restored;
using enforcement::Verification;

namespace {

constexpr std::size_t turns = 64;

/// As a measure keeps it.
struct Kept {
    std::vector<xray::AccountImage> accounts;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (accounts))

std::string write(const std::vector<xray::AccountImage>& images) {
    Kept kept;
    kept.accounts = images;
    return json::write(kept);
}

Result<std::vector<xray::AccountImage>> parse(const std::string& text) {
    if (text.empty()) {
        return std::vector<xray::AccountImage>();
    }
    auto kept = json::read<Kept>(text, json::Unknown::ignore);
    if (!kept) {
        return xray::bad_image("journal", kept.error().code);  // its text could repeat a secret
    }
    return std::move(kept->accounts);
}

const xray::AccountImage* find(
    const std::vector<xray::AccountImage>& images, const std::string& email
) {
    const auto found = std::ranges::find_if(images, [&](const xray::AccountImage& image) {
        return xray::folded(image.email) == xray::folded(email);
    });
    return found == images.end() ? nullptr : &*found;
}

void add(std::string& text, const std::string& more) {
    if (!more.empty() && text.find(more) == std::string::npos) {
        text += (text.empty() ? "" : "; ") + more;
    }
}

/// Of several names, what an operator should know first.
int weight(Restored::Kind kind) {
    switch (kind) {
        case Restored::Kind::conflict:
            return 3;
        case Restored::Kind::restored:
            return 2;
        case Restored::Kind::already:
            return 1;
        case Restored::Kind::gone:
            break;
    }
    return 0;
}

}  // namespace

CoreDeny::CoreDeny(Parts parts) : parts_(std::move(parts)) {
    turns_.reserve(turns);
    for (std::size_t i = 0; i < turns; ++i) {
        turns_.emplace_back(parts_.executor);
    }
}

Turn& CoreDeny::turn_of(const std::string& email) {
    return turns_[std::hash<std::string>()(xray::folded(email)) % turns];
}

const Error* CoreDeny::why(MeasureId id) const {
    const auto found = failing_.find(id);
    return found == failing_.end() ? nullptr : &found->second;
}

Error CoreDeny::fails(const Measure& measure, const Error& error) {
    Error why = error;
    if (error.code.starts_with("FG-XRY-")) {
        why = link::core_fails(error);
    } else if (!error.code.starts_with("FG-AGT-")) {
        why = link::core_fails(xray::api_away(error.where, error));
    }
    failing_.insert_or_assign(measure.id, why);
    return why;
}

void CoreDeny::works(const Measure& measure) {
    if (failing_.erase(measure.id) > 0) {
        parts_.recovered(measure.id);
    }
}

// ---- one measure, several names ----------------------------------------------------------------

Result<CoreDeny::Images> CoreDeny::images_of(const Measure& measure) {
    auto before = parse(measure.before);
    if (!before) {
        return before.error();
    }
    auto after = parse(measure.after);
    if (!after) {
        return after.error();
    }
    return Images{*std::move(before), *std::move(after)};
}

/// The measure as the core's own enforcer is to see it: about this one name.
Measure CoreDeny::part_of(const Measure& measure, const Images& images, const std::string& email) {
    Measure part = measure;
    part.account.name = email;
    const Image* const before = find(images.before, email);
    const Image* const after = find(images.after, email);
    const bool known = before != nullptr && after != nullptr;
    part.before = known ? json::write(*before) : "";
    part.after = known ? json::write(*after) : "";
    return part;
}

/// Those that it holds, and those that the order names.
std::vector<std::string> CoreDeny::emails_of(
    const Images& images, const std::vector<std::string>& names
) {
    std::vector<std::string> emails;
    for (const Image& image : images.after) {
        emails.push_back(image.email);
    }
    for (const std::string& name : names) {
        const auto same = [&](const std::string& email) {
            return xray::folded(email) == xray::folded(name);
        };
        if (std::ranges::none_of(emails, same)) {
            emails.push_back(name);
        }
    }
    return emails;
}

/// What another order keeps of it, by which it is removed already.
std::optional<CoreDeny::Images> CoreDeny::held_by_others(
    const Measure& measure, const std::string& email
) const {
    for (const Measure& other : parts_.others(measure)) {
        const auto images = images_of(other);
        const Image* const before = images ? find(images->before, email) : nullptr;
        const Image* const after = images ? find(images->after, email) : nullptr;
        if (before != nullptr && after != nullptr) {
            return Images{{*before}, {*after}};
        }
    }
    return std::nullopt;
}

CoreDeny::Answer<CoreDeny::Images> CoreDeny::look(
    const Measure& measure, std::vector<std::string> names
) {
    if (parts_.core == nullptr) {
        co_return link::core_is_gone();
    }
    auto known = images_of(measure);
    if (!known) {
        co_return known.error();
    }
    Images images;
    for (const std::string& email : emails_of(*known, names)) {
        const auto turn = co_await turn_of(email).take();
        const Measure part = part_of(measure, *known, email);
        const auto reading = co_await parts_.core->enforcer().read(part);
        if (!reading) {
            co_return reading.error();
        }
        if (reading->kind == Reading::Kind::gone) {
            if (const auto held = held_by_others(measure, email)) {
                images.before.push_back(held->before.front());
                images.after.push_back(held->after.front());
            }
            continue;
        }
        auto before = xray::parse_image(reading->now, "before");
        auto after = xray::parse_image(reading->after, "after");
        if (!before || !after) {
            co_return before ? after.error() : before.error();
        }
        images.before.push_back(*std::move(before));
        images.after.push_back(*std::move(after));
    }
    co_return images;
}

asio::awaitable<Result<bool>> CoreDeny::knows(Measure measure, std::vector<std::string> names) {
    using State = xray::RunningCore::State;
    if (parts_.core != nullptr && parts_.core->state() == State::failed && parts_.core->error()) {
        co_return *parts_.core->error();
    }
    const auto images = co_await look(measure, std::move(names));
    if (!images) {
        co_return images.error();
    }
    co_return !images->before.empty();
}

// ---- the steps ---------------------------------------------------------------------------------

asio::awaitable<Result<Reading>> CoreDeny::read(const Measure& measure) {
    std::vector<std::string> names = parts_.names(measure);
    const auto images = co_await look(measure, std::move(names));
    if (!images) {
        co_return fails(measure, images.error());
    }
    works(measure);
    Reading reading;
    if (images->before.empty()) {
        reading.kind = Reading::Kind::gone;
        co_return reading;
    }
    reading.now = write(images->before);
    reading.after = write(images->after);
    co_return reading;
}

asio::awaitable<Result<Acted>> CoreDeny::act(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images || parts_.core == nullptr) {
        co_return fails(measure, images ? link::core_is_gone() : images.error());
    }
    std::vector<Image> left;
    Acted done;
    for (const Image& image : images->after) {
        const auto turn = co_await turn_of(image.email).take();
        const Measure part = part_of(measure, *images, image.email);
        const auto acted = co_await parts_.core->enforcer().act(part);
        if (!acted) {
            co_return fails(measure, acted.error());
        }
        if (acted->kind == Acted::Kind::changed) {
            co_return *acted;
        }
        done.text += (done.text.empty() ? "" : "; ") + acted->text;
        auto after = xray::parse_image(acted->after.empty() ? part.after : acted->after, "after");
        if (acted->kind == Acted::Kind::done && after) {
            left.push_back(*std::move(after));
        }
    }
    works(measure);
    if (left.empty()) {
        done.kind = Acted::Kind::gone;
        co_return done;
    }
    done.after = write(left);
    add(done.text, parts_.also);
    co_return done;
}

asio::awaitable<Result<Verification>> CoreDeny::verify(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images || parts_.core == nullptr) {
        co_return fails(measure, images ? link::core_is_gone() : images.error());
    }
    Verification all;
    for (const Image& image : images->after) {
        const auto turn = co_await turn_of(image.email).take();
        const Measure part = part_of(measure, *images, image.email);
        const auto seen = co_await parts_.core->enforcer().verify(part);
        if (!seen) {
            co_return fails(measure, seen.error());
        }
        if (seen->kind != Verification::Kind::held) {
            all.kind = seen->kind;
        }
        add(all.text, seen->text);
        all.look_again = seen->look_again;
    }
    works(measure);
    co_return all;
}

asio::awaitable<Result<Restored>> CoreDeny::restore(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images || parts_.core == nullptr) {
        co_return fails(measure, images ? link::core_is_gone() : images.error());
    }
    Restored all;
    all.kind = Restored::Kind::gone;
    for (const Image& image : images->after) {
        const auto turn = co_await turn_of(image.email).take();
        const Measure part = part_of(measure, *images, image.email);
        const auto one = co_await parts_.core->enforcer().restore(part);
        if (!one) {
            co_return fails(measure, one.error());
        }
        all.kind = weight(one->kind) > weight(all.kind) ? one->kind : all.kind;
        add(all.text, one->text);
    }
    works(measure);
    co_return all;
}

}  // namespace fairgate::agent
