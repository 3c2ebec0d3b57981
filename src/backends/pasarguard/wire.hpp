#pragma once

#include "backends/panel/answer.hpp"
#include "backends/pasarguard/errors.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The parts of the panel's JSON that we use, and no others: users carry proxy secrets and nodes
/// their keys, which are never kept. Unknown members are passed over, missing ones have defaults
/// (every minor release of the panel adds some).
namespace fairgate::backends::pasarguard {

struct PanelAdmin {
    std::int64_t id = 0;
    std::string username;
};
BOOST_DESCRIBE_STRUCT(PanelAdmin, (), (id, username))

struct PanelUser {
    std::int64_t id = 0;
    std::string username;
    std::string status;
    std::optional<std::vector<std::int64_t>> group_ids;
    std::optional<std::int64_t> on_hold_expire_duration;  ///< seconds
    std::optional<std::int64_t> data_limit;               ///< bytes
    json::Value expire;     ///< null, or RFC 3339 (UTC where it has no zone)
    json::Value next_plan;  ///< as the panel wrote it, to be sent back with every PUT
    std::optional<std::int64_t> hwid_limit;
    std::optional<PanelAdmin> admin;
    std::optional<std::string> note;

    std::vector<std::int64_t> groups() const {
        return group_ids.value_or(std::vector<std::int64_t>());
    }
};
BOOST_DESCRIBE_STRUCT(
    PanelUser,
    (),
    (id,
     username,
     status,
     group_ids,
     on_hold_expire_duration,
     data_limit,
     expire,
     next_plan,
     hwid_limit,
     admin,
     note)
)

struct UserPage {
    std::vector<PanelUser> users;
    std::size_t total = 0;
};
BOOST_DESCRIBE_STRUCT(UserPage, (), (users, total))

struct IdName {
    std::int64_t id = 0;
    std::string username;
};
BOOST_DESCRIBE_STRUCT(IdName, (), (id, username))

struct IdNamePage {
    std::vector<IdName> users;
    std::size_t total = 0;
};
BOOST_DESCRIBE_STRUCT(IdNamePage, (), (users, total))

struct PanelGroup {
    std::int64_t id = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(PanelGroup, (), (id, name))

struct GroupList {
    std::vector<PanelGroup> groups;
};
BOOST_DESCRIBE_STRUCT(GroupList, (), (groups))

struct PanelNode {
    std::int64_t id = 0;
    std::string name;
    std::string status;  ///< connected, connecting, error, disabled, limited
    std::optional<std::string> xray_version;
    std::optional<std::string> address;  ///< a name or an address
};
BOOST_DESCRIBE_STRUCT(PanelNode, (), (id, name, status, xray_version, address))

struct NodeList {
    std::vector<PanelNode> nodes;
};
BOOST_DESCRIBE_STRUCT(NodeList, (), (nodes))

/// POST /api/users/bulk/disable and enable: only those that changed.
struct BulkChanged {
    std::vector<std::string> users;
    std::size_t count = 0;
};
BOOST_DESCRIBE_STRUCT(BulkChanged, (), (users, count))

struct OnlineOnNode {
    std::map<std::string, std::int64_t> ips;  ///< address -> last seen, Unix seconds
};
BOOST_DESCRIBE_STRUCT(OnlineOnNode, (), (ips))

struct OnlineEverywhere {
    std::map<std::string, OnlineOnNode> nodes;  ///< by node id
};
BOOST_DESCRIBE_STRUCT(OnlineEverywhere, (), (nodes))

/// What a core's configuration says about its log and its online addresses.
struct CoreFacts {
    std::string name;
    std::string type;           ///< "xray", "wg"; empty: not said
    std::string loglevel;       ///< "none" hides access lines
    std::string mask_address;   ///< not empty: addresses in lines are masked
    bool keeps_online = false;  ///< policy.levels.0.statsUserOnline
};

/// FG-PG-010 when `body` is not JSON or not of this shape; `call` says what was asked.
inline Result<json::Value> read_body(std::string_view body, std::string_view call) {
    return panel::read_body(product, body, call);
}
template <class T>
Result<T> read_as(const json::Value& value, std::string_view call) {
    return panel::read_as<T>(product, value, call);
}

/// Lists of nodes came bare once and come in an envelope now; both are read.
Result<std::vector<PanelNode>> read_nodes(const json::Value& value, std::string_view call);
Result<std::vector<CoreFacts>> read_cores(const json::Value& value, std::string_view call);

using panel::detail_of;

/// The user id that a log line's e-mail begins with: "7" or "7.ali.phone". Nothing for anything
/// else: a client that an operator put into the core by hand.
std::optional<std::int64_t> id_in_email(std::string_view email);

}  // namespace fairgate::backends::pasarguard
