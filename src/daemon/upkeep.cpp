#include "daemon/upkeep.hpp"

#include "base/run_on.hpp"
#include "daemon/known_accounts.hpp"
#include "model/time.hpp"
#include "tracker/slot.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

constexpr auto every_tables = 1min;
constexpr auto every_networks = 5min;   // a window: what is looked at then is new
constexpr auto first_networks = 50s;    // before anybody can have been over a limit for long
constexpr auto every_accounts = 30min;  // of a large panel they are some megabytes
constexpr auto every_rows = 1h;
constexpr auto every_store = 5s;
constexpr auto first_rows = 1min;  // a daemon that is restarted every day has old rows too

using Learned = std::map<std::string, RotatingNetwork>;

/// What the units have learned together, with the time at which each was first known.
Learned learned_now(const World& world, TimePoint now) {
    Learned learned;
    for (const auto& unit : world.units) {
        for (const auto& judged : unit->engine->tracker().networks().rotating()) {
            RotatingNetwork network;
            network.scope = judged.asn;
            network.learned = now;
            network.accounts = static_cast<int>(judged.accounts);
            network.median_origins = judged.median;
            const auto [entry, added] = learned.try_emplace(to_text(network.scope), network);
            if (!added && network.accounts > entry->second.accounts) {
                entry->second = network;
            }
        }
    }
    for (const auto& [scope, network] : world.rotating) {
        if (!network.confirmed_by.empty()) {
            learned.try_emplace(scope, network);
        }
    }
    for (auto& [scope, network] : learned) {
        if (const auto before = world.rotating.find(scope); before != world.rotating.end()) {
            network.learned = before->second.learned;
            network.confirmed_by = before->second.confirmed_by;
        }
    }
    return learned;
}

Result<void> write_networks(store::Store& store, const Learned& before, const Learned& now) {
    return store.atomically(store::Durability::soon, [&]() -> Result<void> {
        for (const auto& [scope, network] : before) {
            if (!now.contains(scope)) {
                if (const auto done = store.rotating_networks().remove(scope); !done) {
                    return done.error();
                }
            }
        }
        for (const auto& [scope, network] : now) {
            if (auto done = store.rotating_networks().set(network); !done) {
                return done;
            }
        }
        return {};
    });
}

}  // namespace

boost::asio::awaitable<void> Upkeep::run() {
    boost::asio::steady_timer timer(parts_.executor);
    for (;;) {
        co_await tick(std::chrono::steady_clock::now());
        timer.expires_after(1s);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<void> Upkeep::tick(Steady now) {
    if (!std::exchange(started_, true)) {
        tables_at_ = now + every_tables;
        networks_at_ = now + parts_.clock.wait_for(first_networks);
        rows_at_ = now + first_rows;
    }
    parts_.supervisor.alive(now);
    co_await look_at_clock();
    if (now >= tables_at_) {
        tables_at_ = now + every_tables;
        take_up_tables();
    }
    if (now >= networks_at_) {
        networks_at_ = now + parts_.clock.wait_for(every_networks);
        co_await learn_networks();
    }
    if (now >= store_at_) {
        store_at_ = now + every_store;
        co_await try_store();
    }
    if (now >= accounts_at_) {
        const TimePoint before = accounts_saved_;
        co_await save_accounts();
        accounts_at_ = now + (accounts_saved_ > before ? every_accounts : every_store);
    }
    if (now >= rows_at_) {
        co_await forget_old_rows(now);
    }
}

boost::asio::awaitable<void> Upkeep::save_accounts() {
    auto texts = accounts_as_text(parts_.world.units, accounts_saved_);
    if (texts.empty()) {
        co_return;
    }
    accounts_saved_ = parts_.clock.now();
    auto write = [this, texts = std::move(texts)] {
        return daemon::save_accounts(parts_.store, texts);
    };
    co_await run_on(parts_.store_thread, std::move(write));
}

boost::asio::awaitable<void> Upkeep::look_at_clock() {
    const auto by = parts_.clock.take_leap();
    if (!by) {
        co_return;
    }
    ClockLeap leap;
    leap.noticed = parts_.clock.now();
    leap.by = *by;
    parts_.world.leap = leap;
    tell(control::Topic::alarm, "clock", to_line(error_of(leap)));
    co_await parts_.clock_was_set(*by);
}

void Upkeep::take_up_tables() {
    if (!parts_.world.tables) {
        return;
    }
    const auto reloaded = parts_.world.tables->reload();
    if (!reloaded) {
        parts_.world.tables_refused = reloaded.error();
        tell(control::Topic::alarm, "tables", to_line(reloaded.error()));
    } else if (*reloaded == geo::MmdbTable::Reload::replaced) {
        parts_.world.tables_refused.reset();
        tell(
            control::Topic::daemon,
            "tables",
            "the table of networks was replaced and is in use: " + parts_.world.table_file
        );
    }
}

boost::asio::awaitable<void> Upkeep::learn_networks() {
    World& world = parts_.world;
    const TimePoint now = parts_.clock.now();
    for (const auto& unit : world.units) {
        unit->engine->keep_house(tracker::slot_of(now));
        unit->carriers.forget_before(now - std::chrono::minutes(15));
    }
    Learned learned = learned_now(world, now);
    if (learned == world.rotating) {
        co_return;
    }
    auto write = [&store = parts_.store, before = world.rotating, learned] {
        return write_networks(store, before, learned);
    };
    const auto written = co_await run_on(parts_.store_thread, std::move(write));
    if (!written) {  // is tried again the next time: what was written is compared with
        tell(
            control::Topic::alarm,
            "networks",
            "what was learned about networks could not be stored: " + to_line(written.error())
        );
        co_return;
    }
    for (const auto& [scope, network] : learned) {
        if (!world.rotating.contains(scope)) {
            tell(
                control::Topic::daemon,
                scope,
                scope + " gives each connection another address: it counts as one origin"
            );
        }
    }
    for (const auto& [scope, network] : world.rotating) {
        if (!learned.contains(scope)) {
            tell(control::Topic::daemon, scope, scope + " no longer rotates addresses");
        }
    }
    world.rotating = std::move(learned);
}

boost::asio::awaitable<void> Upkeep::forget_old_rows(Steady now) {
    auto forget = [&store = parts_.store, settings = retention_, at = parts_.clock.now()] {
        return store::forget_old(store, settings, at);
    };
    const auto removed = co_await run_on(parts_.store_thread, std::move(forget));
    rows_at_ = now + every_rows;
    if (!removed) {
        tell(
            control::Topic::alarm,
            "old rows",
            "what is too old could not be removed: " + to_line(removed.error())
        );
    } else if (*removed > 0) {
        rows_at_ = now;  // there may be more
    }
}

/// Whether something can be written is known before somebody is to be blocked, and shown.
boost::asio::awaitable<void> Upkeep::try_store() {
    auto write = [&store = parts_.store, text = to_rfc3339(parts_.clock.now())] {
        return store.atomically(store::Durability::soon, [&] {
            return store.meta().set("daemon.alive", text);
        });
    };
    const auto written = co_await run_on(parts_.store_thread, std::move(write));
    const bool failed_before = parts_.world.store_fails.has_value();
    if (written) {
        parts_.world.store_fails.reset();
        if (failed_before) {
            tell(control::Topic::daemon, "store", "the database can be written again");
        }
        co_return;
    }
    parts_.world.store_fails = written.error();
    if (!failed_before) {
        tell(control::Topic::alarm, "store", to_line(written.error()));
    }
}

void Upkeep::tell(control::Topic topic, const std::string& subject, std::string message) {
    control::Happening happened;
    happened.topic = topic;
    happened.time = parts_.clock.now();
    happened.message = std::move(message);
    happened.replaces = "upkeep " + subject;
    parts_.events.publish(std::move(happened));
}

}  // namespace fairgate::daemon
