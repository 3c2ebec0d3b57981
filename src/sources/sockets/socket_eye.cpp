#include "sources/sockets/socket_eye.hpp"

#include "base/run_on.hpp"
#include "kernel/capability.hpp"
#include "kernel/operator_sessions.hpp"

#include <chrono>
#include <utility>

namespace fairgate::sources::sockets {

namespace {

using namespace std::chrono_literals;

constexpr Duration seek_every = 10s;
/// Ends that are heard in one go; the rest waits for the next look.
constexpr int most_readings = 200;

}  // namespace

struct SocketEye::Opened {
    kernel::NetworkNamespace network;
    std::shared_ptr<kernel::SocketDiag> sockets;
    std::optional<kernel::SocketEvents> ends;
    std::optional<Error> deaf;
    std::optional<Error> cannot_cut;
};

Result<SocketEye::Opened> SocketEye::open(const std::string& place) {
    auto network = kernel::NetworkNamespace::find(place);
    if (!network) {
        return network.error();
    }
    auto sockets = kernel::SocketDiag::open(*network);
    if (!sockets) {
        return sockets.error();
    }
    auto shared = std::make_shared<kernel::SocketDiag>(std::move(*sockets));
    Opened opened{*network, std::move(shared), {}, {}, {}};
    if (auto ends = kernel::SocketEvents::open(*network)) {
        opened.ends.emplace(std::move(*ends));
    } else {
        opened.deaf = ends.error();
    }
    opened.cannot_cut = kernel::why_not(kernel::Ability::cut_sockets, *network);
    return opened;
}

/// The own network stays what it is; another one is compared with what now has its name.
boost::asio::awaitable<Result<void>> SocketEye::open_if_needed(TimePoint now) {
    const bool due = !place_.empty() && (now - sought_ >= seek_every || now < sought_);
    if (sockets_ && !due) {
        co_return Result<void>{};
    }
    sought_ = now;
    if (sockets_) {
        const std::string place = place_;
        auto seek = [place] { return kernel::NetworkNamespace::find(place); };
        const auto found = co_await run_on(worker_, std::move(seek));
        if (!found) {
            sockets_.reset();
            co_return found.error();
        }
        if (found->id() == network_->id()) {
            co_return Result<void>{};
        }
    }
    auto work = [place = place_] { return open(place); };
    auto opened = co_await run_on(worker_, std::move(work));
    if (!opened) {
        sockets_.reset();
        co_return opened.error();
    }
    network_ = opened->network;
    sockets_ = opened->sockets;
    ends_ = std::move(opened->ends);
    deaf_ = opened->deaf;
    cannot_cut_ = opened->cannot_cut;
    co_return Result<void>{};
}

boost::asio::awaitable<Result<const std::vector<LiveSocket>*>> SocketEye::look(const Clock& clock) {
    using Seen = Result<const std::vector<LiveSocket>*>;
    Result<void> done = co_await open_if_needed(clock.now());
    if (done) {
        std::vector<LiveSocket> seen = std::move(seen_);
        seen.clear();
        auto list = [sockets = sockets_, &seen]() -> Result<void> {
            const auto found = [&seen](const LiveSocket& socket) { seen.push_back(socket); };
            return sockets->list(kernel::SocketFilter(), kernel::Detail::bytes, found);
        };
        done = co_await run_on(worker_, std::move(list));
        seen_ = std::move(seen);
    }
    if (!done) {
        sockets_.reset();
        fails_ = done.error();
        co_return done.error();
    }
    fails_.reset();
    co_return Seen(&seen_);
}

bool SocketEye::hear_ends(const std::function<void(const LiveSocket&)>& ended) {
    for (int i = 0; ends_ && i < most_readings; ++i) {
        const auto batch = ends_->read(ended);
        if (!batch || batch->has_gap) {
            return false;
        }
        if (batch->closed == 0) {
            return true;
        }
    }
    return ends_.has_value();
}

boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> SocketEye::cut(
    kernel::CutOrder order, kernel::ProtectedTargets targets, std::string ssh_connection
) {
    using Outcome = Result<std::optional<kernel::CutReport>>;
    if (order.peers.empty() || !sockets_) {
        co_return std::nullopt;
    }
    auto work = [sockets = sockets_,
                 network = *network_,
                 order = std::move(order),
                 targets = std::move(targets),
                 ssh = std::move(ssh_connection)]() mutable -> Outcome {
        const auto own = kernel::NetworkNamespace::own();
        auto known = kernel::add_what_is_here(targets, own, ssh);
        if (known && network.id() != own.id()) {
            known = kernel::add_what_is_here(targets, network, ssh);
        }
        if (!known) {
            return known.error();
        }
        auto report = kernel::cut_connections(*sockets, order, targets);
        if (!report) {
            return report.error();
        }
        return std::optional(std::move(*report));
    };
    Outcome outcome = co_await run_on(worker_, std::move(work));
    co_return outcome;
}

}  // namespace fairgate::sources::sockets
