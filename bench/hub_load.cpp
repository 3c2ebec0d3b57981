// bench-hub-load join FOLDER < tokens           a node per token, in FOLDER/0, FOLDER/1, ...
// bench-hub-load drive FOLDER AGENTS SECONDS    real agents' links to the hub, each with 5,000
// accounts, in real time bench-hub-load memory AGENTS                  what the same accounts take
// in a hub's tables, counted by the tables
//
// Of an agent only the reading of logs is left out: what it would have read goes straight into its
// SlotBook.
#include "agent/agent.hpp"
#include "agent/hub_link.hpp"
#include "agent/membership.hpp"
#include "base/clock.hpp"
#include "base/spawn.hpp"
#include "link/slot_book.hpp"
#include "link/slot_reader.hpp"
#include "sources/source.hpp"
#include "tracker/tracker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace fairgate;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

constexpr int accounts_an_agent = 5'000;
/// One account in twenty is at two places at once; one in 5,000 is shared by three.
constexpr int one_in_at_two = 20;
constexpr int one_in_at_three = 5'000;
/// A pair is active in about two slots of three, told of in five flushes a slot.
constexpr double active_in_flush = 0.19;
constexpr auto flush_every = 2s;

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench-hub-load: %s\n", what.c_str());
    std::_Exit(1);
}

/// One customer at one place, as a log line would name them.
struct Presence {
    std::string account;
    Address address;
};

/// Everybody has a home of their own; addresses are of all of IPv4 that is routed somewhere.
std::vector<Presence> presences_of(int agent) {
    std::vector<Presence> all;
    for (int i = 0; i < accounts_an_agent; ++i) {
        const auto number = static_cast<std::uint32_t>(agent * accounts_an_agent + i);
        const std::string name = "user" + std::to_string(100'000 + number);
        const int places = i % one_in_at_three == 0 ? 3 : i % one_in_at_two == 0 ? 2 : 1;
        for (int place = 0; place < places; ++place) {
            const std::uint32_t network =
                0x020000U + number + static_cast<std::uint32_t>(place) * 0x200000U;
            all.push_back({name, Address::v4(network << 8U | (number * 7U & 127U) | 1U)});
        }
    }
    return all;
}

Observation seen_of(const Presence& presence, TimePoint now) {
    static const std::string line =
        "2026/11/22 12:00:00.000000 from 203.0.113.1:40000 accepted tcp:www.example.com:443 "
        "[VLESS TCP REALITY -> direct] email: 1.user";
    Observation seen;
    seen.time = now;
    seen.account = presence.account;
    seen.address = presence.address;
    seen.port = 40'000;
    seen.inbound = "VLESS TCP REALITY";
    seen.raw = line;
    seen.file = "access.log";
    return seen;
}

/// What stands for one `fairgate agent`.
class Agent {
public:
    Agent(asio::io_context& io, const std::string& folder, int number)
        : presences_(presences_of(number)),
          random_(static_cast<std::uint32_t>(number)),
          link_(parts(io, folder)),
          executor_(io.get_executor()) {
        start("hub", &Agent::call);
        start("flush", &Agent::beat);
    }
    bool is_connected() const { return link_.is_connected(); }
    std::uint64_t lost() const { return book_.lost(); }
    std::uint64_t opened() const { return opened_; }

private:
    agent::HubLink::Parts parts(asio::io_context& io, const std::string& folder) {
        auto membership = agent::load_membership(folder);
        if (!membership) {
            fail(to_line(membership.error()));
        }
        const auto keep = [](const agent::Membership&) { return Result<void>(); };
        const auto quiet = [](const std::string&) {};
        const auto health = [this](link::wire::Health& out) { describe(out); };
        return {
            io.get_executor(),
            clock_,
            book_,
            std::move(*membership),
            keep,
            "bench",
            random_() | 1U,
            quiet,
            health
        };
    }

    void start(const std::string& name, asio::awaitable<void> (Agent::*part)()) {
        const auto broke_down = [](const std::string& task, const std::exception_ptr&) {
            fail(task + " broke down");
        };
        tasks_.push_back(spawn(
            executor_, name, [this, part] { return (this->*part)(); }, broke_down
        ));
    }

    asio::awaitable<void> call() { return link_.run(); }

    asio::awaitable<void> beat() {
        asio::steady_timer timer(executor_);
        timer.expires_after(std::chrono::milliseconds(random_() % 2'000));  // no two in step
        std::bernoulli_distribution active(active_in_flush);
        for (int turn = 0;; turn = (turn + 1) % 5) {
            co_await timer.async_wait(asio::use_awaitable);
            const TimePoint now = clock_.now();
            for (const Presence& presence : presences_) {
                if (active(random_)) {
                    book_.observe(seen_of(presence, now));
                    ++opened_;
                }
            }
            book_.flush(now);
            link_.pump();
            if (turn == 0) {
                link_.tell_health();
            }
            timer.expires_at(timer.expiry() + flush_every);
        }
    }

    void describe(link::wire::Health& out) const {
        link::wire::SourceHealth& source = *out.add_sources();
        source.set_name("access");
        source.set_state("live");
        source.set_since_us(0);
        source.set_lines(opened_);
        source.set_observations(opened_);
        out.set_buffered(book_.waiting());
        out.set_lost(book_.lost());
    }

    SystemClock clock_;
    std::vector<Presence> presences_;
    std::mt19937 random_;
    link::SlotBook book_;
    agent::HubLink link_;
    asio::any_io_executor executor_;
    std::uint64_t opened_ = 0;
    std::vector<Task> tasks_;  // last: they use the rest
};

int join(const std::string& folder) {
    std::string token;
    for (int number = 0; std::getline(std::cin, token); ++number) {
        const auto joined = agent::join(token, folder + "/" + std::to_string(number), "bench");
        if (!joined) {
            fail(to_line(joined.error()));
        }
    }
    return 0;
}

/// Says how many are connected, once a second, until the time is over.
asio::awaitable<void> watch(
    asio::io_context& io, const std::vector<std::unique_ptr<Agent>>& agents, int seconds
) {
    asio::steady_timer timer(io);
    for (int second = 0; second < seconds; ++second) {
        timer.expires_after(1s);
        co_await timer.async_wait(asio::use_awaitable);
        std::size_t connected = 0;
        std::uint64_t lost = 0;
        std::uint64_t opened = 0;
        for (const auto& agent : agents) {
            connected += agent->is_connected() ? 1U : 0U;
            lost += agent->lost();
            opened += agent->opened();
        }
        std::printf(
            "{\"connected\":%zu,\"lost\":%llu,\"opened\":%llu}\n",
            connected,
            static_cast<unsigned long long>(lost),
            static_cast<unsigned long long>(opened)
        );
        std::fflush(stdout);
    }
    io.stop();
}

int drive(const std::string& folder, int count, int seconds) {
    asio::io_context io(1);
    std::vector<std::unique_ptr<Agent>> agents;
    agents.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        agents.push_back(std::make_unique<Agent>(io, folder + "/" + std::to_string(number), number)
        );
    }
    const Task watching = spawn(
        io.get_executor(),
        "watch",
        [&] { return watch(io, agents, seconds); },
        [](const std::string&, const std::exception_ptr&) { fail("the watch broke down"); }
    );
    io.run();
    std::_Exit(0);  // connections just end, as those of a killed agent do
}

/// The way of the reports in one process: from each agent's book through the hub's reader of it to
/// the tracker.
int memory(int count) {
    tracker::Tracker tracker({}, {}, std::make_shared<NoNetworkTable>(), [](std::string_view) {
        return 3;
    });
    const TimePoint now = SystemClock().now();
    std::vector<std::unique_ptr<link::SlotReader>> readers;
    for (int number = 0; number < count; ++number) {
        link::SlotBook book;
        readers.push_back(std::make_unique<link::SlotReader>("n", link::SlotReader::Begins::anew));
        for (const Presence& presence : presences_of(number)) {
            book.observe(seen_of(presence, now));
        }
        book.flush(now);
        book.connected(0);
        link::wire::Report report;
        while (book.next(report)) {
            const auto taken =
                readers.back()->take(report, now, Duration(0), [&](const Observation& seen) {
                    tracker.mark(seen.account, seen.address, tracker::slot_of(seen.time));
                });
            if (!taken) {
                fail(to_line(taken.error()));
            }
        }
    }
    std::size_t readers_bytes = 0;
    for (const auto& reader : readers) {
        readers_bytes += reader->memory();
    }
    const std::size_t pairs = tracker.pairs(tracker::slot_of(now));
    std::printf(
        "{\"accounts\":%zu,\"pairs\":%zu,\"tables\":%zu,\"readers\":%zu}\n",
        tracker.accounts().size(),
        pairs,
        tracker.allocated_bytes(),
        readers_bytes
    );
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> given(words, words + count);
    if (count == 3 && given[1] == "join") {
        return join(given[2]);
    }
    if (count == 5 && given[1] == "drive") {
        return drive(given[2], std::stoi(given[3]), std::stoi(given[4]));
    }
    if (count == 3 && given[1] == "memory") {
        return memory(std::stoi(given[2]));
    }
    fail("join FOLDER | drive FOLDER AGENTS SECONDS | memory AGENTS");
}
