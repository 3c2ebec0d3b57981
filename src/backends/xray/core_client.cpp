#include "backends/xray/core_client.hpp"

#include "backends/xray/errors.hpp"
#include "grpc/errors.hpp"

#include <backends/xray/core.pb.h>
#include <utility>

namespace fairgate::backends::xray {

namespace asio = boost::asio;
using grpc::Status;

namespace {

/// grpc-go says "unknown service S" and "unknown method M for service S".
bool lacks_service(const grpc::Answer& answer) {
    return answer.status == Status::unimplemented && answer.text.starts_with("unknown service");
}

bool says(const grpc::Answer& answer, std::string_view text) {
    return answer.text.find(text) != std::string::npos;
}

/// NOT_FOUND since Xray 25.7.23, UNKNOWN with this text before and in V2Ray
/// (app/proxyman/inbound/inbound.go).
bool lacks_inbound(const grpc::Answer& answer) { return says(answer, "handler not found"); }

/// An inbound whose users cannot be changed: SOCKS, HTTP, dokodemo, and Shadowsocks of V2Ray 4.
bool has_no_users(const grpc::Answer& answer) {
    return says(answer, "not a UserManager") || says(answer, "can't get inbound proxy");
}

template <class Message>
Result<Message> parsed(const std::string& place, const std::string& method, const std::string& in) {
    Message message;
    if (!message.ParseFromString(in)) {
        return grpc::malformed(place, method, "it is not the message that was expected");
    }
    return message;
}

/// The name of an account's list of addresses (Xray-core app/dispatcher/default.go).
constexpr std::string_view online_before = "user>>>";
constexpr std::string_view online_behind = ">>>online";

std::string without_brackets(std::string address) {
    if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
        return address.substr(1, address.size() - 2);
    }
    return address;
}

}  // namespace

CoreClient::CoreClient(std::unique_ptr<grpc::Client> grpc) : grpc_(std::move(grpc)) {}

CoreClient::Answer<grpc::Answer> CoreClient::call(Method method, std::string message) {
    if (!abilities_) {
        auto found = co_await find_out();
        if (!found) {
            co_return found.error();
        }
    }
    co_return co_await grpc_->call(path_of(abilities_->core, method), std::move(message));
}

CoreClient::Answer<std::string> CoreClient::expect(Method method, std::string message) {
    auto answer = co_await call(method, std::move(message));
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status != Status::ok) {
        co_return grpc::refused(place(), path_of(abilities_->core, method), *answer);
    }
    co_return std::move(answer->message);
}

CoreClient::Answer<CoreClient::Service> CoreClient::has(
    Core core, Method method, std::string message
) {
    auto answer = co_await grpc_->call(path_of(core, method), std::move(message));
    if (!answer) {
        co_return answer.error();
    }
    co_return answer->status != Status::unimplemented ? Service::present
    : lacks_service(*answer)                          ? Service::absent
                                                      : Service::old_without_method;
}

CoreClient::Answer<Abilities> CoreClient::find_out() {
    // Xray answers under V2Ray's names too, so it is asked for first.
    for (const Core core : {Core::xray, Core::v2ray}) {
        auto found = co_await find_out(core);
        if (!found) {
            co_return found.error();
        }
        if (*found) {
            abilities_ = *found;
            co_return **found;
        }
    }
    co_return no_core(place(), "neither StatsService nor HandlerService is there");
}

CoreClient::Answer<std::optional<Abilities>> CoreClient::find_out(Core core) {
    Abilities abilities;
    abilities.core = core;
    wire::UserQuery nobody;
    nobody.set_tag("fairgate-asks-what-you-can");
    wire::InboundQuery only_tags;
    only_tags.set_is_only_tags(true);
    const auto stats = co_await has(core, Method::sys_stats, {});
    if (!stats) {
        co_return stats.error();
    }
    const auto users = co_await has(core, Method::inbound_users, nobody.SerializeAsString());
    if (!users) {
        co_return users.error();
    }
    abilities.stats = *stats == Service::present;
    abilities.handler = *users != Service::absent;
    abilities.inbound_users = *users == Service::present;
    if (!abilities.stats && !abilities.handler) {
        co_return std::optional<Abilities>();
    }
    if (abilities.handler) {
        const auto list = co_await has(core, Method::list_inbounds, only_tags.SerializeAsString());
        if (!list) {
            co_return list.error();
        }
        abilities.list_inbounds = *list == Service::present;
    }
    if (abilities.stats) {
        const auto online = co_await has(core, Method::users_stats, {});
        if (!online) {
            co_return online.error();
        }
        abilities.users_stats = *online == Service::present;
    }
    co_return std::optional(abilities);
}

CoreClient::Answer<std::chrono::seconds> CoreClient::uptime() {
    auto answer = co_await expect(Method::sys_stats, {});
    if (!answer) {
        co_return answer.error();
    }
    const auto stats = parsed<wire::SysStats>(place(), "", *answer);
    if (!stats) {
        co_return stats.error();
    }
    co_return std::chrono::seconds(stats->uptime());
}

CoreClient::Answer<std::vector<Counter>> CoreClient::counters(std::string part) {
    wire::StatsQuery query;
    query.set_pattern(std::move(part));
    auto answer = co_await expect(Method::query_stats, query.SerializeAsString());
    if (!answer) {
        co_return answer.error();
    }
    auto stats = parsed<wire::Stats>(place(), "", *answer);
    if (!stats) {
        co_return stats.error();
    }
    std::vector<Counter> counters;
    counters.reserve(static_cast<std::size_t>(stats->stat_size()));
    for (wire::Stat& stat : *stats->mutable_stat()) {
        counters.push_back({std::move(*stat.mutable_name()), stat.value()});
    }
    co_return counters;
}

CoreClient::Answer<std::vector<OnlineAddress>> CoreClient::online() {
    auto answer = co_await expect(Method::users_stats, {});
    if (!answer) {
        co_return answer.error();
    }
    auto users = parsed<wire::OnlineUsers>(place(), "", *answer);
    if (!users) {
        co_return users.error();
    }
    std::vector<OnlineAddress> all;
    for (const wire::OnlineUser& user : users->user()) {
        for (const wire::OnlineAddress& address : user.address()) {
            OnlineAddress one;
            one.email = user.email();
            one.address = without_brackets(address.address());
            one.last_seen = address.last_seen();
            all.push_back(std::move(one));
        }
    }
    co_return all;
}

CoreClient::Answer<std::vector<OnlineAddress>> CoreClient::online_one_by_one() {
    auto answer = co_await expect(Method::all_online, {});
    if (!answer) {
        co_return answer.error();
    }
    const auto names = parsed<wire::OnlineNames>(place(), "", *answer);
    if (!names) {
        co_return names.error();
    }
    std::vector<OnlineAddress> all;
    for (const std::string& name : names->name()) {
        if (!name.starts_with(online_before) || !name.ends_with(online_behind)) {
            continue;
        }
        wire::OnlineQuery query;
        query.set_name(name);
        auto told = co_await call(Method::online_addresses, query.SerializeAsString());
        if (!told) {
            co_return told.error();
        }
        if (told->status != Status::ok) {
            continue;  // gone meanwhile
        }
        const auto addresses = parsed<wire::OnlineAddresses>(place(), "", told->message);
        if (!addresses) {
            co_return addresses.error();
        }
        for (const wire::AddressTime& address : addresses->address()) {
            OnlineAddress one;
            one.email = name.substr(
                online_before.size(), name.size() - online_before.size() - online_behind.size()
            );
            one.address = without_brackets(address.address());
            one.last_seen = address.last_seen();
            all.push_back(std::move(one));
        }
    }
    co_return all;
}

CoreClient::Answer<std::vector<Inbound>> CoreClient::inbounds(Detail detail) {
    wire::InboundQuery query;
    query.set_is_only_tags(detail == Detail::tags);
    auto answer = co_await expect(Method::list_inbounds, query.SerializeAsString());
    if (!answer) {
        co_return answer.error();
    }
    const auto inbounds = parsed<wire::Inbounds>(place(), "", *answer);
    if (!inbounds) {
        co_return inbounds.error();
    }
    std::vector<Inbound> all;
    for (const wire::Inbound& inbound : inbounds->inbound()) {
        all.push_back({inbound.tag(), std::string(package_of(inbound.proxy().type()))});
    }
    co_return all;
}

CoreClient::Answer<std::optional<std::vector<UserBytes>>> CoreClient::users(std::string tag) {
    co_return co_await users(std::move(tag), std::string());
}

CoreClient::Answer<std::optional<std::vector<UserBytes>>> CoreClient::users(
    std::string tag, std::string email
) {
    wire::UserQuery query;
    query.set_tag(std::move(tag));
    query.set_email(std::move(email));
    auto answer = co_await call(Method::inbound_users, query.SerializeAsString());
    if (!answer) {
        co_return answer.error();
    }
    if (lacks_inbound(*answer) || has_no_users(*answer)) {
        co_return std::optional<std::vector<UserBytes>>();
    }
    if (answer->status != Status::ok) {
        co_return grpc::refused(place(), path_of(abilities_->core, Method::inbound_users), *answer);
    }
    auto users = parsed<wire::Users>(place(), "", answer->message);
    if (!users) {
        co_return users.error();
    }
    std::vector<UserBytes> all;
    for (std::string& user : *users->mutable_user()) {
        // An e-mail that nobody has gives one user without anything.
        if (!user.empty()) {
            all.push_back(UserBytes(std::move(user)));
        }
    }
    co_return std::optional(std::move(all));
}

CoreClient::Answer<std::int64_t> CoreClient::users_count(std::string tag) {
    wire::UserQuery query;
    query.set_tag(std::move(tag));
    auto answer = co_await expect(Method::inbound_users_count, query.SerializeAsString());
    if (!answer) {
        co_return answer.error();
    }
    const auto count = parsed<wire::UserCount>(place(), "", *answer);
    co_return count ? Result<std::int64_t>(count->count()) : Result<std::int64_t>(count.error());
}

CoreClient::Answer<UserOrder> CoreClient::remove(std::string tag, std::string email) {
    wire::RemoveUser operation;
    operation.set_email(std::move(email));
    co_return co_await alter(std::move(tag), Operation::remove_user, operation.SerializeAsString());
}

CoreClient::Answer<std::string> CoreClient::package_at(const std::string& tag) {
    if (abilities_ && abilities_->list_inbounds) {
        const auto all = co_await inbounds(Detail::packages);
        if (!all) {
            co_return all.error();
        }
        for (const Inbound& inbound : *all) {
            if (inbound.tag == tag) {
                co_return inbound.package;
            }
        }
        co_return std::string();
    }
    if (abilities_ && abilities_->inbound_users) {
        const auto others = co_await users(tag);
        if (!others) {
            co_return others.error();
        }
        if (*others && !(*others)->empty()) {
            co_return std::string(package_of((*others)->front().account_type()));
        }
    }
    co_return std::string();
}

CoreClient::Answer<UserOrder> CoreClient::put_back(
    std::string tag, UserBytes user, Process process
) {
    const auto package = co_await package_at(tag);
    if (!package) {
        co_return package.error();
    }
    const bool told = !package->empty();
    const bool right =
        told ? *package == package_of(user.account_type()) : process == Process::same;
    if (!right) {
        co_return UserOrder::other_protocol;
    }
    wire::AddUser operation;
    operation.set_user(user.bytes());
    co_return co_await alter(std::move(tag), Operation::add_user, operation.SerializeAsString());
}

CoreClient::Answer<UserOrder> CoreClient::alter(
    std::string tag, Operation operation, std::string value
) {
    if (!abilities_) {
        auto found = co_await find_out();
        if (!found) {
            co_return found.error();
        }
    }
    wire::AlterInbound order;
    order.set_tag(std::move(tag));
    order.mutable_operation()->set_type(type_of(abilities_->core, operation));
    order.mutable_operation()->set_value(std::move(value));
    auto answer = co_await call(Method::alter_inbound, order.SerializeAsString());
    if (!answer) {
        co_return answer.error();
    }
    if (answer->status == Status::ok) {
        co_return UserOrder::done;
    }
    if (lacks_inbound(*answer)) {
        co_return UserOrder::no_such_inbound;
    }
    if (has_no_users(*answer)) {
        co_return UserOrder::no_users_there;
    }
    // "User alice not found.", "User alice already exists." (proxy/*/validator.go)
    if (says(*answer, operation == Operation::add_user ? "already exists" : "not found")) {
        co_return UserOrder::already;
    }
    co_return grpc::refused(place(), path_of(abilities_->core, Method::alter_inbound), *answer);
}

}  // namespace fairgate::backends::xray
