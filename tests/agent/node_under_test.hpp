#pragma once

#include "agent/measures.hpp"
#include "base/run.hpp"
#include "base/spawn.hpp"
#include "enforcement/harness.hpp"
#include "enforcement/memory_blocker_test.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::agent {

/// A node's measures on a firewall in memory, which can die before and behind each change of its
/// disk and its firewall. `kept` and `rules` outlive that.
class NodeUnderTest {
public:
    NodeUnderTest(store::Store& kept, ManualClock& clock) : clock_(clock), store_(kept, crash) {}
    ~NodeUnderTest() { end(); }

    void start() {
        crash.revive();
        crash.crash_at(dies_at);
        Measures::Parts parts{
            io_.get_executor(),
            io_.get_executor(),
            io_.get_executor(),
            clock_,
            store_,
            authority,
            driver,
            [this](std::string_view) {
                return std::make_unique<enforcement::MemoryBlocker>(rules, [this] {
                    crash.pass();
                    on_change();
                    return true;
                });
            },
            [this] { return Result<kernel::ProtectedTargets>(never); },
            nullptr,
            [this](const link::Done& done) { told.push_back(done); },
            [](const std::string&) {},
            make_core()
        };
        measures_ = std::make_unique<Measures>(std::move(parts));
        fairgate::run(io_, [this] { return taken_up(*measures_); });
        listening_ = spawn(
            io_.get_executor(),
            "orders",
            [this] { return measures_->listen(); },
            [](const std::string&, const std::exception_ptr&) {}
        );
        settle();
    }
    void end() {
        crash.kill();
        listening_.cancel();
        io_.restart();
        io_.poll();  // whatever still runs comes to its next point, and no further
        measures_.reset();
    }
    void restart() {
        end();
        start();
    }
    void take(link::Order order) {
        measures_->take(std::move(order));
        settle();
    }
    void settle() {
        for (int i = 0; i < 3 && !crash.dead(); ++i) {
            io_.restart();
            io_.poll();
            fairgate::run(io_, [this] { return settled(*measures_); });
        }
    }
    void pass(Duration time, Duration step = std::chrono::seconds(5)) {
        for (; time > Duration(0) && !crash.dead(); time -= step) {
            clock_.advance(step);
            settle();
        }
    }
    /// What is done every ten seconds.
    void look_after_firewall() {
        io_.restart();
        fairgate::run(io_, [this] { return looked(*measures_); });
    }
    Measures& measures() { return *measures_; }

    enforcement::CrashPoints crash;
    enforcement::Rules rules;
    std::function<void()> on_change = [] {};
    std::string authority = std::string(64, 'a');
    std::string driver = "memory";
    kernel::ProtectedTargets never;
    int dies_at = 0;  ///< the point at which the next life ends, if any
    /// The node's core, as each life of the agent finds it.
    std::function<backends::xray::RunningCore*()> make_core = [] { return nullptr; };
    std::vector<link::Done> told;

private:
    static boost::asio::awaitable<int> taken_up(Measures& measures) {
        (co_await measures.take_up()).value();
        co_return 0;
    }
    static boost::asio::awaitable<int> looked(Measures& measures) {
        co_await measures.look_after_firewall();
        co_return 0;
    }
    static boost::asio::awaitable<int> settled(Measures& measures) {
        co_await measures.settle();
        co_return 0;
    }

    ManualClock& clock_;
    enforcement::ShakyStore store_;
    boost::asio::io_context io_;
    std::unique_ptr<Measures> measures_;
    Task listening_;
};

}  // namespace fairgate::agent
