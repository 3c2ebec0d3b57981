#pragma once

#include "backends/marzban/pace.hpp"
#include "backends/marzban/wire.hpp"
#include "backends/panel/session.hpp"
#include "backends/panel/version.hpp"
#include "base/error.hpp"
#include "http/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::backends::marzban {

using panel::Credentials;
using panel::PanelVersion;
using panel::Repeat;
using panel::RetrySettings;
using panel::Session;

struct PanelSettings {
    std::string name = "main";  ///< what the operator calls this panel
    http::ClientSettings http;  ///< address, whom TLS believes, time-outs
    Credentials credentials;    ///< name and password; the product has no API keys
    RetrySettings retry;
    PaceSettings pace;                               ///< of changes of users
    std::chrono::milliseconds most_waiting{20'000};  ///< of a change, for its turn
};

/// Which users to list; empty filters nothing.
struct UserQuery {
    std::vector<std::string> names;  ///< without regard to case
    std::string status;
    std::size_t offset = 0;
    std::size_t limit = 500;
};

/// What a PUT changes. The user as it was read goes with it, because a PUT without next_plan
/// deletes the stored one. What is absent is not sent: null is refused or means something else.
struct UserChange {
    std::optional<std::string> status;
    std::optional<std::int64_t> on_hold_expire_duration;
    std::optional<std::int64_t> expire;      ///< unix seconds; 0: never
    std::optional<std::int64_t> data_limit;  ///< 0: unlimited
    InboundMap inbounds;                     ///< by protocol, what it may use; empty: no change
};

/// One core whose log can be read: a node, or the panel's own.
struct CoreName {
    std::optional<std::int64_t> node;  ///< none: the panel's own
    std::string name;
};

/// The calls to one Marzban panel that Fairgate makes. Calls that restart cores or cut everybody
/// are not among them (reset of all, activate or disable by administrator, core and node restarts).
class PanelClient {
public:
    using Page = UserPage;

    PanelClient(
        boost::asio::any_io_executor executor,
        std::unique_ptr<http::Client> client,
        PanelSettings settings,
        std::uint64_t seed
    );

    const std::string& name() const { return settings_.name; }

    /// FG-MZB-012 before 0.6, FG-MZB-014 for another product, told by the keys of GET /api/system.
    boost::asio::awaitable<Result<PanelVersion>> version();

    /// Sorted by username; without an order the panel has none at all.
    boost::asio::awaitable<Result<UserPage>> users(UserQuery query);
    /// Nothing when the panel says that there is no such user. FG-MZB-038 for one of others.
    boost::asio::awaitable<Result<std::optional<PanelUser>>> user(std::string name);

    /// Waits until one more change may be sent; FG-MZB-028 when that would take too long. The user
    /// is read behind it, so that what goes into the change is not old.
    boost::asio::awaitable<Result<void>> turn_to_change();
    /// PUT, with the next plan of `as_read`. Not repeated: what was read may be old by then.
    boost::asio::awaitable<Result<PanelUser>> change(PanelUser as_read, UserChange change);

    /// New keys and a new link; the old ones are dead, which nothing takes back. Not repeated.
    boost::asio::awaitable<Result<PanelUser>> revoke_subscription(std::string name);

    /// All tags of the core, by protocol.
    boost::asio::awaitable<Result<InboundMap>> inbounds();
    boost::asio::awaitable<Result<std::vector<PanelNode>>> nodes();
    boost::asio::awaitable<Result<PanelCore>> core();
    boost::asio::awaitable<Result<LogFacts>> log_settings();
    /// Who we are in the panel.
    boost::asio::awaitable<Result<PanelAdmin>> myself();
    /// Whether each open log of ours holds a connection to the panel's database: administrators
    /// that are stored there do, the one of its environment does not.
    boost::asio::awaitable<Result<bool>> holds_connections();

    /// The log of a core; a time without lines is bridged by `interval` at most. A refusal comes
    /// without a reason, so it is asked for: the session's errors, FG-MZB-034 to 036, 033.
    boost::asio::awaitable<Result<std::unique_ptr<http::WebSocket>>> open_log(
        CoreName core, std::optional<std::chrono::milliseconds> interval
    );

private:
    boost::asio::awaitable<Result<json::Value>> get(std::string target);
    boost::asio::awaitable<Error> why_refused(CoreName core);

    PanelSettings settings_;
    boost::asio::any_io_executor executor_;
    Session session_;
    Pace pace_;
};

/// FG-NET-001 for an address that is none.
Result<std::shared_ptr<PanelClient>> make_panel_client(
    const boost::asio::any_io_executor& executor, PanelSettings settings, std::uint64_t seed
);

}  // namespace fairgate::backends::marzban
