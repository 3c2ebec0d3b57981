#pragma once

#include "base/clock.hpp"
#include "control/check.hpp"
#include "control/events.hpp"
#include "daemon/blocked_log.hpp"
#include "daemon/firewall_watch.hpp"
#include "daemon/node_orders.hpp"
#include "daemon/refusable.hpp"
#include "daemon/world.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/enforcer.hpp"
#include "enforcement/executor.hpp"
#include "model/address.hpp"
#include "model/measure.hpp"
#include "sources/sockets/socket_watch.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <list>
#include <memory>
#include <optional>
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

    sources::sockets::SocketWatch& sockets() const { return *sockets_; }
    NodeOrders& nodes() { return nodes_; }
    /// Once the executor is there.
    void begin(enforcement::Executor& executor, control::EventLog& events);
    /// Looks at the firewall, if there is one, until it is cancelled.
    boost::asio::awaitable<void> watch();
    /// For the lines that others read.
    void measure_changed(const enforcement::MeasureEvent& event);
    /// None where the firewall is off.
    enforcement::AddressEnforcer* firewall() const { return firewall_.get(); }
    FirewallWatch* firewall_watch() const { return watch_.get(); }
    bool is_firewall(const enforcement::Enforcer& acting) const {
        return firewall_ && acting.name() == firewall_->name();
    }

    /// Whether what acts on the unit's accounts could do so now; changes nothing.
    boost::asio::awaitable<std::vector<control::Check>> test(const Unit& unit);
    /// The same of the firewall, which is on.
    boost::asio::awaitable<std::vector<control::Check>> test_firewall();
    /// The same for real, as far as it harms nobody: a firewall refuses an address that nobody has,
    /// and lets it through again. A step each.
    boost::asio::awaitable<std::vector<control::Check>> try_out(const Unit& unit);
    boost::asio::awaitable<std::vector<control::Check>> try_firewall();
    /// The rule that protects the address whoever asks; none if there is none.
    boost::asio::awaitable<Result<std::optional<std::string>>> why_never_blocked(Address address);
    /// Which of these addresses of the account may be refused, and why the others may not.
    boost::asio::awaitable<Refusable> refusable(
        AccountKey account, std::vector<std::string> wanted
    );
    /// Each once, by name.
    std::vector<enforcement::Enforcer*> enforcers() const;

private:
    /// What acts on the unit's accounts on this machine; null: nothing does.
    enforcement::Enforcer* here(const Unit& unit) const;
    void choose_enforcer(Unit& unit);
    void choose_enforcer_of_nodes(Unit& unit);
    void refuse_by_nodes(Unit& unit);
    std::vector<control::Check> test_nodes(const Unit& unit) const;

    boost::asio::awaitable<control::Check> look_at_firewall();
    boost::asio::awaitable<control::Check> test_cutting();

    Parts parts_;
    std::string session_;  ///< SSH_CONNECTION of who started this
    NodeOrders nodes_;
    std::list<std::unique_ptr<enforcement::Enforcer>> inner_;
    std::unique_ptr<sources::sockets::SocketWatch> sockets_;
    boost::asio::awaitable<Result<std::vector<Denial>>> decided(Measure measure);
    boost::asio::awaitable<Result<std::vector<Denial>>> all_of(AccountKey account);

    enforcement::SharedBlocks::Never here_;                       ///< what this machine protects
    std::unique_ptr<enforcement::AddressEnforcer> firewall_;      ///< none: off
    std::unique_ptr<enforcement::Enforcer> refusing_;             ///< the same, and cuts
    std::list<std::unique_ptr<enforcement::Enforcer>> by_nodes_;  ///< the same, where it is off
    std::unique_ptr<FirewallWatch> watch_;
    std::unique_ptr<BlockedLog> blocked_log_;
};

}  // namespace fairgate::daemon
