#include "http/client.hpp"

#include "http/codec.hpp"
#include "http/connect.hpp"
#include "http/errors.hpp"
#include "http/uri.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace fairgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// A panel is asked every few seconds; servers drop idle connections after 5 (uvicorn) to 75 s.
constexpr auto keep_idle_for = std::chrono::seconds(30);
constexpr std::size_t most_idle = 8;
constexpr std::size_t read_size = 16U << 10U;

/// What a client and its unfinished requests share.
struct Pool {
    Pool(
        const asio::any_io_executor& executor,
        ClientSettings chosen,
        Base parsed,
        std::optional<Proxy> way,
        TlsClient believer
    )
        : settings(std::move(chosen)),
          base(std::move(parsed)),
          proxy(std::move(way)),
          tls(std::move(believer)),
          sweep(executor, [this] { drop_old(); }) {}

    struct Idle {
        std::unique_ptr<Transport> transport;
        Instant since;
    };

    /// A kept connection that still looks alive, or nothing. The one used last is the likeliest.
    std::unique_ptr<Transport> take() {
        while (!idle.empty()) {
            auto transport = std::move(idle.back().transport);
            idle.pop_back();
            if (transport->quiet()) {
                return transport;
            }
        }
        return nullptr;
    }

    void keep(std::unique_ptr<Transport> transport) {
        transport->deadline(Instant::max());
        if (idle.size() >= most_idle) {
            idle.erase(idle.begin());
        }
        idle.push_back(Idle{std::move(transport), std::chrono::steady_clock::now()});
        sweep.set(idle.front().since + keep_idle_for);
    }

    void drop_old() {
        const auto oldest = std::chrono::steady_clock::now() - keep_idle_for;
        std::erase_if(idle, [&](const Idle& one) { return one.since <= oldest; });
        if (!idle.empty()) {
            sweep.set(idle.front().since + keep_idle_for);
        }
    }

    ClientSettings settings;
    Base base;
    std::optional<Proxy> proxy;
    TlsClient tls;
    std::vector<Idle> idle;
    Deadline sweep;
};

/// One request on one connection.
struct Talk {
    std::unique_ptr<Transport> transport;
    ResponseParser parser;
    std::string inbox;
};

bool is_idempotent(std::string_view method) {
    // RFC 9110 9.2.2
    constexpr std::array<std::string_view, 6> methods{
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"
    };
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

Result<void> check(const Request& request, const std::string& place) {
    const auto& target = request.target;
    const bool has_gap = std::any_of(target.begin(), target.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
    });
    if (!is_token(request.method)) {
        return bad_request(place, "its method is not a word");
    }
    if (has_gap || !target.starts_with('/')) {
        return bad_request(place, "its target does not start with '/', or holds a space");
    }
    for (const Header& field : request.headers.all()) {
        if (!is_sendable(field)) {
            return bad_request(place, "a header field has a line break or a control character");
        }
    }
    return {};
}

Error error_of(const Pool& pool, const ResponseParser& parser, Fault fault) {
    const std::string place = pool.base.text();
    if (fault == Fault::body_too_large) {
        return body_too_large(place, pool.settings.body_limit);
    }
    return fault == Fault::ended_early ? closed_early(place, {}) : not_http(place, parser.why());
}

Error error_of(const Pool& pool, const error_code& failure) {
    return failure == asio::error::timed_out
               ? no_answer(pool.base.text(), pool.settings.request_timeout)
               : closed_early(pool.base.text(), failure);
}

/// Reads once and parses. False when the connection failed, with the reason in `failure`.
asio::awaitable<Fault> read_more(Talk& talk, error_code& failure) {
    const std::size_t had = talk.inbox.size();
    talk.inbox.resize(had + read_size);
    auto got = co_await talk.transport->read_some(asio::buffer(talk.inbox.data() + had, read_size));
    talk.inbox.resize(had + (got ? *got : 0));
    if (!got) {
        failure = got.error();
        co_return Fault::ended_early;
    }
    co_return *got == 0 ? talk.parser.end() : talk.parser.feed(talk.inbox);
}

/// Sends the request and reads up to the end of the answer's head.
asio::awaitable<Result<void>> ask(const Pool& pool, Talk& talk, const Request& request) {
    const std::string head = head_of(request, pool.base.path, pool.base.host_field);
    const auto not_sent =
        co_await talk.transport->write(asio::buffer(head), asio::buffer(request.body));
    if (not_sent == asio::error::timed_out) {
        co_return error_of(pool, not_sent);
    }
    // A server that refuses a body answers and closes without reading it: look for that answer.
    while (!talk.parser.head_done()) {
        error_code failure;
        const Fault fault = co_await read_more(talk, failure);
        if (failure) {
            co_return error_of(pool, not_sent ? not_sent : failure);
        }
        if (fault != Fault::none) {
            co_return error_of(pool, talk.parser, fault);
        }
    }
    co_return Result<void>();
}

/// On a kept connection if there is one. If the server had closed that meanwhile, once more on a
/// new one.
asio::awaitable<Result<Talk>> start(
    std::shared_ptr<Pool> pool, const Request& request, std::optional<std::size_t> body_limit
) {
    if (auto sound = check(request, pool->base.text()); !sound) {
        co_return sound.error();
    }
    auto transport = pool->take();
    while (true) {
        const bool kept = transport != nullptr;
        if (!kept) {
            auto connected = co_await connect(
                pool->base, pool->proxy, pool->tls, pool->settings.connect_timeout
            );
            if (!connected) {
                co_return connected.error();
            }
            transport = std::move(*connected);
        }
        ResponseParser parser(request.method, body_limit);
        if (request.headers.get("Upgrade")) {
            parser.allow_switch();
        }
        Talk talk{std::move(transport), std::move(parser), {}};
        talk.transport->deadline(after(pool->settings.request_timeout));
        auto asked = co_await ask(*pool, talk, request);
        if (asked) {
            co_return std::move(talk);
        }
        const bool timed_out = asked.error().code == "FG-NET-006";
        if (!kept || talk.parser.begun() || timed_out || !is_idempotent(request.method)) {
            co_return asked.error();
        }
        pool->idle.clear();  // the server has most likely closed them all
    }
}

/// The body of an answer whose head is there; the connection is kept if it can be.
asio::awaitable<Result<Response>> finish(Pool& pool, Talk& talk) {
    while (!talk.parser.done()) {
        error_code failure;
        const Fault fault = co_await read_more(talk, failure);
        if (failure) {
            co_return error_of(pool, failure);
        }
        if (fault != Fault::none) {
            co_return error_of(pool, talk.parser, fault);
        }
    }
    const bool reusable = talk.parser.keep_alive() && talk.inbox.empty();
    Response response = talk.parser.take_head();
    response.body = talk.parser.take_body();
    if (reusable) {
        pool.keep(std::move(talk.transport));
    }
    co_return std::move(response);
}

asio::awaitable<Result<Response>> send_over(std::shared_ptr<Pool> pool, Request request) {
    auto started = co_await start(pool, request, pool->settings.body_limit);
    if (!started) {
        co_return started.error();
    }
    Talk talk = std::move(*started);
    co_return co_await finish(*pool, talk);
}

asio::awaitable<Result<Upgrade>> upgrade_over(std::shared_ptr<Pool> pool, Request request) {
    ask_for_websocket(request);
    auto started = co_await start(pool, request, pool->settings.body_limit);
    if (!started) {
        co_return started.error();
    }
    Talk talk = std::move(*started);
    Upgrade upgrade;
    upgrade.answer = talk.parser.take_head();
    if (upgrade.answer.status != 101) {
        auto refusal = co_await finish(*pool, talk);
        if (!refusal) {
            co_return refusal.error();
        }
        upgrade.answer = std::move(*refusal);
        co_return std::move(upgrade);
    }
    if (!is_websocket_answer(request, upgrade.answer)) {
        co_return not_websocket(pool->base.text(), "its handshake does not answer ours");
    }
    WebSocketPath path;
    path.transport = std::move(talk.transport);
    path.place = pool->base.text();
    path.message_limit = pool->settings.message_limit;
    path.early = std::move(talk.inbox);
    upgrade.socket = make_websocket(std::move(path), co_await asio::this_coro::executor);
    co_return std::move(upgrade);
}

class OpenStream final : public Stream {
public:
    OpenStream(std::shared_ptr<Pool> pool, Talk talk)
        : pool_(std::move(pool)), talk_(std::move(talk)), head_(talk_.parser.take_head()) {}

    const Response& head() const override { return head_; }

    asio::awaitable<Result<std::optional<std::string>>> read(std::chrono::milliseconds patience
    ) override {
        talk_.transport->deadline(after(patience));
        while (true) {
            std::string piece = talk_.parser.take_body();
            if (!piece.empty()) {
                co_return std::optional<std::string>(std::move(piece));
            }
            if (talk_.parser.done()) {
                co_return std::optional<std::string>();
            }
            error_code failure;
            const Fault fault = co_await read_more(talk_, failure);
            if (failure == asio::error::timed_out) {
                co_return fell_silent(pool_->base.text(), patience);
            }
            if (failure) {
                co_return closed_early(pool_->base.text(), failure);
            }
            if (fault != Fault::none) {
                co_return error_of(*pool_, talk_.parser, fault);
            }
        }
    }

private:
    std::shared_ptr<Pool> pool_;
    Talk talk_;
    Response head_;
};

asio::awaitable<Result<std::unique_ptr<Stream>>> open_over(
    std::shared_ptr<Pool> pool, Request request
) {
    auto started = co_await start(pool, request, std::nullopt);
    if (!started) {
        co_return started.error();
    }
    co_return std::make_unique<OpenStream>(pool, std::move(*started));
}

/// Its coroutines hold the pool, not the client: a client may go while a request is under way.
class PooledClient final : public Client {
public:
    explicit PooledClient(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

    asio::awaitable<Result<Response>> send(Request request) override {
        return send_over(pool_, std::move(request));
    }
    asio::awaitable<Result<std::unique_ptr<Stream>>> open(Request request) override {
        return open_over(pool_, std::move(request));
    }
    asio::awaitable<Result<Upgrade>> upgrade(Request request) override {
        return upgrade_over(pool_, std::move(request));
    }

private:
    std::shared_ptr<Pool> pool_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(
    asio::any_io_executor executor, ClientSettings settings
) {
    auto base = parse_base(settings.base);
    if (!base) {
        return base.error();
    }
    auto tls = TlsClient::make(settings.trust);
    if (!tls) {
        return tls.error();
    }
    std::optional<Proxy> proxy;
    if (!settings.proxy.empty()) {
        auto parsed = parse_proxy(settings.proxy);
        if (!parsed) {
            return parsed.error();
        }
        proxy = std::move(*parsed);
    }
    auto pool = std::make_shared<Pool>(
        executor, std::move(settings), std::move(*base), std::move(proxy), std::move(*tls)
    );
    return std::make_unique<PooledClient>(std::move(pool));
}

}  // namespace fairgate::http
