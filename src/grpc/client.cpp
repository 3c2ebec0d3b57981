#include "grpc/client.hpp"

#include "base/spawn.hpp"
#include "grpc/errors.hpp"
#include "grpc/session.hpp"
#include "http/connect.hpp"
#include "http/errors.hpp"
#include "http/tls_client.hpp"
#include "http/uri.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace fairgate::grpc {

namespace asio = boost::asio;
using boost::system::error_code;
using http::Instant;

namespace {

constexpr std::size_t read_size = 64U << 10U;
// A server that takes no bytes for so long is gone.
constexpr std::chrono::seconds longest_write{20};
// One that is used, and those whose last calls end while their server shuts down.
constexpr std::size_t most_connections = 4;

/// A wait that others end, for as many as like to wait.
class Signal {
public:
    explicit Signal(const asio::any_io_executor& executor, Instant until = Instant::max())
        : timer_(executor, until) {}

    void wake() { timer_.cancel(); }
    /// Until the next wake() or `until`. Throws when the one who waits is cancelled.
    asio::awaitable<void> wait() {
        error_code told;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, told));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }

private:
    asio::steady_timer timer_;
};

/// What connections of one client have in common.
struct Target {
    ClientSettings settings;
    http::Base base;
    http::TlsClient tls;
    std::string place;
};

/// One connection, shared by its two coroutines and the calls that go over it.
struct Connection {
    enum class State { connecting, open, closed };

    Connection(const asio::any_io_executor& executor, SessionSettings settings)
        : session(Session::make(std::move(settings))), opened(executor), work(executor) {}

    void close(Error why) {
        if (state == State::closed) {
            return;
        }
        state = State::closed;
        failure = std::move(why);
        if (transport) {
            transport->close();
        }
        session->fail_all(failure.cause.empty() ? failure.what : failure.cause);
        opened.wake();
        work.wake();
    }

    std::unique_ptr<Session> session;
    std::unique_ptr<http::Transport> transport;
    State state = State::connecting;
    Error failure;
    Signal opened;  ///< or failed to
    Signal work;    ///< something is to be sent
    std::uint64_t received = 0;
};

using Shared = std::shared_ptr<Connection>;

asio::awaitable<void> read_all(const Shared& connection, const std::string& place) {
    std::vector<char> buffer(read_size);
    for (;;) {
        const auto got = co_await connection->transport->read_some(asio::buffer(buffer));
        if (!got || *got == 0) {
            const error_code failure = got ? error_code(asio::error::eof) : got.error();
            connection->close(closed_early(place, "", failure.message()));
            co_return;
        }
        connection->received += *got;
        const auto taken = connection->session->receive(std::string_view(buffer.data(), *got));
        if (!taken) {
            connection->close(taken.error());
            co_return;
        }
        connection->work.wake();  // acknowledgements, window updates
        if (!connection->session->takes_calls() && connection->session->calls() == 0) {
            connection->close(closed_early(place, "", "the server closes"));
            co_return;
        }
    }
}

/// Connects, then reads until the connection ends.
asio::awaitable<void> live(Shared connection, std::shared_ptr<Target> target) {
    auto transport = co_await http::connect(
        target->base, std::nullopt, target->tls, target->settings.connect_timeout
    );
    if (!transport) {
        connection->close(transport.error());
        co_return;
    }
    if (connection->state == Connection::State::closed) {
        (*transport)->close();
        co_return;
    }
    connection->transport = std::move(*transport);
    connection->state = Connection::State::open;
    connection->opened.wake();
    connection->work.wake();
    co_await read_all(connection, target->place);
}

asio::awaitable<void> send_all(Shared connection, std::shared_ptr<Target> target) {
    while (connection->state != Connection::State::closed) {
        std::string bytes;
        if (connection->state == Connection::State::open) {
            bytes = connection->session->to_send();
        }
        if (bytes.empty()) {
            if (connection->transport) {
                connection->transport->deadline(Instant::max());
            }
            co_await connection->work.wait();
            continue;
        }
        connection->transport->deadline(http::after(longest_write));
        const error_code failure =
            co_await connection->transport->write(asio::buffer(bytes), asio::const_buffer());
        if (failure) {
            connection->close(closed_early(target->place, "", failure.message()));
        }
    }
}

/// What a caller and the session share: the caller may be gone before the answer comes.
struct Waiting {
    Waiting(const asio::any_io_executor& executor, Instant until) : told(executor, until) {}
    std::optional<Outcome> outcome;
    Signal told;
};

/// Tells the server that nobody waits any more, if the caller leaves before the answer.
class Underway {
public:
    Underway(Shared connection, Session::Stream stream)
        : connection_(std::move(connection)), stream_(stream) {}
    ~Underway() {  // NOLINT(bugprone-exception-escape): only when memory is out
        connection_->session->cancel(stream_);
        connection_->work.wake();
    }
    Underway(const Underway&) = delete;
    Underway& operator=(const Underway&) = delete;

private:
    Shared connection_;
    Session::Stream stream_;
};

class KeptClient final : public Client {
public:
    KeptClient(asio::any_io_executor executor, std::shared_ptr<Target> target)
        : executor_(std::move(executor)), target_(std::move(target)) {}

    ~KeptClient() override {
        for (const Running& running : running_) {
            running.connection->close(closed_early(target_->place, "", "the client is gone"));
        }
    }
    KeptClient(const KeptClient&) = delete;
    KeptClient& operator=(const KeptClient&) = delete;

    asio::awaitable<Result<Answer>> call(std::string method, std::string message) override {
        const Instant until = http::after(target_->settings.call_timeout);
        Outcome outcome;
        for (int attempt = 0; attempt < 2; ++attempt) {
            auto connection = co_await open_connection();
            if (!connection) {
                co_return connection.error();
            }
            outcome = co_await call_over(*connection, method, message, until);
            if (outcome.kind != Outcome::Kind::again) {
                break;
            }
        }
        if (outcome.kind == Outcome::Kind::answered) {
            co_return std::move(outcome.answer);
        }
        co_return std::move(outcome.error);
    }

    const std::string& place() const override { return target_->place; }
    std::uint64_t connections() const override { return made_; }

private:
    struct Running {
        Shared connection;
        Task reading;
        Task sending;
    };

    asio::awaitable<Result<Shared>> open_connection() {
        Shared connection = current();
        // It ends by itself: connect() has a deadline of its own.
        while (connection->state == Connection::State::connecting) {
            co_await connection->opened.wait();
        }
        if (connection->state == Connection::State::closed) {
            co_return connection->failure;
        }
        co_return connection;
    }

    Shared current() {
        std::erase_if(running_, [](const Running& running) {
            return running.reading.finished() && running.sending.finished();
        });
        if (!running_.empty()) {
            const Shared& last = running_.back().connection;
            if (last->state == Connection::State::connecting ||
                (last->state == Connection::State::open && last->session->takes_calls())) {
                return last;
            }
        }
        return begin();
    }

    Shared begin() {
        if (running_.size() >= most_connections) {
            running_.front().connection->close(
                closed_early(target_->place, "", "it was shutting down for too long")
            );
            running_.erase(running_.begin());
        }
        SessionSettings settings;
        settings.place = target_->place;
        settings.authority = target_->base.host_field;
        settings.scheme = target_->base.scheme == http::Base::Scheme::https ? "https" : "http";
        settings.answer_limit = target_->settings.answer_limit;
        auto connection = std::make_shared<Connection>(executor_, std::move(settings));
        ++made_;
        const auto broken =
            [connection, place = target_->place](const std::string&, const std::exception_ptr&) {
                connection->close(closed_early(place, "", "out of memory"));
            };
        Running running;
        running.connection = connection;
        running.reading = spawn(
            executor_,
            "grpc reading",
            [connection, target = target_] { return live(connection, target); },
            broken
        );
        running.sending = spawn(
            executor_,
            "grpc sending",
            [connection, target = target_] { return send_all(connection, target); },
            broken
        );
        running_.push_back(std::move(running));
        return connection;
    }

    asio::awaitable<Outcome> call_over(
        Shared connection, const std::string& method, const std::string& message, Instant until
    ) {
        const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now()
        );
        const auto waiting = std::make_shared<Waiting>(executor_, until);
        const auto stream =
            connection->session->start(method, message, patience, [waiting](Outcome outcome) {
                waiting->outcome = std::move(outcome);
                waiting->told.wake();
            });
        Outcome outcome;
        if (!stream) {
            outcome.kind = Outcome::Kind::again;
            outcome.error = closed_early(target_->place, method, "the connection was just closed");
            co_return outcome;
        }
        const Underway underway(connection, *stream);
        connection->work.wake();
        const std::uint64_t received = connection->received;
        while (!waiting->outcome && std::chrono::steady_clock::now() < until) {
            co_await waiting->told.wait();
        }
        if (waiting->outcome) {
            co_return *std::move(waiting->outcome);
        }
        outcome.error = no_answer(target_->place, method, target_->settings.call_timeout);
        if (connection->received == received) {
            // Not a slow call but a dead connection; the next call shall not wait for it too.
            connection->close(outcome.error);
        }
        co_return outcome;
    }

    asio::any_io_executor executor_;
    std::shared_ptr<Target> target_;
    std::vector<Running> running_;  ///< the last one is used
    std::uint64_t made_ = 0;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(
    asio::any_io_executor executor, ClientSettings settings
) {
    auto base = http::parse_base(settings.base);
    if (!base) {
        return base.error();
    }
    auto tls = http::TlsClient::make(settings.trust, http::TlsClient::Speaks::http2);
    if (!tls) {
        return tls.error();
    }
    std::string place = base->text();
    auto target = std::make_shared<Target>(
        Target{std::move(settings), *std::move(base), *std::move(tls), std::move(place)}
    );
    return std::unique_ptr<Client>(
        std::make_unique<KeptClient>(std::move(executor), std::move(target))
    );
}

}  // namespace fairgate::grpc
