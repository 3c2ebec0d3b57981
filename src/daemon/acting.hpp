#pragma once

#include "base/clock.hpp"
#include "control/check.hpp"
#include "daemon/node_orders.hpp"
#include "daemon/refusable.hpp"
#include "daemon/world.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/enforcer.hpp"
#include "model/measure.hpp"
#include "sources/sockets/socket_watch.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <list>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// What acts on accounts, joined from its parts: each backend's own enforcer, or the firewall where
/// there is nothing but a log, and the cut of what is live. Gives every unit of the world its own.
class Acting {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor worker;  ///< of one thread, for what asks the kernel
        const Clock& clock;
        World& world;
        store::Store& store;
        boost::asio::any_io_executor store_thread;
    };
    explicit Acting(Parts parts);
    Acting(const Acting&) = delete;
    Acting& operator=(const Acting&) = delete;

    sources::sockets::SocketWatch& sockets() { return *sockets_; }
    NodeOrders& nodes() { return nodes_; }
    /// Whether what acts on the unit's accounts could do so now; changes nothing. `open` are all
    /// measures that are not finished.
    boost::asio::awaitable<std::vector<control::Check>> test(
        const Unit& unit, std::vector<Measure> open
    );
    /// Which of these addresses of the account may be refused, and why the others may not.
    boost::asio::awaitable<Refusable> refusable(
        AccountKey account, std::vector<std::string> wanted
    );
    /// Each once, by name.
    std::vector<enforcement::Enforcer*> enforcers() const;

private:
    /// What acts on the unit's accounts on this machine; null: nothing does.
    enforcement::Enforcer* here(const Unit& unit) const;
    std::vector<control::Check> test_nodes(const Unit& unit) const;

    Parts parts_;
    NodeOrders nodes_;
    std::list<std::unique_ptr<enforcement::Enforcer>> inner_;
    std::unique_ptr<sources::sockets::SocketWatch> sockets_;
    boost::asio::awaitable<Result<std::vector<Denial>>> decided(Measure measure);
    boost::asio::awaitable<Result<std::vector<Denial>>> all_of(AccountKey account);

    enforcement::SharedBlocks::Never here_;                   ///< what this machine protects
    std::unique_ptr<enforcement::AddressEnforcer> firewall_;  ///< none: off
    std::unique_ptr<enforcement::Enforcer> refusing_;         ///< the same, and cuts
};

}  // namespace fairgate::daemon
