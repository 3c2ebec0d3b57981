#include "daemon/own_servers.hpp"

#include "base/paced_clock.hpp"
#include "http/connect.hpp"
#include "http/resolve.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace fairgate::daemon {

namespace {

using namespace std::chrono_literals;

constexpr Duration names_move_after = 5min;
constexpr Duration again_after_failure = 30s;
/// A panel tells of its nodes some seconds after the start.
constexpr Duration look_every = 10s;
constexpr auto patience = 5s;

Error not_protected(const Server& server, const Error& why) {
    return Error{
        .code = "FG-DMN-013",
        .what = "the address of " + server.name + " is not known",
        .where = server.host,
        .cause = why.cause.empty() ? why.what : why.cause,
        .state = "an account that shares it could be counted there, and the address be refused",
        .next = "getent hosts " + server.host +
                ", or name its address: fairgate trust add ADDRESS --effect never_counted"
    };
}

}  // namespace

boost::asio::awaitable<void> OwnServerWatch::run() {
    boost::asio::steady_timer timer(parts_.executor);
    for (;;) {
        co_await look();
        timer.expires_after(wait_for(parts_.clock, look_every));
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<void> OwnServerWatch::look() {
    OwnServers now;
    std::vector<Error> unresolved;
    std::set<std::string> names;
    std::map<std::string, Known> known;
    const std::vector<Server> servers = parts_.servers();
    for (const Server& server : servers) {
        Known answer = co_await find(server);
        for (const Address& address : answer.addresses) {
            now.try_emplace(address, server);
        }
        if (answer.fails && names.insert(server.host).second) {
            unresolved.push_back(*answer.fails);
        }
        known[server.host] = std::move(answer);
    }
    known_ = std::move(known);
    if (now != told_ || names != told_unresolved_) {
        told_ = now;
        told_unresolved_ = std::move(names);
        parts_.found(std::move(now), std::move(unresolved));
    }
}

boost::asio::awaitable<OwnServerWatch::Known> OwnServerWatch::find(Server server) {
    Known known;
    if (const auto before = known_.find(server.host); before != known_.end()) {
        known = before->second;
    }
    const TimePoint now = parts_.clock.now();
    const Duration age = now - known.asked;
    const Duration life = known.addresses.empty() ? again_after_failure : names_move_after;
    if (known.asked != TimePoint{} && age >= Duration(0) && age < life) {
        co_return known;
    }
    known.asked = now;
    const auto found = co_await parts_.ask(server);
    if (found) {
        known.fails.reset();
        known.addresses = *found;
    } else if (known.addresses.empty()) {
        known.fails = not_protected(server, found.error());
    }
    co_return known;
}

boost::asio::awaitable<OwnServerWatch::Answer> ask_name_servers(Server server) {
    const auto found = co_await http::addresses_of(server.name, server.host, http::after(patience));
    if (!found) {
        co_return found.error();
    }
    std::vector<Address> addresses;
    for (const auto& each : *found) {
        if (const auto address = Address::parse(each.to_string())) {
            addresses.push_back(*address);
        }
    }
    co_return addresses;
}

}  // namespace fairgate::daemon
