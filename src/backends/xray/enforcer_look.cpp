#include "backends/xray/enforcer.hpp"
#include "backends/xray/errors.hpp"
#include "backends/xray/hindrance.hpp"

#include <utility>

// What the enforcer sees before it does anything: the core, its inbounds, an account in them.
namespace fairgate::backends::xray {

namespace {

/// Uptime is told in whole seconds.
constexpr std::chrono::seconds uptime_step{2};

bool may_be_twice(const UserBytes& user) {
    return package_of(user.account_type()).ends_with("proxy.shadowsocks");
}

}  // namespace

CoreEnforcer::Answer<CoreEnforcer::Look> CoreEnforcer::look() {
    std::optional<Abilities> abilities = client_.abilities();
    if (!abilities) {
        auto found = co_await client_.find_out();
        if (!found) {
            co_return found.error();
        }
        abilities = *found;
    }
    if (const std::string fault = watch_.note_core(abilities->core); !fault.empty()) {
        co_return other_core(client_.place(), fault);
    }
    if (auto why =
            hindrance(client_.place(), *abilities, settings_.accounts_file, settings_.inbounds)) {
        co_return *std::move(why);
    }
    Look look;
    look.way = abilities->inbound_users ? Way::asked : Way::by_file;
    if (abilities->stats) {
        const auto uptime = co_await client_.uptime();
        if (!uptime) {
            co_return uptime.error();
        }
        look.uptime = *uptime;
    }
    if (look.way == Way::asked) {
        auto found = co_await tags();
        if (!found) {
            co_return found.error();
        }
        look.tags = *std::move(found);
    }
    co_return look;
}

CoreEnforcer::Answer<std::vector<std::string>> CoreEnforcer::tags() {
    if (client_.abilities()->list_inbounds) {
        const auto inbounds = co_await client_.inbounds(CoreClient::Detail::tags);
        if (!inbounds) {
            co_return inbounds.error();
        }
        std::vector<std::string> all;
        for (const Inbound& inbound : *inbounds) {
            all.push_back(inbound.tag);
        }
        if (const std::string fault = watch_.judge_inbounds(all); !fault.empty()) {
            co_return other_core(client_.place(), fault);
        }
        co_return all;
    }
    co_return settings_.inbounds;
}

CoreEnforcer::Answer<AccountImage> CoreEnforcer::now(const Look& look, const std::string& email) {
    if (look.way == Way::asked) {
        co_return co_await in_core(look, email);
    }
    co_return in_file(look, email);
}

CoreEnforcer::Answer<AccountImage> CoreEnforcer::in_core(
    const Look& look, const std::string& email
) {
    AccountImage image;
    image.email = email;
    for (const std::string& tag : look.tags) {
        auto users = co_await client_.users(tag, email);
        if (users && *users && !(*users)->empty() && may_be_twice((*users)->front())) {
            users = co_await client_.users(tag);
        }
        if (!users) {
            co_return users.error();
        }
        if (!*users) {
            continue;
        }
        InboundImage inbound;
        inbound.tag = tag;
        for (const UserBytes& user : **users) {
            if (folded(user.email()) == folded(email)) {
                inbound.sealed.push_back(user.to_hex());
            }
        }
        if (!inbound.sealed.empty()) {
            image.inbounds.push_back(std::move(inbound));
        }
    }
    image.sort();
    co_return image;
}

Result<AccountImage> CoreEnforcer::in_file(const Look& look, const std::string& email) const {
    const auto file = AccountsFile::read(settings_.accounts_file, client_.abilities()->core);
    if (!file) {
        return file.error();
    }
    if (file->written() > clock_.now() - look.uptime) {
        return newer_than_core(settings_.accounts_file);
    }
    AccountImage image;
    image.email = email;
    for (const AccountsFile::Entry& entry : file->of(email)) {
        InboundImage inbound;
        inbound.tag = entry.tag;
        inbound.sealed.push_back(entry.user.to_hex());
        image.inbounds.push_back(std::move(inbound));
    }
    image.sort();
    return image;
}

CoreEnforcer::Restart CoreEnforcer::restart_since(
    const Measure& measure, const Images& images, const Look& look
) const {
    if (look.uptime.count() < images.after.uptime) {
        return Restart::sure;
    }
    const TimePoint started = clock_.now() - look.uptime;
    const bool later = measure.acted && started > *measure.acted + uptime_step;
    return later && look.uptime.count() > 0 ? Restart::possible : Restart::none;
}

}  // namespace fairgate::backends::xray
