#include "http/connection.hpp"

#include "http/codec.hpp"
#include "http/connect.hpp"
#include "http/errors.hpp"
#include "http/exchange.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_size = 16U << 10U;
// For the peer to read our last answer, and to close; less when we are on our way out.
constexpr auto goodbye = std::chrono::milliseconds(2000);
constexpr auto hurried_goodbye = std::chrono::milliseconds(100);

/// Counts a connection while it lasts.
class Presence {
public:
    explicit Presence(std::shared_ptr<House> house) : house_(std::move(house)) { ++house_->open; }
    ~Presence() {
        if (--house_->open == 0) {
            house_->empty.cancel();
        }
    }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

private:
    std::shared_ptr<House> house_;
};

/// Marks a connection as idle while it waits for a request, so that it can be closed at once.
class Idleness {
public:
    Idleness(House& house, Transport& transport) : house_(house), transport_(transport) {
        house_.idle.insert(&transport_);
    }
    ~Idleness() { end(); }
    Idleness(const Idleness&) = delete;
    Idleness& operator=(const Idleness&) = delete;
    void end() { house_.idle.erase(&transport_); }

private:
    House& house_;
    Transport& transport_;
};

Response refusal(Fault fault, const std::string& why) {
    switch (fault) {
        case Fault::head_too_large:
            return problem(431, "FG-NET-033", "The header has more than 16384 bytes.", "");
        case Fault::body_too_large:
            return problem(413, "FG-NET-032", "The body is larger than allowed.", "");
        case Fault::unsupported:
            return problem(501, "FG-NET-034", why, "");
        case Fault::old_version:
            return problem(505, "FG-NET-035", "HTTP/1.1 and HTTP/1.0 are spoken here.", "");
        case Fault::none:
        case Fault::malformed:
        case Fault::ended_early:
            break;
    }
    return problem(400, "FG-NET-030", why, "");
}

class Connection {
public:
    Connection(std::shared_ptr<House> house, std::unique_ptr<Transport> transport, Peer peer)
        : house_(std::move(house)),
          presence_(house_),
          transport_(std::move(transport)),
          peer_(std::move(peer)) {}

    asio::awaitable<void> run() {
        bool more = true;
        while (more) {
            more = co_await serve_one();
        }
        if (last_words_) {
            co_await transport_->finish(after(house_->closing ? hurried_goodbye : goodbye));
        }
    }

private:
    enum class Got { request, refusal, nothing };

    /// False when the connection is to end.
    asio::awaitable<bool> serve_one() {
        last_words_ = false;
        RequestParser parser(house_->settings.body_limit);
        const Got got = co_await read_request(parser);
        if (got == Got::nothing) {
            co_return false;
        }
        const auto version = !parser.head_done() || parser.knows_chunks()
                                 ? ServerExchange::Version::http11
                                 : ServerExchange::Version::http10;
        const bool keep = got == Got::request && parser.keep_alive();
        Request request;
        if (got == Got::request) {
            request = parser.take();
        }
        ServerExchange exchange(*house_, *transport_, peer_, std::move(request), version);
        if (!keep) {
            exchange.close_afterwards();
        }
        if (got == Got::refusal) {
            co_await exchange.respond(std::move(refusal_));
        } else {
            co_await answer(exchange);
        }
        last_words_ = !exchange.peer_gone();
        co_return exchange.can_go_on();
    }

    asio::awaitable<Got> read_request(RequestParser& parser) {
        Idleness idleness(*house_, *transport_);
        transport_->deadline(after(house_->settings.idle_timeout));
        while (true) {
            if (!inbox_.empty()) {
                idleness.end();
                const Got got = co_await parse(parser);
                if (got != Got::nothing) {
                    co_return got;
                }
            } else if (!parser.begun()) {
                if (house_->closing) {
                    co_return Got::nothing;
                }
                inbox_.shrink_to_fit();
            }
            const std::size_t had = inbox_.size();
            inbox_.resize(had + read_size);
            auto read =
                co_await transport_->read_some(asio::buffer(inbox_.data() + had, read_size));
            inbox_.resize(had + (read ? *read : 0));
            if (!read || *read == 0) {
                co_return Got::nothing;
            }
        }
    }

    /// Shows what came to the parser. Got::nothing: more is needed.
    asio::awaitable<Got> parse(RequestParser& parser) {
        const bool was_begun = parser.begun();
        const bool head_was_done = parser.head_done();
        const Fault fault = parser.feed(inbox_);
        if (fault != Fault::none) {
            refusal_ = refusal(fault, parser.why());
            co_return Got::refusal;
        }
        if (parser.done()) {
            transport_->deadline(Instant::max());
            co_return Got::request;
        }
        if (!was_begun) {
            transport_->deadline(after(house_->settings.header_timeout));
        }
        if (parser.head_done() && !head_was_done) {
            transport_->deadline(after(house_->settings.body_timeout));
            if (parser.wants_continue() && inbox_.empty()) {
                constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await transport_->write(asio::buffer(go_on.data(), go_on.size()), {});
            }
        }
        co_return Got::nothing;
    }

    asio::awaitable<void> answer(ServerExchange& exchange) {
        std::exception_ptr thrown;
        try {
            co_await house_->handler(exchange);
        } catch (...) {
            thrown = std::current_exception();
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        if (!thrown && exchange.answered()) {
            co_await exchange.complete();
            co_return;
        }
        const std::string id = house_->new_request_id();
        report(exchange, thrown, id);
        exchange.close_afterwards();
        if (!exchange.answered()) {
            // The reason stays in the log: it may hold what a stranger must not see.
            Response failed = problem(500, "FG-NET-026", "The request could not be answered.", id);
            co_await exchange.respond(std::move(failed));
        }
    }

    void report(const Exchange& exchange, const std::exception_ptr& thrown, const std::string& id) {
        if (!house_->settings.on_failure) {
            return;
        }
        std::string why = "the handler gave no answer";
        try {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
        } catch (const std::exception& failure) {
            why = failure.what();
        } catch (...) {
            why = "an exception of unknown type";
        }
        const Request& request = exchange.request();
        // The query may hold a token.
        const std::string path = request.target.substr(0, request.target.find('?'));
        house_->settings.on_failure(handler_failed(request.method + " " + path, why, id));
    }

    std::shared_ptr<House> house_;
    Presence presence_;
    std::unique_ptr<Transport> transport_;
    Peer peer_;
    std::string inbox_;
    Response refusal_;
    bool last_words_ = false;
};

}  // namespace

House::House(const asio::any_io_executor& executor, ServerSettings chosen, Handler answer)
    : settings(std::move(chosen)),
      handler(std::move(answer)),
      empty(executor, Instant::max()),
      random(std::random_device{}()) {}

std::string House::new_request_id() {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(random()));
    return text.data();
}

asio::awaitable<void> serve(
    std::shared_ptr<House> house, std::unique_ptr<Transport> transport, Peer peer
) {
    Connection connection(std::move(house), std::move(transport), std::move(peer));
    co_await connection.run();
}

asio::awaitable<void> turn_away(
    std::shared_ptr<House> house, std::unique_ptr<Transport> transport
) {
    Response busy = problem(503, "FG-NET-036", "There are too many connections.", "");
    busy.headers.set("Retry-After", "5");
    const Peer nobody;
    ServerExchange exchange(*house, *transport, nobody, Request(), ServerExchange::Version::http11);
    exchange.close_afterwards();
    co_await exchange.respond(std::move(busy));
    if (!exchange.peer_gone()) {
        co_await transport->finish(after(goodbye));
    }
}

}  // namespace fairgate::http
