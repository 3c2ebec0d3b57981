#pragma once

#include "base/clock.hpp"
#include "control/check.hpp"
#include "daemon/world.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/enforcer.hpp"
#include "model/measure.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
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
    };
    explicit Acting(Parts parts);

    sources::sockets::SocketWatch& sockets() { return *sockets_; }
    /// Whether what acts on the unit's accounts could do so now; changes nothing. `open` are all
    /// measures that are not finished.
    boost::asio::awaitable<std::vector<control::Check>> test(
        const Unit& unit, std::vector<Measure> open
    );
    /// Each once, by name.
    std::vector<enforcement::Enforcer*> enforcers() const;

private:
    Parts parts_;
    std::unique_ptr<sources::sockets::SocketWatch> sockets_;
    std::unique_ptr<enforcement::AddressEnforcer> firewall_;  ///< none: off
};

}  // namespace fairgate::daemon
