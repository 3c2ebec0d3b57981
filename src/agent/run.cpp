#include "agent/agent.hpp"
#include "agent/hub_link.hpp"
#include "agent/log_reader.hpp"
#include "agent/measures_here.hpp"
#include "agent/membership.hpp"
#include "agent/node_core.hpp"
#include "agent/node_sockets.hpp"
#include "base/memory.hpp"
#include "base/spawn.hpp"
#include "link/health.hpp"
#include "link/order_wire.hpp"
#include "link/slot_book.hpp"
#include "link/sockets_wire.hpp"
#include "link/tls.hpp"
#include "sources/sockets/socket_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <random>
#include <unistd.h>
#include <utility>
#include <vector>

namespace fairgate::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Every pair is told at most once a slot, so this is only how late the hub hears of it.
constexpr auto flush_every = 2s;
constexpr int flushes_a_slot = 5;

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t random_number() {
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
}

class Agent {
public:
    Agent(AgentSettings settings, Membership membership)
        : settings_(std::move(settings)),
          positions_file_(settings_.settings.agent.state_dir + "/positions.json"),
          measures_(MeasuresHere::Parts{
              io_.get_executor(),
              kernel_thread_.get_executor(),
              clock_,
              settings_.settings,
              sockets_,
              settings_.ssh_connection,
              membership.fingerprint,
              membership.hub,
              [this](const link::Done& done) { link_.tell(done); },
              settings_.log,
              core_
          }),
          link_(HubLink::Parts{
              io_.get_executor(),
              clock_,
              book_,
              std::move(membership),
              [folder = settings_.settings.agent.state_dir](const Membership& changed) {
                  return save_membership(folder, changed);
              },
              settings_.version,
              random_number(),
              settings_.log,
              [this](link::wire::Health& out) { describe(out); },
              [this] { return measures_.held(); },
              [this](link::Order order) { measures_.take(std::move(order)); },
              [this](const std::string& address) { measures_.met(address); },
              [this](const link::wire::Frame& frame) { node_sockets_.take(frame); }
          }),
          sockets_(
              {io_.get_executor(),
               kernel_thread_.get_executor(),
               clock_,
               [this](const sources::sockets::TakeFeed& take) {
                   for (const auto& reader : readers_) {
                       if (reader->sessions() != nullptr) {
                           take("", *reader->sessions());
                       }
                   }
               },
               [this](const std::vector<Address>&) { return measures_.told(); },
               settings_.ssh_connection,
               [this](const std::string&, std::string_view name) {
                   return measures_.account_of(name);
               }}
          ),
          node_sockets_(
              {io_.get_executor(),
               readers_,
               sockets_,
               [this](const link::wire::Frame& frame) { link_.send(frame); }}
          ) {}

    Result<void> run() {
        const Positions positions = load_positions(positions_file_);
        for (const config::SourceSettings& source : settings_.settings.sources) {
            auto reader = LogReader::make(
                io_.get_executor(), clock_, settings_.settings, source, positions, book_
            );
            if (!reader) {
                return reader.error();
            }
            readers_.push_back(std::move(*reader));
        }
        auto core = NodeCore::make(io_.get_executor(), clock_, settings_.settings, book_);
        if (!core) {
            return core.error();
        }
        core_ = std::move(*core);
        for (const auto& reader : readers_) {
            reader->start();
        }
        if (core_) {
            start("core", &Agent::ask_core);
        }
        start("measures", &Agent::take_up);
        start("sockets", &Agent::watch);
        start("answers", &Agent::answer);
        start("flush", &Agent::beat);
        start("end", &Agent::wait_for_the_end);
        release_unused_memory();
        io_.run();
        kernel_thread_.join();
        return {};
    }

private:
    void start(const std::string& name, asio::awaitable<void> (Agent::*part)()) {
        tasks_.push_back(spawn(
            io_.get_executor(),
            name,
            [this, part] { return (this->*part)(); },
            [this](const std::string& task, const std::exception_ptr& thrown) {
                broke_down(task, thrown);
            }
        ));
    }

    void broke_down(const std::string& task, const std::exception_ptr& thrown) {
        std::string line = "FG-AGT-012: the part \"" + task + "\" of the agent broke down";
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& error) {
            line += std::string(": ") + error.what();
        } catch (...) {
            line += ": for a reason it did not tell";
        }
        settings_.log(line);
        io_.stop();  // the service is started again and reads on
    }

    /// What was held before is compared with the firewall before the hub says anything new.
    asio::awaitable<void> take_up() {
        co_await measures_.take_up();
        start("orders", &Agent::take_orders);
        start("firewall", &Agent::keep_house);
        start("hub", &Agent::call);
        co_await measures_.run();
    }
    asio::awaitable<void> take_orders() { return measures_.listen(); }
    asio::awaitable<void> keep_house() { return measures_.keep_house(); }
    asio::awaitable<void> call() { return link_.run(); }
    asio::awaitable<void> ask_core() {
        return core_->run([this] { measures_.core_changed(); });
    }
    asio::awaitable<void> watch() { return sockets_.run(); }
    asio::awaitable<void> answer() { return node_sockets_.answer(); }

    asio::awaitable<void> beat() {
        asio::steady_timer timer(io_.get_executor());
        for (int turn = 0;; turn = (turn + 1) % flushes_a_slot) {
            timer.expires_after(flush_every);
            co_await timer.async_wait(asio::use_awaitable);
            const TimePoint now = clock_.now();
            for (const auto& reader : readers_) {
                reader->tick(now);
            }
            book_.flush(now);
            measures_.look_at_core();
            link_.pump();
            if (turn == 0) {
                link_.tell_health();
                save();
            }
        }
    }

    asio::awaitable<void> wait_for_the_end() {
        asio::signal_set signals(io_, SIGTERM, SIGINT);
        co_await signals.async_wait(asio::use_awaitable);
        book_.flush(clock_.now());
        co_await link_.finish();
        save();
        settings_.log("stopped");
        io_.stop();
    }

    void save() {
        Positions positions = load_positions(positions_file_);
        for (const auto& reader : readers_) {
            if (const std::string position = reader->position(); !position.empty()) {
                positions[reader->name()] = position;
            }
        }
        const auto saved = save_positions(positions_file_, positions);
        if (!saved && !std::exchange(save_failed_, true)) {
            settings_.log(to_line(saved.error()));
        }
        save_failed_ = !saved;
    }

    bool sees_sockets() const {
        const auto joined = [](const auto& reader) { return reader->sessions() != nullptr; };
        return std::ranges::any_of(readers_, joined) && sockets_.lacks().empty();
    }

    void describe(link::wire::Health& out) const {
        const TimePoint now = clock_.now();
        for (const auto& reader : readers_) {
            link::tell(reader->health(now), *out.add_sources());
        }
        if (const auto online = core_ ? core_->health(now) : std::nullopt) {
            link::tell(*online, *out.add_sources());
        }
        out.set_resident(resident_bytes());
        out.set_buffered(book_.waiting());
        out.set_lost(book_.lost());
        link::Enforcing enforcing = measures_.enforcing();
        enforcing.cuts = sees_sockets();
        link::tell(enforcing, *out.mutable_enforcing());
        link::tell(node_sockets_.now(), *out.mutable_sockets());
    }

    AgentSettings settings_;
    std::string positions_file_;
    SystemClock clock_;
    asio::io_context io_{1};
    asio::thread_pool kernel_thread_{1};
    link::SlotBook book_;
    std::unique_ptr<NodeCore> core_;
    MeasuresHere measures_;
    HubLink link_;
    std::vector<std::unique_ptr<LogReader>> readers_;
    sources::sockets::SocketWatch sockets_;
    NodeSockets node_sockets_;
    bool save_failed_ = false;
    std::vector<Task> tasks_;  // last: they use the rest
};

}  // namespace

Result<void> run(AgentSettings settings) {
    auto membership = load_membership(settings.settings.agent.state_dir);
    if (!membership) {
        return membership.error();
    }
    if (!settings.settings.agent.hub.empty()) {
        membership->hub = settings.settings.agent.hub;
    }
    const auto usable = link::client_context(membership->fingerprint, membership->identity);
    if (!usable) {
        return usable.error();
    }
    Agent agent(std::move(settings), std::move(*membership));
    return agent.run();
}

}  // namespace fairgate::agent
