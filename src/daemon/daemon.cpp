#include "daemon/daemon.hpp"

#include "base/memory.hpp"
#include "base/run_on.hpp"
#include "base/spawn.hpp"
#include "control/events.hpp"
#include "control/line_tap.hpp"
#include "daemon/acting.hpp"
#include "daemon/decider.hpp"
#include "daemon/distrust.hpp"
#include "daemon/flow.hpp"
#include "daemon/known_accounts.hpp"
#include "daemon/last_run.hpp"
#include "daemon/live_view.hpp"
#include "daemon/node_intake.hpp"
#include "daemon/order_desk.hpp"
#include "daemon/own_log.hpp"
#include "daemon/own_servers.hpp"
#include "daemon/supervisor.hpp"
#include "daemon/surfaces.hpp"
#include "daemon/upkeep.hpp"
#include "daemon/watched_clock.hpp"
#include "daemon/world.hpp"
#include "enforcement/executor.hpp"
#include "enforcement/journal.hpp"
#include "rules/rules.hpp"
#include "store/sqlite/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>

namespace fairgate::daemon {

namespace {

Result<void> make_state_dir(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        return Error{
            .code = "FG-DMN-001",
            .what = "cannot make the folder for the daemon's state",
            .where = path,
            .cause = error.message(),
            .state = "the daemon was not started",
            .next = "set daemon.state_dir to a folder that this user may write to"
        };
    }
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    return {};
}

/// Everything that runs, in the order in which it depends on what stands above it.
class Daemon {
public:
    Daemon(DaemonSettings settings, std::unique_ptr<store::Store> store)
        : settings_(std::move(settings)),
          supervisor_(Supervisor::from(settings_.read_from.environment)),
          clock_(
              settings_.clock == nullptr ? WatchedClock()
                                         : WatchedClock::following(*settings_.clock)
          ),
          store_(std::move(store)),
          journal_(*store_, io_.get_executor(), store_thread_.get_executor()),
          events_(io_.get_executor()) {
        world_.version = settings_.version;
        world_.settings = std::make_shared<config::Settings>(settings_.loaded.settings);
        for (const config::Given& given : settings_.loaded.given) {
            world_.given[given.path] = given.value;
        }
        world_.read_from = settings_.read_from;
        world_.started = clock_.now();
        world_.configured = clock_.now();
    }

    ~Daemon() {
        store_thread_.join();
        kernel_thread_.join();
    }

    Result<void> run() {
        auto built =
            build_world(world_, io_.get_executor(), clock_, *store_, settings_.executable_folder);
        if (!built) {
            return built;
        }
        make_parts();
        std::optional<Error> failed;
        const Task main = spawn(
            io_.get_executor(),
            "daemon",
            [this, &failed] { return serve(failed); },
            [this, &failed](const std::string&, const std::exception_ptr& thrown) {
                try {
                    std::rethrow_exception(thrown);
                } catch (const std::exception& error) {
                    failed = Error{
                        .code = "FG-DMN-002", .what = "the daemon broke down", .cause = error.what()
                    };
                }
                io_.stop();
            }
        );
        io_.run();
        return failed ? Result<void>(*failed) : Result<void>{};
    }

private:
    void make_parts() {
        acting_ = std::make_unique<Acting>(Acting::Parts{
            io_.get_executor(),
            kernel_thread_.get_executor(),
            clock_,
            world_,
            *store_,
            store_thread_.get_executor()
        });
        enforcement::Listeners listeners;
        listeners.changed = [this](const enforcement::MeasureEvent& event) { tell(event); };
        listeners.alarm = [this](const enforcement::Alarm& alarm) { tell(alarm); };
        executor_ = std::make_unique<enforcement::Executor>(
            io_.get_executor(),
            clock_,
            journal_,
            acting_->enforcers(),
            enforcement::ExecutorSettings{},
            std::move(listeners)
        );
        acting_->nodes().follow(*executor_);
        decider_ = std::make_unique<Decider>(
            Decider::Parts{
                clock_,
                *store_,
                store_thread_.get_executor(),
                *executor_,
                events_,
                [this](const std::vector<std::string>& nodes) {
                    return distrust(world_, nodes, clock_.now());
                },
                [this](AccountKey account, std::vector<std::string> wanted) {
                    return acting_->refusable(std::move(account), std::move(wanted));
                }
            },
            rules::ladder(control::ladder_settings(world_.in_force)),
            rules::breaker_rule(world_.settings->breaker)
        );
        decider_->set_refusing(rules::refusing(*world_.settings));
        decider_->set_udp_idle(world_.settings->firewall.udp_idle);
        flow_ = std::make_unique<Flow>(Flow::Parts{
            io_.get_executor(),
            store_thread_.get_executor(),
            clock_,
            *store_,
            *executor_,
            *decider_,
            events_,
            taps_,
            world_.units,
            world_.people,
            [this](const Unit& unit, const std::string& node) {
                return reading_of_panel(world_, unit, node);
            },
            [this](TimePoint now) { let_rules_end(now); }
        });
        upkeep_ = std::make_unique<Upkeep>(Upkeep::Parts{
            io_.get_executor(),
            store_thread_.get_executor(),
            clock_,
            *store_,
            events_,
            world_,
            supervisor_,
            [this](Duration by) { return clock_was_set(by); }
        });
        acting_->begin(*executor_, events_);
        live_ = std::make_unique<LiveView>(clock_, world_, *executor_, *decider_, *acting_);
        orders_ = std::make_unique<OrderDesk>(OrderDesk::Parts{
            clock_,
            world_,
            *store_,
            store_thread_.get_executor(),
            *executor_,
            *decider_,
            *flow_,
            events_,
            *acting_
        });
    }

    boost::asio::awaitable<void> serve(std::optional<Error>& failed) {
        auto done = co_await take_up();
        if (done) {
            surfaces_ = std::make_unique<Surfaces>(Surfaces::Parts{
                io_.get_executor(),
                store_thread_.get_executor(),
                world_.settings,
                *store_,
                *live_,
                *orders_,
                events_,
                taps_,
                clock_
            });
            done = surfaces_->open();
        }
        if (!done) {
            failed = done.error();
            io_.stop();
            co_return;
        }
        const Task own_log = start_own_log();
        flow_->start();
        const Task sockets = start("sockets", [this] { return acting_->sockets().run(); });
        const Task firewall = start("firewall", [this] { return acting_->watch(); });
        if (auto opened = co_await open_door_for_agents(); !opened) {
            failed = opened.error();
            io_.stop();
            co_return;
        }
        const Task servers = start_looking_for_servers();
        const Task upkeep = start("upkeep", [this] { return upkeep_->run(); });
        supervisor_.ready("the API is on " + surfaces_->listening_on());
        if (settings_.ready) {
            settings_.ready(surfaces_->listening_on());
        }
        release_unused_memory();
        co_await wait_for_the_end();
        supervisor_.stopping();
        co_await flow_->save_positions();
        co_await flow_->save_comings();
        co_await upkeep_->save_accounts();
        events_.close();
        io_.stop();
    }

    boost::asio::awaitable<Result<void>> open_door_for_agents() {
        node_intake_ =
            std::make_unique<NodeIntake>(clock_, world_, *executor_, events_, acting_->nodes());
        GateParts parts{
            io_.get_executor(), store_thread_.get_executor(), clock_, *store_, world_, *node_intake_
        };
        auto gate = co_await open_gate(std::move(parts));
        if (!gate) {
            co_return gate.error();
        }
        gate_ = std::move(*gate);
        world_.gate = gate_.get();
        co_return Result<void>{};
    }

    Task start(const char* name, std::function<boost::asio::awaitable<void>()> work) {
        return spawn(
            io_.get_executor(),
            name,
            std::move(work),
            [this](const std::string& task, const std::exception_ptr& thrown) {
                flow_->failed(task, thrown);
            }
        );
    }

    Task start_own_log() {
        OwnLog::Write write = settings_.log ? settings_.log : [](const std::string&) {};
        const bool journald = settings_.read_from.environment.contains("JOURNAL_STREAM");
        own_log_ = std::make_unique<OwnLog>(
            std::move(write), journald ? OwnLog::Stamp::none : OwnLog::Stamp::time
        );
        return start("log", [this] { return own_log_->follow(events_, 0, clock_); });
    }

    Task start_looking_for_servers() {
        servers_ = std::make_unique<OwnServerWatch>(OwnServerWatch::Parts{
            io_.get_executor(),
            clock_,
            [this] { return servers_of(world_); },
            &ask_name_servers,
            [this](OwnServers found, std::vector<Error> unresolved) {
                world_.servers = std::move(found);
                world_.unresolved = std::move(unresolved);
                apply_rules(world_, clock_.now());
            }
        });
        return start("servers", [this] { return servers_->run(); });
    }

    /// What was left open by the last run, before anything new is decided.
    boost::asio::awaitable<Result<void>> take_up() {
        auto done = co_await decider_->load();
        if (!done) {
            co_return done;
        }
        auto read = [this] { return read_last_run(*store_, clock_.now()); };
        const auto last = co_await run_on(store_thread_.get_executor(), std::move(read));
        if (!last) {
            co_return last.error();
        }
        for (const Violation& over : daemon::take_up(*last, world_.units)) {
            co_await decider_->closed(over);
        }
        done = co_await recall(store_thread_.get_executor(), *store_, world_.units, clock_.now());
        if (!done) {
            co_return done;
        }
        const auto resumed = co_await executor_->resume();
        co_return resumed ? Result<void>{} : Result<void>(resumed.error());
    }

    boost::asio::awaitable<void> wait_for_the_end() {
        boost::asio::signal_set signals(io_, SIGTERM, SIGINT, SIGHUP);
        for (;;) {
            const int signal = co_await signals.async_wait(boost::asio::use_awaitable);
            if (signal != SIGHUP) {
                co_return;
            }
            enforcement::OrderedBy by;
            by.who = "SIGHUP";
            by.via = "signal";
            supervisor_.reloading();
            co_await orders_->reload(std::move(by));
            supervisor_.ready("the API is on " + surfaces_->listening_on());
        }
    }

    /// Nobody waits between the first two: what is due is asked for by the new clock only after the
    /// due times are by the new clock too.
    boost::asio::awaitable<void> clock_was_set(Duration by) {
        flow_->clock_was_set(by);
        co_await executor_->clock_was_set(by);
    }

    /// An entry that was set for a time is over: the rules are others from now on.
    void let_rules_end(TimePoint now) {
        const auto at = world_.in_force.changes_at;
        if (at && now >= *at) {
            apply_rules(world_, now);
            flow_->modes_changed();
        }
    }

    void tell(const enforcement::MeasureEvent& event) {
        flow_->measure_changed(event);
        acting_->measure_changed(event);
        events_.publish(surface_event(event));
    }
    void tell(const enforcement::Alarm& alarm) { events_.publish(surface_event(alarm)); }

    DaemonSettings settings_;
    Supervisor supervisor_;
    WatchedClock clock_;
    boost::asio::io_context io_{1};
    boost::asio::thread_pool store_thread_{1};
    boost::asio::thread_pool kernel_thread_{1};
    std::unique_ptr<store::Store> store_;
    enforcement::Journal journal_;
    control::EventLog events_;
    control::LineTaps taps_;
    World world_;
    std::unique_ptr<Acting> acting_;
    std::unique_ptr<enforcement::Executor> executor_;
    std::unique_ptr<Decider> decider_;
    std::unique_ptr<Flow> flow_;
    std::unique_ptr<Upkeep> upkeep_;
    std::unique_ptr<LiveView> live_;
    std::unique_ptr<OrderDesk> orders_;
    std::unique_ptr<Surfaces> surfaces_;
    std::unique_ptr<OwnLog> own_log_;
    std::unique_ptr<NodeIntake> node_intake_;
    std::shared_ptr<nodes::Gate> gate_;
    std::unique_ptr<OwnServerWatch> servers_;
};

}  // namespace

Result<void> run(DaemonSettings settings) {
    const std::string& folder = settings.loaded.settings.daemon.state_dir;
    if (auto made = make_state_dir(folder); !made) {
        return made;
    }
    store::sqlite::Settings database;
    database.path = std::filesystem::path(folder) / "fairgate.db";
    auto store = store::sqlite::open(database);
    if (!store) {
        return store.error();
    }
    return Daemon(std::move(settings), std::move(*store)).run();
}

}  // namespace fairgate::daemon
