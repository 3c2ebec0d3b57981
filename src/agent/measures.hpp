#pragma once

#include "agent/core_deny.hpp"
#include "agent/cut_only.hpp"
#include "agent/order_shelf.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/queue.hpp"
#include "enforcement/address_blocker.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/cutting/cutting_enforcer.hpp"
#include "enforcement/executor.hpp"
#include "enforcement/journal.hpp"
#include "enforcement/shared_blocks.hpp"
#include "link/order.hpp"
#include "sources/sockets/socket_watch.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::agent {

/// What a node holds for its hub: the same journal and executor as the hub's own, so that it is
/// lifted when due although the hub is gone, and taken up again after a crash. An order belongs to
/// the hub that gave it: what another hub ordered before this machine joined anew is lifted.
class Measures {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor store_thread;   ///< drained before this goes
        boost::asio::any_io_executor kernel_thread;  ///< of one thread, likewise
        const Clock& clock;
        store::Store& store;
        std::string authority;  ///< fingerprint of the hub's
        std::string driver;     ///< of the firewall; empty: off
        std::function<std::unique_ptr<enforcement::AddressBlocker>(std::string_view driver)>
            make_blocker;
        enforcement::SharedBlocks::Never never;  ///< asked in kernel_thread
        sources::sockets::SocketWatch* sockets;  ///< null: nothing is cut here
        std::function<void(const link::Done& done)> tell;
        std::function<void(const std::string& line)> log;
        backends::xray::RunningCore* core = nullptr;  ///< of this node; outlives this
    };
    explicit Measures(Parts parts);

    /// Once, before anything else: compares what the journal holds with the firewall, and lifts
    /// what is no longer ours to hold.
    boost::asio::awaitable<Result<void>> take_up();
    /// Carries out, and lifts what is due, until it is cancelled.
    boost::asio::awaitable<void> run();
    /// Takes orders, one after the other, until it is cancelled.
    boost::asio::awaitable<void> listen();
    /// Looks whether the firewall works and holds what it should, which it is made to, every ten
    /// seconds; forgets what is long over. Until it is cancelled.
    boost::asio::awaitable<void> keep_house();
    /// The first of it, once.
    boost::asio::awaitable<void> look_after_firewall();
    /// The core has other accounts than before.
    void core_changed();
    /// Looks whether the core answers again; every few seconds.
    void look_at_core();
    /// All that can be done at this moment. For tests.
    boost::asio::awaitable<void> settle();

    /// An order of the hub's. How it stands is told, now and whenever that changes.
    void take(link::Order order);
    /// All that is held for this hub.
    std::vector<link::Done> held() const;
    link::Enforcing enforcing() const;
    /// Whose a connection is, by the name in the log: what the hub calls it, if it has an order.
    AccountKey account_in_sockets(std::string_view name) const;

private:
    struct Holding {
        Measure measure;
        std::string text;  ///< of the step that acted: "cut 3, left 0"
    };
    using Held = std::map<AccountKey, Holding>;
    static constexpr std::string_view prefix = "firewall:";  ///< of an AddressEnforcer's name

    static enforcement::OrderedBy by(std::string who, std::string reason);
    static bool is_in_force(const Measure& measure);

    enforcement::AddressEnforcer& firewall(const std::string& driver);
    void add_enforcer(enforcement::Enforcer& acts);
    void make_executor();
    std::string enforcer_for(link::OrderKind kind) const;
    bool may_hold(const std::string& enforcer) const;
    boost::asio::awaitable<Result<std::string>> choose(link::Order order);
    Result<std::string> choose_beside_core(const AccountKey& account, const Result<bool>& known);
    CoreDeny make_core_deny();
    static std::vector<std::string> names_of(const link::Order& order);
    std::vector<Measure> others_in_core(const Measure& measure) const;
    const link::Order* denied_here(const Measure& measure) const;
    void recovered(MeasureId id);
    void remove_again(const Measure& over);
    bool take_again(const Measure& ended, MeasureState before);
    link::Done done_of(const link::OrderKey& key, const Holding& holding) const;
    boost::asio::awaitable<Result<void>> look_at_journal();
    boost::asio::awaitable<Result<std::vector<Denial>>> find(AccountKey account);
    boost::asio::awaitable<Result<void>> check(
        const link::Order& order, const std::string& enforcer
    );
    bool is_seen(const std::string& account) const;
    boost::asio::awaitable<Result<void>> begin(link::Order order, std::string enforcer);
    boost::asio::awaitable<void> look_at_firewall();
    void count_lost(const enforcement::MeasureEvent& event);
    boost::asio::awaitable<void> clean();
    void learn_names();
    boost::asio::awaitable<void> carry_out(link::Order order);
    boost::asio::awaitable<void> lift(link::OrderKey key);
    boost::asio::awaitable<Result<void>> hold(link::Order order);
    boost::asio::awaitable<void> lift_what_is_not_ours();
    void changed(const enforcement::MeasureEvent& event);
    void tell(const Measure& measure, const std::string& text) const;
    void refuse(const link::OrderKey& key, Error error) const;
    AccountKey account_of(const link::OrderKey& key) const;
    std::optional<link::OrderKey> key_of(const AccountKey& account) const;

    Parts parts_;
    OrderShelf shelf_;
    enforcement::Journal journal_;
    std::map<std::string, std::unique_ptr<enforcement::AddressEnforcer>> firewalls_;
    CutOnly cut_only_;
    CoreDeny core_deny_;
    std::map<AccountKey, std::string> why_not_core_;  ///< of orders that its core does not hold
    bool core_failed_ = false;
    std::list<enforcement::cutting::CuttingEnforcer> cutting_;
    std::vector<enforcement::Enforcer*> enforcers_;
    std::unique_ptr<enforcement::Executor> executor_;
    std::map<std::string, std::string, std::less<>> names_;  ///< in the log, and at the hub
    Held held_;  ///< the newest measure of each order that is not over
    Queue<link::Order> orders_;
    std::optional<Error> fails_;  ///< why the firewall refuses nobody
    std::optional<link::FirewallLook> look_;
};

}  // namespace fairgate::agent
