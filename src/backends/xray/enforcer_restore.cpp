#include "backends/xray/enforcer.hpp"
#include "backends/xray/errors.hpp"

#include <algorithm>
#include <utility>

// How a removed account comes back: the same bytes into the same inbounds, unless someone else has
// decided otherwise meanwhile.
namespace fairgate::backends::xray {

namespace asio = boost::asio;
using enforcement::Restored;

namespace {

Restored outcome(Restored::Kind kind, std::string text) {
    Restored result;
    result.kind = kind;
    result.text = std::move(text);
    return result;
}

void add(std::string& list, const std::string& tag) { list += (list.empty() ? "" : ", ") + tag; }

}  // namespace

/// What became of each inbound.
struct CoreEnforcer::Parts {
    std::vector<std::string> put_back;
    std::string there;     ///< it was there already
    std::string missing;   ///< that inbound is no more
    std::string conflict;  ///< somebody changed it, or the inbound

    Restored result() const {
        std::string list;
        for (const std::string& tag : put_back) {
            add(list, tag);
        }
        if (!conflict.empty()) {
            return outcome(Restored::Kind::conflict, conflict);
        }
        if (!list.empty()) {
            return outcome(Restored::Kind::restored, "put back into " + list);
        }
        if (!there.empty()) {
            return outcome(Restored::Kind::already, "it is in " + there + " already");
        }
        return outcome(Restored::Kind::gone, "its inbounds are no longer there: " + missing);
    }
};

asio::awaitable<Result<Restored>> CoreEnforcer::restore(const Measure& measure) {
    const auto images = images_of(measure);
    if (!images) {
        co_return images.error();
    }
    const auto looked = co_await look();
    if (!looked) {
        co_return looked.error();
    }
    // Each awaited by itself: g++ 12 destroys twice what a condition chose between two awaits.
    if (looked->way == Way::asked) {
        auto restored = co_await restore_in_core(measure, *images, *looked);
        note_restored(measure, restored.has_value());
        co_return restored;
    }
    auto restored = co_await restore_by_file(measure, *images, *looked);
    note_restored(measure, restored.has_value());
    co_return restored;
}

void CoreEnforcer::note_restored(const Measure& measure, bool restored) {
    if (restored) {
        directory_.release(measure.account.name);
        untouched_.erase(folded(measure.account.name));
        removed_.erase(folded(measure.account.name));
    }
}

CoreEnforcer::Answer<Restored> CoreEnforcer::restore_in_core(
    const Measure& measure, const Images& images, const Look& look
) {
    const auto image = co_await in_core(look, measure.account.name);
    if (!image) {
        co_return image.error();
    }
    if (untouched_.contains(folded(measure.account.name)) && image->is_nowhere()) {
        co_return outcome(Restored::Kind::gone, "someone else has removed it");
    }
    const Restart restart = restart_since(measure, images, look);
    if (restart == Restart::sure && image->is_nowhere()) {
        co_return outcome(Restored::Kind::gone, "the core was restarted and does not have it");
    }
    const Process process = restart == Restart::none ? Process::same : Process::restarted;
    Parts parts;
    for (const InboundImage& before : images.before.inbounds) {
        const InboundImage* const found = image->find(before.tag);
        if (found == nullptr) {
            const auto done = co_await put_back(before, process, parts);
            if (!done) {
                co_return done.error();
            }
        } else if (*found == before) {
            add(parts.there, before.tag);
        } else {
            parts.conflict = "it was changed in " + before.tag + " meanwhile and stays as it is";
        }
    }
    const auto checked = co_await look_at_put_back(look, images, parts);
    if (!checked) {
        co_return checked.error();
    }
    co_return parts.result();
}

CoreEnforcer::Answer<void> CoreEnforcer::look_at_put_back(
    const Look& look, const Images& images, const Parts& parts
) {
    if (parts.put_back.empty()) {
        co_return Result<void>();
    }
    const auto image = co_await in_core(look, images.before.email);
    if (!image) {
        co_return image.error();
    }
    for (const std::string& tag : parts.put_back) {
        if (image->find(tag) == nullptr) {
            co_return not_put_back(images.before.email, tag);
        }
    }
    co_return Result<void>();
}

CoreEnforcer::Answer<void> CoreEnforcer::put_back(
    const InboundImage& inbound, Process process, Parts& parts
) {
    auto users = users_of(inbound);
    if (!users) {
        co_return users.error();
    }
    for (UserBytes& user : *users) {
        const auto order = co_await client_.put_back(inbound.tag, std::move(user), process);
        if (!order) {
            co_return order.error();
        }
        switch (*order) {
            case UserOrder::done:
                if (std::ranges::find(parts.put_back, inbound.tag) == parts.put_back.end()) {
                    parts.put_back.push_back(inbound.tag);
                }
                break;
            case UserOrder::already:
                add(parts.there, inbound.tag);
                break;
            case UserOrder::no_such_inbound:
            case UserOrder::no_users_there:
                add(parts.missing, inbound.tag);
                break;
            case UserOrder::other_protocol:
                parts.conflict = "what kind of accounts " + inbound.tag +
                                 " holds now is not known, or another one";
                break;
        }
    }
    co_return Result<void>();
}

/// After a restart the core has read its file, and everybody in it is back. If only the clock says
/// so, the order is sent all the same, but only if the file names the same kind of inbound.
CoreEnforcer::Answer<Restored> CoreEnforcer::restore_by_file(
    const Measure& measure, const Images& images, const Look& look
) {
    const Restart restart = restart_since(measure, images, look);
    if (restart == Restart::sure) {
        co_return outcome(Restored::Kind::already, "the core was restarted with all its accounts");
    }
    if (restart == Restart::possible) {
        const auto image = in_file(look, measure.account.name);
        if (!image) {
            co_return image.error();
        }
        if (image->inbounds != images.before.inbounds) {
            co_return outcome(
                Restored::Kind::conflict, "the core was started with another configuration"
            );
        }
    }
    Parts parts;
    for (const InboundImage& before : images.before.inbounds) {
        const auto done = co_await put_back(before, Process::same, parts);
        if (!done) {
            co_return done.error();
        }
    }
    co_return parts.result();
}

}  // namespace fairgate::backends::xray
