#pragma once

#include "backends/marzban/errors.hpp"
#include "backends/panel/answer.hpp"
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

/// The parts of the panel's JSON that we use, and no others: users carry proxy secrets and links,
/// which are never kept. Unknown members are passed over, missing ones have defaults (Marzban
/// v0.8.4 app/models; forks add some).
namespace fairgate::backends::marzban {

/// Tags of inbounds by protocol ("vless").
using InboundMap = std::map<std::string, std::vector<std::string>>;

struct PanelAdmin {
    std::string username;
    bool is_sudo = false;
};
BOOST_DESCRIBE_STRUCT(PanelAdmin, (), (username, is_sudo))

/// The API never shows an id: a user is its name, without regard to case, and when it was made.
struct PanelUser {
    std::string username;
    std::string status;
    std::string created_at;  ///< UTC without zone; tells it from a later one of the same name
    std::optional<std::int64_t> expire;      ///< unix seconds; none: never
    std::optional<std::int64_t> data_limit;  ///< bytes; none: unlimited
    std::int64_t used_traffic = 0;
    std::optional<std::int64_t> on_hold_expire_duration;  ///< seconds
    json::Value next_plan;  ///< as the panel wrote it, to be sent back with every PUT
    InboundMap inbounds;    ///< those it may use
    std::optional<PanelAdmin> admin;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(
    PanelUser,
    (),
    (username,
     status,
     created_at,
     expire,
     data_limit,
     used_traffic,
     on_hold_expire_duration,
     next_plan,
     inbounds,
     admin,
     note)
)

struct UserPage {
    std::vector<PanelUser> users;
    std::size_t total = 0;
};
BOOST_DESCRIBE_STRUCT(UserPage, (), (users, total))

struct PanelNode {
    std::int64_t id = 0;
    std::string name;
    std::string status;  ///< connected, connecting, error, disabled
    std::optional<std::string> xray_version;
    std::optional<std::string> address;
};
BOOST_DESCRIBE_STRUCT(PanelNode, (), (id, name, status, xray_version, address))

struct PanelInbound {
    std::string tag;
};
BOOST_DESCRIBE_STRUCT(PanelInbound, (), (tag))

/// GET /api/core, of the panel's own core.
struct PanelCore {
    std::string version;
    bool started = false;
};
BOOST_DESCRIBE_STRUCT(PanelCore, (), (version, started))

/// What the core's configuration says about its log. It is the same on the panel and its nodes.
struct LogFacts {
    std::string loglevel;      ///< "none" hides access lines
    std::string access;        ///< "none" or a file: the streams have none
    std::string mask_address;  ///< not empty: addresses in lines are masked
};
LogFacts log_facts(const json::Value& config);

/// "7.ali.phone": the id, which is only ever told here, and the name.
struct LogName {
    std::int64_t id = 0;
    std::string_view name;
};
/// Nothing for a client that an operator put into the core by hand.
std::optional<LogName> name_in_email(std::string_view email);

/// The form in which names are compared: ASCII letters small (a NOCASE column of SQLite).
std::string folded(std::string_view name);

template <class T>
Result<T> read_as(const json::Value& value, std::string_view call) {
    return panel::read_as<T>(product, value, call);
}

}  // namespace fairgate::backends::marzban
