#pragma once

#include "base/clock.hpp"
#include "control/events.hpp"
#include "control/orders.hpp"
#include "daemon/acting.hpp"
#include "daemon/decider.hpp"
#include "daemon/flow.hpp"
#include "daemon/world.hpp"
#include "enforcement/executor.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fairgate::daemon {

/// Takes the orders of control to the parts that carry them out.
class OrderDesk final : public control::Orders {
public:
    struct Parts {
        const Clock& clock;
        World& world;
        store::Store& store;
        boost::asio::any_io_executor store_thread;
        enforcement::Executor& enforcement;
        Decider& decider;
        Flow& flow;
        control::EventLog& events;
        Acting& acting;
    };
    explicit OrderDesk(Parts parts) : parts_(std::move(parts)) {}

    boost::asio::awaitable<Result<Measure>> undo(MeasureId measure, enforcement::OrderedBy by)
        override;
    boost::asio::awaitable<Result<Measure>> extend(
        MeasureId measure, std::optional<TimePoint> due, enforcement::OrderedBy by
    ) override;
    boost::asio::awaitable<Result<enforcement::CarriedOut>> carry_out(Decision decision) override;
    boost::asio::awaitable<Result<control::SessionsCut>> cut_sessions(
        AccountKey account, enforcement::OrderedBy by
    ) override;
    boost::asio::awaitable<control::SessionsThere> sessions_on_nodes(control::SessionQuery query
    ) override;
    boost::asio::awaitable<Result<void>> settings_changed() override;
    boost::asio::awaitable<Result<control::Reloaded>> reload(enforcement::OrderedBy by) override;
    boost::asio::awaitable<Result<void>> close_breaker(enforcement::OrderedBy by) override;
    boost::asio::awaitable<Result<void>> pause_source(std::string source) override;
    boost::asio::awaitable<Result<void>> resume_source(std::string source) override;
    boost::asio::awaitable<Result<std::vector<control::Check>>> test_source(std::string source
    ) override;
    boost::asio::awaitable<Result<std::vector<control::Check>>> test_enforcer(std::string enforcer
    ) override;
    boost::asio::awaitable<Result<std::vector<control::Check>>> try_enforcer(std::string enforcer
    ) override;
    boost::asio::awaitable<Result<control::FirewallNow>> look_at_firewall() override;
    boost::asio::awaitable<Result<std::optional<std::string>>> why_never_blocked(Address address
    ) override;
    boost::asio::awaitable<void> look_again(std::vector<MeasureId> measures) override;
    boost::asio::awaitable<Result<std::size_t>> let_strays_through() override;

    boost::asio::awaitable<Result<nodes::Invited>> invite_node(
        std::string node, std::string backend, std::string address, std::chrono::seconds life
    ) override;
    boost::asio::awaitable<Result<void>> revoke_node(std::string node) override;

private:
    Unit* unit_of_backend(const std::string& backend);
    /// Adds what became of it to `done`.
    boost::asio::awaitable<void> cut_on_nodes(AccountKey account, control::SessionsCut& done);
    const Unit* unit_of_enforcer(const std::string& enforcer) const;
    void tell(control::Topic topic, std::string message);

    Parts parts_;
};

}  // namespace fairgate::daemon
