#pragma once

#include "base/spawn.hpp"
#include "daemon/backend.hpp"
#include "daemon/engine.hpp"
#include "daemon/node_traffic.hpp"
#include "daemon/udp_carriers.hpp"
#include "logs/access_line.hpp"
#include "logs/log_reader.hpp"
#include "sessions/session_feed.hpp"
#include "sources/line_reading.hpp"
#include "sources/source.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::daemon {

class People;

/// A source while it is read.
struct ReadSource {
    ReadSource(
        std::shared_ptr<sources::Source> from,
        sources::LineReadingSettings settings,
        TimePoint start
    )
        : source(std::move(from)),
          name(settings.source),
          node(settings.node),
          tap_reader(settings.rules, settings.decoration),
          reading(std::move(settings), start) {}

    std::shared_ptr<sources::Source> source;
    std::string name;  ///< in the configuration
    std::string node;
    logs::LogReader tap_reader;  ///< only for operators who look at the lines
    sources::LineReading reading;
    bool has_sockets = false;                         ///< its connections end on this machine
    std::string network;                              ///< where; empty: this machine's
    std::unique_ptr<sessions::SessionFeed> sessions;  ///< made when it is read, if it has sockets

    /// Where it stood, the oldest first: a restart goes back a whole window, because what is in
    /// memory is gone and marking again changes nothing.
    struct Stand {
        TimePoint time;
        sources::Checkpoint checkpoint;
    };
    std::deque<Stand> stands;

    Task task;  // last: it uses the rest
};

/// One backend with everything that belongs to it.
struct Unit {
    std::unique_ptr<Backend> backend;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<enforcement::Enforcer> enforcer;  ///< the backend's, and cuts what is live
    /// What acts on its accounts.
    enforcement::Enforcer& acting() const { return enforcer ? *enforcer : backend->enforcer(); }
    /// What refuses single addresses of an account and leaves the rest of it alone; null: nothing.
    enforcement::Enforcer* refusing = nullptr;
    /// Why it could not do so now, if it could not: only nodes would, and none of them can.
    std::function<std::string()> why_not_refusing = [] { return std::string(); };
    /// Who is one person over all backends; null: everybody is somebody else.
    People* people = nullptr;
    std::list<ReadSource> sources;
    UdpCarriers carriers;      ///< who comes where connections have no socket
    std::size_t unmapped = 0;  ///< lines of names that the backend does not know
    std::deque<std::string> unmapped_samples;
    /// Sources on other machines, as their agents tell of them.
    std::function<std::vector<sources::SourceHealth>()> remote_sources = [] {
        return std::vector<sources::SourceHealth>();
    };
    /// What is told without being read here: on other machines, and by the backend itself.
    std::vector<sources::SourceHealth> told_sources(TimePoint now) const {
        std::vector<sources::SourceHealth> all = remote_sources();
        for (sources::SourceHealth& own : backend->sources(now)) {
            all.push_back(std::move(own));
        }
        return all;
    }

    bool all_sources_speak(TimePoint now) const {
        return std::ranges::all_of(
                   sources, [](const ReadSource& each) { return each.reading.is_trustworthy(); }
               ) &&
               std::ranges::all_of(told_sources(now), [](const sources::SourceHealth& each) {
                   return sources::is_trustworthy(each.state);
               });
    }

    NodeTraffic on_nodes;
    /// Calls `take(source, session)` for each live connection of its accounts that is known.
    template <class Take>
    void each_session(const Take& take) const {
        for (const ReadSource& source : sources) {
            if (source.sessions != nullptr) {
                source.sessions->table().each([&](const sessions::Session& session) {
                    take(source, session);
                });
            }
        }
    }

    Task task;  ///< of the backend; last: it uses the rest
};

}  // namespace fairgate::daemon
