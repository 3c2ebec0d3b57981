#include "backends/xray/methods.hpp"

#include <array>

namespace fairgate::backends::xray {

namespace {

struct Row {
    Method method;
    std::string_view service;
    std::string_view name;
};

constexpr std::string_view stats = "app.stats.command.StatsService";
constexpr std::string_view handler = "app.proxyman.command.HandlerService";

constexpr std::array rows{
    Row{Method::sys_stats, stats, "GetSysStats"},
    Row{Method::query_stats, stats, "QueryStats"},
    Row{Method::users_stats, stats, "GetUsersStats"},
    Row{Method::all_online, stats, "GetAllOnlineUsers"},
    Row{Method::online_addresses, stats, "GetStatsOnlineIpList"},
    Row{Method::list_inbounds, handler, "ListInbounds"},
    Row{Method::inbound_users, handler, "GetInboundUsers"},
    Row{Method::inbound_users_count, handler, "GetInboundUsersCount"},
    Row{Method::alter_inbound, handler, "AlterInbound"},
};

std::string prefix_of(Core core) { return core == Core::xray ? "xray." : "v2ray.core."; }

}  // namespace

std::span<const Method> methods() {
    static constexpr auto all = [] {
        std::array<Method, rows.size()> list{};
        for (std::size_t i = 0; i < rows.size(); ++i) {
            list[i] = rows[i].method;
        }
        return list;
    }();
    return all;
}

std::string path_of(Core core, Method method) {
    for (const Row& row : rows) {
        if (row.method == method) {
            return "/" + prefix_of(core) + std::string(row.service) + "/" + std::string(row.name);
        }
    }
    return {};
}

std::string type_of(Core core, Operation operation) {
    return prefix_of(core) + "app.proxyman.command." +
           (operation == Operation::add_user ? "AddUserOperation" : "RemoveUserOperation");
}

std::string account_type(Core core, std::string_view protocol) {
    return prefix_of(core) + "proxy." + std::string(protocol) + ".Account";
}

std::string_view package_of(std::string_view type) {
    constexpr std::string_view marker = "proxy.";
    const std::size_t at = type.find(marker);
    if (at == std::string_view::npos) {
        return {};
    }
    return type.substr(0, type.find('.', at + marker.size()));
}

}  // namespace fairgate::backends::xray
