#pragma once

#include "backends/panel/session.hpp"
#include "backends/pasarguard/dialect.hpp"
#include "backends/pasarguard/wire.hpp"
#include "base/error.hpp"
#include "http/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::pasarguard {

using panel::Credentials;
using panel::Repeat;
using panel::RetrySettings;
using panel::Session;

struct PanelSettings {
    std::string name = "main";  ///< what the operator calls this panel
    http::ClientSettings http;  ///< address, whom TLS believes, time-outs
    Credentials credentials;
    RetrySettings retry;
    std::chrono::milliseconds version_age{300'000};  ///< after this the version is asked for again
};

/// Which users to list; empty lists and values filter nothing.
struct UserQuery {
    std::vector<std::int64_t> ids;
    std::string status;
    bool only_online = false;  ///< moved bytes within the last two minutes (4.0 and later)
    std::size_t offset = 0;
    std::size_t limit = 1'000;
};

enum class Disabled { yes, no };

/// What a PUT changes. The user as it was read goes with it, because a PUT without next_plan
/// deletes the stored one (every version since 1.0).
struct UserChange {
    std::optional<std::string> status;
    std::optional<std::int64_t> on_hold_expire_duration;
    /// RFC 3339 text, or 0: never. None: as it is.
    std::optional<json::Value> expire;
    std::optional<std::int64_t> data_limit;
    std::optional<std::vector<std::int64_t>> group_ids;  ///< never empty: 5.2 takes that literally
};

/// The calls to one panel that Fairgate makes, each by the safest route of the panel's version.
/// Calls that restart cores or cut everybody are not among them.
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
    Session& session() { return session_; }

    /// The panel's version, remembered for a while: it may be upgraded under us. A panel that
    /// forbids us to see it is told by the shape of our own account.
    boost::asio::awaitable<Result<Dialect>> dialect();
    void forget_dialect() { dialect_.reset(); }

    /// Sorted by username; the panel has no other order that is unique.
    boost::asio::awaitable<Result<UserPage>> users(UserQuery query);
    /// Ids and names only, sorted by id.
    boost::asio::awaitable<Result<IdNamePage>> users_simply(std::size_t offset, std::size_t limit);
    /// Nothing when the panel says that there is no such user (or none that we may see).
    boost::asio::awaitable<Result<std::optional<PanelUser>>> user(std::int64_t id);
    boost::asio::awaitable<Result<std::optional<PanelUser>>> user_by_name(std::string name);

    /// The switch of 5.0 and later; keeps everything else. Tells the nodes again even when
    /// nothing changes.
    boost::asio::awaitable<Result<PanelUser>> set_disabled(std::int64_t id, Disabled disabled);
    /// New keys and a new link; the old ones are dead, which nothing takes back. Not repeated.
    boost::asio::awaitable<Result<PanelUser>> revoke_subscription(std::int64_t id);
    /// Those that changed; nothing of it is done when one id is unknown (FG-PG-404). At most 100
    /// at once, never none (FG-PG-020). Not repeated: the answer tells who did it.
    boost::asio::awaitable<Result<BulkChanged>> bulk_set_disabled(
        std::vector<std::int64_t> ids, Disabled disabled
    );
    /// PUT, with the next plan of `as_read`. Not repeated: what was read may be old by then.
    boost::asio::awaitable<Result<PanelUser>> change(PanelUser as_read, UserChange change);

    boost::asio::awaitable<Result<std::vector<PanelGroup>>> groups();
    /// Never with an empty list (FG-PG-020): the panel would take it for everybody.
    boost::asio::awaitable<Result<void>> add_to_groups(
        std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
    );
    boost::asio::awaitable<Result<void>> remove_from_groups(
        std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
    );

    boost::asio::awaitable<Result<std::vector<PanelNode>>> nodes();
    /// With versions of the cores; needs more rights than nodes().
    boost::asio::awaitable<Result<std::vector<PanelNode>>> nodes_in_full();
    boost::asio::awaitable<Result<std::chrono::seconds>> core_uptime(std::int64_t node_id);
    boost::asio::awaitable<Result<std::vector<CoreFacts>>> cores();
    boost::asio::awaitable<Result<OnlineEverywhere>> online(std::int64_t id, std::string name);
    boost::asio::awaitable<Result<std::unique_ptr<http::Stream>>> open_log(std::int64_t node_id);
    /// GET /api/admin: who we are in the panel.
    boost::asio::awaitable<Result<json::Value>> myself();

private:
    boost::asio::awaitable<Result<Dialect>> ask_version();
    boost::asio::awaitable<Result<json::Value>> get(std::string target);
    boost::asio::awaitable<Result<json::Value>> send_json(
        std::string method, std::string target, json::Value body, Repeat repeat
    );
    boost::asio::awaitable<Result<std::optional<PanelUser>>> one_user(std::string target);
    boost::asio::awaitable<Result<void>> order_groups(
        std::string target, std::vector<std::int64_t> group_ids, std::vector<std::int64_t> users
    );

    PanelSettings settings_;
    Session session_;
    std::optional<Dialect> dialect_;
    std::chrono::steady_clock::time_point dialect_asked_{};
};

/// FG-NET-001 for an address that is none.
Result<std::shared_ptr<PanelClient>> make_panel_client(
    const boost::asio::any_io_executor& executor, PanelSettings settings, std::uint64_t seed
);

}  // namespace fairgate::backends::pasarguard
