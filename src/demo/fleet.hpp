#pragma once

#include "base/clock.hpp"
#include "base/spawn.hpp"
#include "demo/people.hpp"
#include "demo/teller.hpp"
#include "sim/pasarguard/panel.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

namespace fairgate::demo {

/// Of the simulated panel's only administrator.
constexpr const char* panel_username = "fairgate";
constexpr const char* panel_password = "demo";

/// The simulated panel on loopback, everybody who uses its nodes, and who tells of it; all on one
/// thread of its own, because the daemon has the main one.
class Fleet {
public:
    Fleet(const Clock& clock, std::vector<Person> everybody, sim::traffic::AddressSpace space);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    std::string panel_url() const { return panel_.base(); }
    /// The panel answers from now on; nobody uses it yet.
    void open();
    /// People come, and what the daemon behind `socket` says of them is told on `out`.
    void begin(const std::string& socket, std::ostream& out);
    /// Ends the thread. Gives what was told, all in all.
    Tally close();

private:
    struct Open {
        TimePoint until;
        std::int64_t node = 0;
        std::uint64_t connection = 0;
    };

    void fill();
    boost::asio::awaitable<void> play();
    void play_until(TimePoint now);
    void visit(const Visit& visit);
    void forge(sim::pasarguard::Node& node, const Visit& visit, TimePoint time);
    void close_old(TimePoint now);

    const Clock& clock_;
    std::vector<Person> everybody_;
    sim::traffic::AddressSpace space_;
    boost::asio::io_context io_{1};
    boost::asio::signal_set hangup_;
    sim::pasarguard::Panel panel_;
    std::uint64_t chapter_ = 0;
    std::vector<Visit> visits_;
    std::size_t next_ = 0;
    TimePoint begun_;  ///< the chapter
    std::deque<Open> connections_;
    Teller teller_;
    std::vector<Task> tasks_;
    std::thread thread_;
};

}  // namespace fairgate::demo
