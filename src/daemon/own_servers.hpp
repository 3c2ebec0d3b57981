#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "daemon/server.hpp"
#include "model/address.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Finds the addresses of the operator's own servers, again every five minutes: names move. What a
/// name server does not tell now stays as it was last told.
class OwnServerWatch {
public:
    using Answer = Result<std::vector<Address>>;
    struct Parts {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        std::function<std::vector<Server>()> servers;               ///< who there is now
        std::function<boost::asio::awaitable<Answer>(Server)> ask;  ///< ask_name_servers
        /// Told when they are not as before, with the names that have no address now.
        std::function<void(OwnServers, std::vector<Error> unresolved)> found;
    };
    explicit OwnServerWatch(Parts parts) : parts_(std::move(parts)) {}

    /// Until it is cancelled.
    boost::asio::awaitable<void> run();
    /// Once, now.
    boost::asio::awaitable<void> look();

private:
    struct Known {
        std::vector<Address> addresses;
        TimePoint asked;
        std::optional<Error> fails;
    };
    boost::asio::awaitable<Known> find(Server server);

    Parts parts_;
    std::map<std::string, Known> known_;  ///< by host
    OwnServers told_;
    std::set<std::string> told_unresolved_;
};

/// The system's resolver, for a few seconds.
boost::asio::awaitable<OwnServerWatch::Answer> ask_name_servers(Server server);

}  // namespace fairgate::daemon
