#pragma once

#include "agent/membership.hpp"
#include "agent/renewal.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "link/channel.hpp"
#include "link/order.hpp"
#include "link/slot_book.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fairgate::agent {

/// The agent's connection to its hub, made again whenever it ends.
class HubLink {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        link::SlotBook& book;
        Membership membership;
        Renewal::Keep keep;  ///< of the membership, when its certificate was renewed
        std::string program;
        std::uint64_t run = 0;  ///< another number at each start
        std::function<void(const std::string&)> log;
        /// What is told about every ten seconds.
        std::function<void(link::wire::Health&)> health;
        /// What is held for the hub, told after each welcome; its orders; where it is.
        std::function<std::vector<link::Done>()> held = [] { return std::vector<link::Done>(); };
        std::function<void(link::Order)> order = [](const link::Order&) {};
        std::function<void(const std::string& address)> met = [](const std::string&) {};
        /// Everything of the hub's that is not about reports or time.
        std::function<void(const link::wire::Frame&)> asked = [](const link::wire::Frame&) {};
    };
    explicit HubLink(Parts parts)
        : parts_(std::move(parts)),
          renewal_(std::move(parts_.membership), std::move(parts_.keep)) {}

    /// Connects, and again after a back-off of one second to one minute; for ever.
    boost::asio::awaitable<void> run();
    /// Sends reports that wait, if there is a connection.
    void pump();
    void tell_health();
    /// How a measure stands; without a connection the hub asks when it is there again.
    void tell(const link::Done& done);
    /// Sends it, if there is a connection; one that takes nothing is ended.
    void send(const link::wire::Frame& frame);
    bool is_connected() const { return channel_ != nullptr; }
    /// Sends what waits and closes; a few seconds at most.
    boost::asio::awaitable<void> finish();

private:
    boost::asio::awaitable<Error> connect_once();
    boost::asio::awaitable<Error> listen(std::shared_ptr<link::Channel> channel);
    Result<void> hear(link::Channel& channel, const link::wire::Frame& frame);
    void answer(link::Channel& channel, const link::wire::Ping& ping);
    void welcome(link::Channel& channel, const link::wire::Welcome& welcome);
    void refused(const Error& why);
    void renew();
    void take(const link::wire::Renewed& renewed);
    void take(const link::wire::Order& order);
    void tell_held();
    const Membership& membership() const { return renewal_.membership(); }

    Parts parts_;
    Renewal renewal_;
    TimePoint hub_time_;  ///< as it said last
    std::shared_ptr<link::Channel> calling_;
    std::shared_ptr<link::Channel> channel_;  ///< once the hub has welcomed us
    bool orders_ = false;                     ///< it is of a version that orders
    bool ever_ = false;                       ///< on this try
};

}  // namespace fairgate::agent
