#include "sources/sockets/socket_watch.hpp"

#include "base/paced_clock.hpp"
#include "base/run_on.hpp"
#include "kernel/capability.hpp"
#include "kernel/operator_sessions.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
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
/// Ends that are heard in one go; the rest waits for the next look.
constexpr int most_readings = 200;

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

Result<void> SocketWatch::open() {
    const auto place = kernel::NetworkNamespace::own();
    auto sockets = kernel::SocketDiag::open(place);
    if (!sockets) {
        return sockets.error();
    }
    sockets_ = std::make_shared<kernel::SocketDiag>(std::move(*sockets));
    auto ends = kernel::SocketEvents::open(place);
    if (ends) {
        ends_.emplace(std::move(*ends));
        deaf_.reset();
    } else {
        deaf_ = ends.error();
    }
    cannot_cut_ = kernel::why_not(kernel::Ability::cut_sockets, place);
    return {};
}

std::vector<Error> SocketWatch::lacks() const {
    std::vector<Error> result;
    bool has_sessions = false;
    each_feed([&](const SessionFeed&) { has_sessions = true; });
    for (const auto& missing : {fails_, deaf_, cannot_cut_}) {
        if (has_sessions && missing) {
            result.push_back(*missing);
        }
    }
    return result;
}

boost::asio::awaitable<void> SocketWatch::run() {
    for (;;) {
        Result<void> done;
        if (!sockets_) {
            done = open();
        }
        if (done && is_needed()) {
            done = co_await look();
        }
        if (done) {
            fails_.reset();
        } else {
            fails_ = done.error();
            each_feed([](SessionFeed& feed) { feed.table().cannot_look(feed); });
        }
        co_await wait_for_next_look(!fails_ && is_needed());
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

void SocketWatch::each_session(
    const std::function<void(AccountKey key, const sessions::Session& session)>& take
) const {
    parts_.each_feed([&](const std::string& backend, const SessionFeed& feed) {
        feed.table().each([&](const sessions::Session& session) {
            take(
                parts_.account_of ? parts_.account_of(backend, session.account)
                                  : AccountKey{backend, std::string(session.account)},
                session
            );
        });
    });
}

bool SocketWatch::is_needed() const {
    bool needed = false;
    each_feed([&](const SessionFeed& feed) { needed |= feed.wants_looks(); });
    return needed;
}

boost::asio::awaitable<Result<void>> SocketWatch::look() {
    Look look;
    look.at = parts_.clock.now();
    look.sockets = std::move(buffer_);
    look.sockets.clear();
    auto list = [sockets = sockets_, &look]() -> Result<void> {
        const auto found = [&look](const LiveSocket& socket) { look.sockets.push_back(socket); };
        return sockets->list(kernel::SocketFilter(), kernel::Detail::bytes, found);
    };
    const auto done = co_await run_on(parts_.worker, std::move(list));
    if (done) {
        hear_ends();
        take(look);
    } else {
        sockets_.reset();
    }
    buffer_ = std::move(look.sockets);
    co_return done;
}

void SocketWatch::hear_ends() {
    const TimePoint now = parts_.clock.now();
    bool whole = ends_.has_value();
    for (int i = 0; whole && i < most_readings; ++i) {
        const auto batch = ends_->read([&](const LiveSocket& socket) {
            each_feed([&](SessionFeed& feed) { feed.table().saw_end(socket, now, feed); });
        });
        if (!batch || batch->has_gap) {
            whole = false;
        } else if (batch->closed == 0) {
            break;
        }
    }
    if (!whole) {
        each_feed([&](SessionFeed& feed) { feed.table().missed_ends(now); });
    }
}

void SocketWatch::take(const Look& look) {
    each_feed([&](SessionFeed& feed) {
        feed.table().begin_look(look.at);
        for (const LiveSocket& socket : look.sockets) {
            feed.table().see(socket);
        }
        feed.table().end_look(feed);
    });
}

// ---- cutting -----------------------------------------------------------------------------------

kernel::CutOrder SocketWatch::order_for(const Wanted& wanted) const {
    kernel::CutOrder order;
    each_session([&](const AccountKey& key, const sessions::Session& session) {
        if (!session.shared && wanted(key, session)) {
            order.peers.push_back(session.flow.peer);
            order.local_ports.push_back(session.flow.local.port);
        }
    });
    std::ranges::sort(order.local_ports);
    const auto doubled = std::ranges::unique(order.local_ports);
    order.local_ports.erase(doubled.begin(), doubled.end());
    return order;
}

std::size_t SocketWatch::live_connections(
    const AccountKey& account, const std::vector<Address>& from
) const {
    const auto its = [&](const AccountKey& key, const sessions::Session& session) {
        return is_of(account, from, key, session);
    };
    return order_for(its).peers.size();
}

Result<std::vector<Denial>> SocketWatch::denials_of(const AccountKey& account) const {
    std::map<Address, std::set<AccountKey>> who;
    std::vector<Flow> own;
    each_session([&](const AccountKey& key, const sessions::Session& session) {
        who[session.flow.peer.address].insert(key);
        if (key == account && !session.shared) {
            own.push_back(session.flow);
        }
    });
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
    kernel::CutOrder order = order_for(its);
    co_return co_await carry_out(std::move(order), {});
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketWatch::cut_named(
    std::set<std::string> names, std::vector<Address> spared
) {
    const auto its = [&names](const AccountKey&, const sessions::Session& session) {
        return names.contains(std::string(session.account));
    };
    kernel::CutOrder order = order_for(its);
    co_return co_await carry_out(std::move(order), std::move(spared));
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketWatch::carry_out(
    kernel::CutOrder order, std::vector<Address> spared
) {
    using Outcome = Result<std::optional<kernel::CutReport>>;
    if (order.peers.empty() || !sockets_) {
        co_return std::nullopt;
    }
    std::vector<Address> addresses(order.peers.size());
    std::ranges::transform(order.peers, addresses.begin(), &Endpoint::address);
    auto targets = parts_.told(addresses);
    for (const Address& address : spared) {
        targets.add(address, kernel::Protection::trusted);
    }
    auto work = [this, sockets = sockets_, order = std::move(order), targets = std::move(targets)](
                ) mutable -> Outcome {
        const auto place = kernel::NetworkNamespace::own();
        if (auto done = kernel::add_what_is_here(targets, place, parts_.ssh_connection); !done) {
            return done.error();
        }
        auto report = kernel::cut_connections(*sockets, order, targets);
        if (!report) {
            return report.error();
        }
        return std::optional(std::move(*report));
    };
    Outcome outcome = co_await run_on(parts_.worker, std::move(work));
    co_return outcome;
}

}  // namespace fairgate::sources::sockets
