#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "kernel/cut.hpp"
#include "kernel/network_namespace.hpp"
#include "kernel/protected_targets.hpp"
#include "kernel/socket_events.hpp"
#include "kernel/sockets.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fairgate::sources::sockets {

/// The sockets of one network: this machine's, or a container's (kernel::NetworkNamespace::find).
/// A container that is made anew has another network: it is looked for again every ten seconds.
class SocketEye {
public:
    /// What blocks is done by `worker`.
    SocketEye(boost::asio::any_io_executor worker, std::string place)
        : worker_(std::move(worker)), place_(std::move(place)) {}

    /// As the operator names it; empty: this machine.
    const std::string& place() const { return place_; }
    bool is_open() const { return sockets_ != nullptr; }
    /// Every TCP socket with its bytes. What does not work shows in `fails` as well.
    boost::asio::awaitable<Result<const std::vector<LiveSocket>*>> look(const Clock& clock);
    /// Gives those that have ended since. False when not all of them were told.
    bool hear_ends(const std::function<void(const LiveSocket&)>& ended);

    /// Looks, cuts and looks again; what is here (own addresses, gateways, operators) is spared on
    /// top of `targets`. Empty when nothing can be seen.
    boost::asio::awaitable<Result<std::optional<kernel::CutReport>>> cut(
        kernel::CutOrder order, kernel::ProtectedTargets targets, std::string ssh_connection
    );

    /// Why sockets are not seen now.
    const std::optional<Error>& fails() const { return fails_; }
    /// Why it is not told when sockets end: short connections are then not confirmed.
    const std::optional<Error>& deaf() const { return deaf_; }
    /// Why no connection could be cut.
    const std::optional<Error>& cannot_cut() const { return cannot_cut_; }

private:
    struct Opened;
    static Result<Opened> open(const std::string& place);
    boost::asio::awaitable<Result<void>> open_if_needed(TimePoint now);

    boost::asio::any_io_executor worker_;
    std::string place_;
    std::optional<kernel::NetworkNamespace> network_;
    std::shared_ptr<kernel::SocketDiag> sockets_;  ///< used by the worker alone
    std::optional<kernel::SocketEvents> ends_;
    std::vector<LiveSocket> seen_;
    std::optional<Error> fails_;
    std::optional<Error> deaf_;
    std::optional<Error> cannot_cut_;
    TimePoint sought_;  ///< when the network was last looked for
};

}  // namespace fairgate::sources::sockets
