#include "sim/core/state.hpp"

#include <algorithm>
#include <backends/xray/core.pb.h>
#include <set>
#include <string>

namespace fairgate::sim::core {

namespace wire = backends::xray::wire;

namespace {

constexpr int unknown = 2;
constexpr int unimplemented = 12;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    return text;
}

wire::User parsed(const std::string& bytes) {
    wire::User user;
    user.ParseFromString(bytes);
    return user;
}

bool is_called(const std::string& user, const std::string& email) {
    return lower(parsed(user).email()) == lower(email);
}

Reply no_inbound(const std::string& tag) { return {unknown, "handler not found: " + tag, {}}; }

Reply no_method(std::string_view name, std::string_view service) {
    return {
        unimplemented,
        "unknown method " + std::string(name) + " for service " + std::string(service),
        {}
    };
}

Reply ok(const google::protobuf::MessageLite& message) {
    return {0, {}, message.SerializeAsString()};
}

}  // namespace

void CoreState::add_user(
    const std::string& tag, const std::string& email, const std::string& secret
) {
    wire::Credential credential;
    credential.set_secret(secret);
    wire::User user;
    user.set_email(email);
    user.mutable_account()->set_type(inbounds_[tag].package + ".Account");
    // A field that we know nothing of: it must come back all the same.
    user.mutable_account()->set_value(
        credential.SerializeAsString() + std::string("\x98\x06\x07", 3)
    );
    inbounds_[tag].users.push_back(user.SerializeAsString());
}

void CoreState::restart() {
    uptime_ = 0;
    counters_.clear();
    online_.clear();
    inbounds_ = configured_;
}

Reply CoreState::answer(std::string_view path, const std::string& request) {
    calls_.emplace_back(path);
    const std::size_t slash = path.rfind('/');
    const std::string_view service = path.substr(1, slash - 1);
    const std::string_view name = path.substr(slash + 1);
    const bool stats = service == "xray.app.stats.command.StatsService";
    const bool handler = service == "xray.app.proxyman.command.HandlerService";
    if (!stats && !handler) {
        return {unimplemented, "unknown service " + std::string(service), {}};
    }
    if (name == "GetSysStats") {
        wire::SysStats message;
        message.set_uptime(uptime_);
        return ok(message);
    }
    if (name == "QueryStats") {
        return query(request);
    }
    if (name == "AlterInbound") {
        return alter(request);
    }
    if (name == "GetUsersStats" && release_ >= Release::v26_4) {
        return online_users();
    }
    if (name == "GetAllOnlineUsers" && release_ >= Release::v25_6) {
        return online_names();
    }
    if (name == "GetStatsOnlineIpList" && release_ >= Release::v25_6) {
        return online_addresses(request);
    }
    if (name == "ListInbounds" && release_ >= Release::v25_6) {
        return list_inbounds(request);
    }
    if (name.starts_with("GetInboundUsers") && release_ >= Release::v24_11) {
        return list_users(request);
    }
    return no_method(name, service);
}

Reply CoreState::query(const std::string& request) const {
    wire::StatsQuery query;
    query.ParseFromString(request);
    wire::Stats stats;
    for (const auto& [name, value] : counters_) {
        if (name.find(query.pattern()) != std::string::npos) {
            wire::Stat* const stat = stats.add_stat();
            stat->set_name(name);
            stat->set_value(value);
        }
    }
    return ok(stats);
}

Reply CoreState::online_names() const {
    std::set<std::string> names;
    for (const auto& [email, address] : online_) {
        names.insert("user>>>" + email + ">>>online");
    }
    wire::OnlineNames all;
    for (const std::string& name : names) {
        all.add_name(name);
    }
    return ok(all);
}

Reply CoreState::online_addresses(const std::string& request) const {
    wire::OnlineQuery query;
    query.ParseFromString(request);
    wire::OnlineAddresses addresses;
    for (const auto& [email, address] : online_) {
        if ("user>>>" + email + ">>>online" == query.name()) {
            addresses.add_address()->set_address(address);
        }
    }
    return ok(addresses);
}

Reply CoreState::online_users() const {
    wire::OnlineUsers users;
    for (const auto& [email, address] : online_) {
        wire::OnlineUser* const user = users.add_user();
        user->set_email(email);
        user->add_address()->set_address(address);
    }
    return ok(users);
}

Reply CoreState::list_inbounds(const std::string& request) const {
    wire::InboundQuery query;
    query.ParseFromString(request);
    wire::Inbounds list;
    for (const auto& [tag, inbound] : inbounds_) {
        wire::Inbound* const one = list.add_inbound();
        one->set_tag(tag);
        if (!query.is_only_tags()) {
            one->mutable_proxy()->set_type(inbound.package + ".inbound.Config");
        }
    }
    return ok(list);
}

Reply CoreState::list_users(const std::string& request) const {
    wire::UserQuery query;
    query.ParseFromString(request);
    const auto found = inbounds_.find(query.tag());
    if (found == inbounds_.end()) {
        return no_inbound(query.tag());
    }
    if (found->second.package.empty()) {
        return {unknown, "proxy is not a UserManager", {}};
    }
    wire::Users users;
    wire::UserCount count;
    for (const std::string& user : found->second.users) {
        if (query.email().empty() || is_called(user, query.email())) {
            users.add_user(user);
        }
    }
    if (calls_.back().ends_with("Count")) {
        count.set_count(users.user_size());
        return ok(count);
    }
    if (users.user_size() == 0 && !query.email().empty()) {
        users.add_user();  // nobody of that name is one empty user
    }
    return ok(users);
}

Reply CoreState::alter(const std::string& request) {
    wire::AlterInbound order;
    order.ParseFromString(request);
    const auto found = inbounds_.find(order.tag());
    if (found == inbounds_.end()) {
        return no_inbound(order.tag());
    }
    if (order.operation().type().ends_with(".AddUserOperation")) {
        wire::AddUser operation;
        operation.ParseFromString(order.operation().value());
        return add(found->second, operation.user());
    }
    wire::RemoveUser operation;
    operation.ParseFromString(order.operation().value());
    return remove(found->second, operation.email());
}

Reply CoreState::add(Inbound& inbound, const std::string& user) {
    const wire::User added = parsed(user);
    if (!added.account().type().starts_with(inbound.package + ".")) {
        panicked_ = true;
        return {unknown, "panic: interface conversion", {}};
    }
    const bool twice = inbound.package.ends_with("shadowsocks");
    for (const std::string& known : inbound.users) {
        if (is_called(known, added.email()) && !twice) {
            return {unknown, "User " + added.email() + " already exists.", {}};
        }
    }
    inbound.users.push_back(user);
    return {};
}

Reply CoreState::remove(Inbound& inbound, const std::string& email) {
    const auto user = std::ranges::find_if(inbound.users, [&email](const std::string& known) {
        return is_called(known, email);
    });
    if (user == inbound.users.end()) {
        return {unknown, "User " + email + " not found.", {}};
    }
    inbound.users.erase(user);
    return {};
}

}  // namespace fairgate::sim::core
