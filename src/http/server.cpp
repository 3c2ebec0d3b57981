#include "http/server.hpp"

#include "base/spawn.hpp"
#include "http/connect.hpp"
#include "http/connection.hpp"
#include "http/errors.hpp"
#include "http/listener.hpp"
#include "http/socket.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Strangers who come when it is full are told so, but not without bound either.
constexpr std::size_t most_turned_away = 32;

/// The door and those who came in. The tasks hold the house, not this: there is no circle.
struct Door {
    Door(Listener listening, std::shared_ptr<House> owner)
        : listener(std::move(listening)), house(std::move(owner)) {}

    Listener listener;
    std::shared_ptr<House> house;
    std::list<Task> guests;
};

Peer peer_of(Socket& socket) {
    Peer peer;
    peer.address = address_of_peer(socket);
    ucred credentials{};
    socklen_t size = sizeof credentials;
    peer.local_socket =
        peer.address.empty() &&
        ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
    if (peer.local_socket) {
        peer.uid = credentials.uid;
        peer.gid = credentials.gid;
    }
    return peer;
}

/// A std::function is copied, a socket is not.
using Box = std::shared_ptr<std::optional<Socket>>;

asio::awaitable<void> receive(std::shared_ptr<House> house, Box box) {
    Socket socket = *std::exchange(*box, std::nullopt);
    Peer peer = peer_of(socket);
    if (!peer.local_socket) {
        send_at_once(socket);
    }
    std::unique_ptr<Transport> transport;
    if (house->tls) {
        const Instant until = after(house->settings.header_timeout);
        transport =
            co_await house->tls->accept(std::move(socket), until, house->settings.on_failure);
    } else {
        transport = make_plain_transport(std::move(socket));
    }
    if (!transport) {
        co_return;
    }
    if (house->open >= house->settings.most_connections) {
        co_await turn_away(std::move(house), std::move(transport));
    } else {
        co_await serve(std::move(house), std::move(transport), std::move(peer));
    }
}

void let_in(Door& door, Socket socket) {
    std::erase_if(door.guests, [](const Task& guest) { return guest.finished(); });
    if (door.guests.size() >= door.house->settings.most_connections + most_turned_away) {
        return;
    }
    const auto executor = socket.get_executor();
    auto box = std::make_shared<std::optional<Socket>>(std::move(socket));
    auto start = [house = door.house, box] { return receive(house, box); };
    auto report = [house = door.house](const std::string& task, const std::exception_ptr& thrown) {
        if (!house->settings.on_failure) {
            return;
        }
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& failure) {
            house->settings.on_failure(handler_failed(task, failure.what(), ""));
        }
    };
    door.guests.push_back(spawn(executor, "http connection", std::move(start), std::move(report)));
}

asio::awaitable<void> accept_all(std::shared_ptr<Door> door) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause(executor);
    while (door->listener.acceptor.is_open()) {
        Socket socket(executor);
        error_code failure;
        co_await door->listener.acceptor.async_accept(
            socket, asio::redirect_error(asio::use_awaitable, failure)
        );
        if (!failure) {
            let_in(*door, std::move(socket));
        } else if (failure != asio::error::operation_aborted) {
            // Out of descriptors, most likely: those who are in must leave first.
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
        }
    }
}

class SocketServer final : public Server {
public:
    SocketServer(const asio::any_io_executor& executor, std::shared_ptr<Door> door)
        : door_(std::move(door)) {
        accepting_ =
            spawn(executor, "http accept", [door = door_] { return accept_all(door); }, {});
    }
    ~SocketServer() override { SocketServer::stop(); }
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;

    std::string listening_on() const override { return door_->listener.address; }
    std::size_t connections() const override { return door_->house->open; }

    void stop() override {
        close_door();
        door_->guests.clear();
    }

    asio::awaitable<void> drain(std::chrono::milliseconds patience) override {
        close_door();
        const auto house = door_->house;
        house->closing = true;
        for (Transport* const transport : house->idle) {
            transport->close();
        }
        if (house->open > 0) {
            house->empty.expires_at(after(patience));
            error_code told;
            co_await house->empty.async_wait(asio::redirect_error(asio::use_awaitable, told));
        }
        stop();
    }

private:
    void close_door() {
        accepting_.cancel();
        error_code ignored;
        door_->listener.acceptor.close(ignored);
        door_->listener.file.remove();
    }

    std::shared_ptr<Door> door_;
    Task accepting_;
};

}  // namespace

Result<std::unique_ptr<Server>> make_server(
    asio::any_io_executor executor, ServerSettings settings, Handler handler
) {
    auto listener = listen_on(executor, settings);
    if (!listener) {
        return listener.error();
    }
    auto house = std::make_shared<House>(executor, std::move(settings), std::move(handler));
    if (!house->settings.certificate_file.empty()) {
        auto tls = TlsServer::load(house->settings.certificate_file, house->settings.key_file);
        if (!tls) {
            return tls.error();
        }
        house->tls.emplace(std::move(*tls));
    }
    auto door = std::make_shared<Door>(std::move(*listener), std::move(house));
    return std::make_unique<SocketServer>(executor, std::move(door));
}

}  // namespace fairgate::http
