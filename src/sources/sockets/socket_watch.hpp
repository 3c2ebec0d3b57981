#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kernel/cut.hpp"
#include "kernel/protected_targets.hpp"
#include "model/account.hpp"
#include "model/denial.hpp"
#include "sessions/session_feed.hpp"
#include "sources/sockets/socket_eye.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sources::sockets {

/// Calls it with each source whose connections end here, and with the backend that holds its
/// accounts.
using TakeFeed = std::function<void(const std::string& backend, sessions::SessionFeed& feed)>;
using EachFeed = std::function<void(const TakeFeed& take)>;
/// Whose a session is, by the name that its feed knows.
using AccountOf = std::function<AccountKey(const std::string& backend, std::string_view name)>;

/// Looks at the sockets of this machine and its containers once a second, for all sources whose
/// connections end here, and cuts an account's. What blocks is done by `worker`, a pool of one
/// thread.
class SocketWatch {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor worker;
        const Clock& clock;
        EachFeed each_feed;  ///< those there are now
        /// Who of these must never be cut off, as the operator said.
        std::function<kernel::ProtectedTargets(const std::vector<Address>&)> told;
        std::string ssh_connection;  ///< of who started this, as in the environment
        AccountOf account_of = {};   ///< empty: that backend's, of that name
    };
    explicit SocketWatch(Parts parts) : parts_(std::move(parts)) {}

    /// Until it is cancelled. What does not work is tried again, less often.
    boost::asio::awaitable<void> run();

    /// Cuts every live connection of the account that is its alone and looks again; nothing when it
    /// has none that is known. Of a list of addresses: only those from there.
    boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> cut(
        AccountKey account, std::vector<Address> from = {}
    );
    /// The same for accounts by the names that the feeds know, but for `spared` addresses.
    boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> cut_named(
        std::set<std::string> names, std::vector<Address> spared
    );
    /// Connections of the account that are known to live, and may be cut.
    std::size_t live_connections(const AccountKey& account, const std::vector<Address>& from = {})
        const;

    /// What of the account a firewall is to refuse: the addresses it is connected from, at the
    /// ports of ours that it uses, but none that another active account shares. FG-DMN-012 when
    /// that leaves nothing.
    Result<std::vector<Denial>> denials_of(const AccountKey& account) const;

    /// Why sockets are not seen, why it is not told when they end (short connections are then not
    /// confirmed), and why none could be cut; empty where no source has sessions, since nothing is
    /// missed then.
    std::vector<Error> lacks() const;

private:
    SocketEye& eye(const std::string& place);
    boost::asio::awaitable<Result<void>> look(SocketEye& eye);
    void hear_ends(SocketEye& eye);
    void take(const std::vector<LiveSocket>& sockets, const std::string& place, TimePoint at);
    std::set<std::string> places() const;
    void each_feed(const std::function<void(sessions::SessionFeed&)>& take) const;
    void each_feed(
        const std::string& place, const std::function<void(sessions::SessionFeed&)>& take
    ) const;
    void each_session(
        const std::function<
            void(AccountKey key, const sessions::Session& session, const std::string& place)>& take
    ) const;
    bool is_needed(const std::string& place) const;
    using Wanted = std::function<bool(const AccountKey& key, const sessions::Session& session)>;
    using Orders = std::map<std::string, kernel::CutOrder>;  ///< by place
    Orders orders_for(const Wanted& wanted) const;
    boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> carry_out(
        Orders orders, std::vector<Address> spared
    );
    boost::asio::awaitable<void> wait_for_next_look(bool soon);

    Parts parts_;
    std::map<std::string, std::unique_ptr<SocketEye>> eyes_;  ///< by place; none ever goes
};

}  // namespace fairgate::sources::sockets
