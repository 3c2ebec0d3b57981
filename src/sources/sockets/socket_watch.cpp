#include "sources/sockets/socket_watch.hpp"

#include "base/paced_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace fairgate::sources::sockets {

using sessions::SessionFeed;

namespace {

using namespace std::chrono_literals;

/// Just behind a full second, so that what was written in a slot is confirmed when it is judged.
constexpr Duration behind_the_second = 100ms;
/// When no source has a session, and after a failure.
constexpr Duration seldom = 10s;

Error nothing_to_refuse(const AccountKey& account, const std::string& sharer) {
    return Error{
        .code = "FG-DMN-012",
        .what = "nothing of \"" + account.name + "\" can be refused in a firewall",
        .cause = !sharer.empty() ? sharer + ", and a neighbour is never blocked"
                                 : "no connection of it is known to live on this machine",
        .state = "nothing was blocked; it is tried again",
        .next = "fairgate session list --account " + account.name
    };
}

/// From one of these addresses; none given: from anywhere.
bool is_of(
    const AccountKey& account,
    const std::vector<Address>& from,
    const AccountKey& key,
    const sessions::Session& session
) {
    const bool meant =
        from.empty() || std::ranges::find(from, session.flow.peer.address) != from.end();
    return key == account && meant;
}

}  // namespace

SocketEye& SocketWatch::eye(const std::string& place) {
    std::unique_ptr<SocketEye>& eye = eyes_[place];
    if (!eye) {
        eye = std::make_unique<SocketEye>(parts_.worker, place);
    }
    return *eye;
}

std::vector<Error> SocketWatch::lacks() const {
    std::vector<Error> result;
    const std::set<std::string> used = places();
    for (const auto& [place, eye] : eyes_) {
        for (const auto& missing : {eye->fails(), eye->deaf(), eye->cannot_cut()}) {
            if (missing && used.contains(place)) {
                result.push_back(*missing);
            }
        }
    }
    return result;
}

boost::asio::awaitable<void> SocketWatch::run() {
    for (;;) {
        bool soon = false;
        const std::set<std::string> used = places();
        for (const std::string& place : used) {
            SocketEye& here = eye(place);
            // Once even where nobody is: whether it works here is told from the start.
            if (here.is_open() && !is_needed(place)) {
                continue;
            }
            const auto done = co_await look(here);
            if (!done) {
                each_feed(place, [](SessionFeed& feed) { feed.table().cannot_look(feed); });
            }
            soon |= done.has_value() && is_needed(place);
        }
        co_await wait_for_next_look(soon);
    }
}

boost::asio::awaitable<void> SocketWatch::wait_for_next_look(bool soon) {
    const TimePoint now = parts_.clock.now();
    const TimePoint next =
        std::chrono::floor<std::chrono::seconds>(now - behind_the_second) + 1s + behind_the_second;
    boost::asio::steady_timer timer(parts_.executor);
    timer.expires_after(std::max<Duration>(
        soon ? wait_for(parts_.clock, next - now) : wait_for(parts_.clock, seldom), 10ms
    ));
    co_await timer.async_wait(boost::asio::use_awaitable);
}

void SocketWatch::each_feed(const std::function<void(SessionFeed&)>& take) const {
    parts_.each_feed([&take](const std::string&, SessionFeed& feed) { take(feed); });
}

void SocketWatch::each_feed(const std::string& place, const std::function<void(SessionFeed&)>& take)
    const {
    each_feed([&](SessionFeed& feed) {
        if (feed.place() == place) {
            take(feed);
        }
    });
}

void SocketWatch::each_session(
    const std::function<
        void(AccountKey key, const sessions::Session& session, const std::string& place)>& take
) const {
    parts_.each_feed([&](const std::string& backend, const SessionFeed& feed) {
        feed.table().each([&](const sessions::Session& session) {
            take(
                parts_.account_of ? parts_.account_of(backend, session.account)
                                  : AccountKey{backend, std::string(session.account)},
                session,
                feed.place()
            );
        });
    });
}

std::set<std::string> SocketWatch::places() const {
    std::set<std::string> found;
    each_feed([&found](const SessionFeed& feed) { found.insert(feed.place()); });
    return found;
}

bool SocketWatch::is_needed(const std::string& place) const {
    bool needed = false;
    each_feed(place, [&](const SessionFeed& feed) { needed |= feed.wants_looks(); });
    return needed;
}

boost::asio::awaitable<Result<void>> SocketWatch::look(SocketEye& eye) {
    const TimePoint at = parts_.clock.now();
    const auto seen = co_await eye.look(parts_.clock);
    if (!seen) {
        co_return seen.error();
    }
    hear_ends(eye);
    take(**seen, eye.place(), at);
    co_return Result<void>{};
}

void SocketWatch::hear_ends(SocketEye& eye) {
    const TimePoint now = parts_.clock.now();
    const bool whole = eye.hear_ends([&](const LiveSocket& socket) {
        each_feed(eye.place(), [&](SessionFeed& feed) { feed.table().saw_end(socket, now, feed); });
    });
    if (!whole) {
        each_feed(eye.place(), [&](SessionFeed& feed) { feed.table().missed_ends(now); });
    }
}

void SocketWatch::take(
    const std::vector<LiveSocket>& sockets, const std::string& place, TimePoint at
) {
    each_feed(place, [&](SessionFeed& feed) {
        feed.table().begin_look(at);
        for (const LiveSocket& socket : sockets) {
            feed.table().see(socket);
        }
        feed.table().end_look(feed);
    });
}

// ---- cutting -----------------------------------------------------------------------------------

SocketWatch::Orders SocketWatch::orders_for(const Wanted& wanted) const {
    Orders orders;
    each_session(
        [&](const AccountKey& key, const sessions::Session& session, const std::string& place) {
            if (!session.shared && wanted(key, session)) {
                orders[place].peers.push_back(session.flow.peer);
                orders[place].local_ports.push_back(session.flow.local.port);
            }
        }
    );
    for (auto& [place, order] : orders) {
        std::ranges::sort(order.local_ports);
        const auto doubled = std::ranges::unique(order.local_ports);
        order.local_ports.erase(doubled.begin(), doubled.end());
    }
    return orders;
}

std::size_t SocketWatch::live_connections(
    const AccountKey& account, const std::vector<Address>& from
) const {
    const auto its = [&](const AccountKey& key, const sessions::Session& session) {
        return is_of(account, from, key, session);
    };
    std::size_t count = 0;
    for (const auto& [place, order] : orders_for(its)) {
        count += order.peers.size();
    }
    return count;
}

Result<std::vector<Denial>> SocketWatch::denials_of(const AccountKey& account) const {
    std::map<Address, std::set<AccountKey>> who;
    std::vector<Flow> own;
    each_session(
        [&](const AccountKey& key, const sessions::Session& session, const std::string& place) {
            who[session.flow.peer.address].insert(key);
            if (key == account && !session.shared) {
                own.push_back(session.flow);
                // The port that customers use may be published to another one inside.
                own.back().local.port = place.empty() ? session.flow.local.port : 0;
            }
        }
    );
    std::vector<Address> asked(own.size());
    std::ranges::transform(own, asked.begin(), [](const Flow& flow) { return flow.peer.address; });
    const kernel::ProtectedTargets never = parts_.told(asked);
    std::optional<Error> refused;
    std::string sharer;
    std::set<Denial> denials;
    for (const Flow& flow : own) {
        const std::set<AccountKey>& here = who[flow.peer.address];
        if (const auto allowed = never.allow(flow.peer.address); !allowed) {
            refused = allowed.error();
        } else if (here.size() > 1) {
            sharer = flow.peer.address.text() + " is used by " +
                     (*here.begin() == account ? *here.rbegin() : *here.begin()).name + " too";
        } else {
            denials.insert(Denial{
                .address = flow.peer.address,
                .protocol = flow.protocol,
                .local_port = flow.local.port
            });
        }
    }
    if (denials.empty()) {
        return refused ? *refused : nothing_to_refuse(account, sharer);
    }
    return std::vector<Denial>(denials.begin(), denials.end());
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketWatch::cut(
    AccountKey account, std::vector<Address> from
) {
    const auto its = [&](const AccountKey& key, const sessions::Session& session) {
        return is_of(account, from, key, session);
    };
    Orders orders = orders_for(its);
    co_return co_await carry_out(std::move(orders), {});
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketWatch::cut_named(
    std::set<std::string> names, std::vector<Address> spared
) {
    const auto its = [&names](const AccountKey&, const sessions::Session& session) {
        return names.contains(std::string(session.account));
    };
    Orders orders = orders_for(its);
    co_return co_await carry_out(std::move(orders), std::move(spared));
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketWatch::carry_out(
    Orders orders, std::vector<Address> spared
) {
    std::vector<Address> addresses;
    for (const auto& [place, order] : orders) {
        for (const Endpoint& peer : order.peers) {
            addresses.push_back(peer.address);
        }
    }
    auto targets = parts_.told(addresses);
    for (const Address& address : spared) {
        targets.add(address, kernel::Protection::trusted);
    }
    std::optional<kernel::CutReport> all;
    for (auto& [place, order] : orders) {
        auto report = co_await eye(place).cut(std::move(order), targets, parts_.ssh_connection);
        if (!report) {
            co_return report.error();
        }
        if (*report) {
            all = all ? std::move(all) : kernel::CutReport();
            all->cut += (*report)->cut;
            std::ranges::move((*report)->left, std::back_inserter(all->left));
        }
    }
    co_return all;
}

}  // namespace fairgate::sources::sockets
