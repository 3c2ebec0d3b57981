#include "sim/panel/faulty_server.hpp"

#include "base/error.hpp"
#include "sim/panel/call.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <utility>

namespace fairgate::sim::panel {

namespace asio = boost::asio;

namespace {

/// A hanging handler looks this often whether the client has given up.
constexpr std::chrono::milliseconds hang_step{20};

bool acts(FaultKind kind) {
    switch (kind) {
        case FaultKind::status:
        case FaultKind::html:
        case FaultKind::garbage:
        case FaultKind::hang:
        case FaultKind::drop:
            return false;
        case FaultKind::status_after:
        case FaultKind::lie:
        case FaultKind::hang_after:
        case FaultKind::drop_after:
        case FaultKind::slow:
            return true;
    }
    return true;
}

http::Response plain(int status, std::string type, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", std::move(type));
    response.body = std::move(body);
    return response;
}

}  // namespace

http::Response failure(int status) {
    if (status == 500) {
        return plain(500, "text/plain; charset=utf-8", "Internal Server Error");
    }
    return refusal_response(
        {status, status == 503 ? "Database temporarily unavailable" : "simulated fault"}
    );
}

std::string FaultyServer::base() const {
    return (serving_.key_file.empty() ? "http://" : "https://") + serving_.listen;
}

void FaultyServer::open() {
    http::ServerSettings serving;
    serving.listen = serving_.listen;
    serving.certificate_file = serving_.certificate_file;
    serving.key_file = serving_.key_file;
    serving.idle_timeout = serving_.idle_timeout;
    auto server = http::make_server(executor_, serving, [this](http::Exchange& exchange) {
        return serve(exchange);
    });
    if (!server) {
        throw Fatal(server.error());
    }
    server_ = *std::move(server);
    serving_.listen = server_->listening_on();
}

asio::awaitable<std::optional<http::Response>> FaultyServer::wait_in_line(http::Exchange&) {
    co_return std::nullopt;
}

std::size_t FaultyServer::count(std::string_view method, std::string_view target_start) const {
    std::size_t number = 0;
    for (const RecordedCall& call : calls_) {
        const bool same_method = method.empty() || call.method == method;
        number += same_method && call.target.starts_with(target_start) ? 1U : 0U;
    }
    return number;
}

asio::awaitable<void> FaultyServer::serve(http::Exchange& exchange) {
    const CallFault fault = take_fault(exchange.request());
    if (fault.delay.count() > 0) {
        asio::steady_timer delay(executor_, fault.delay);
        co_await delay.async_wait(asio::use_awaitable);
    }
    if (asks_for_log(exchange.request()) && fault.kind == FaultKind::slow) {
        co_await serve_log(exchange);
    } else {
        co_await serve_call(exchange, fault);
    }
}

/// The first fault that fits, used up by one; a fault that does nothing when there is none.
CallFault FaultyServer::take_fault(const http::Request& request) {
    for (CallFault& fault : faults_) {
        const bool same_method = fault.method.empty() || fault.method == request.method;
        if (fault.times != 0 && same_method && request.target.starts_with(fault.path_start)) {
            fault.times -= fault.times > 0 ? 1 : 0;
            return fault;
        }
    }
    CallFault none;
    none.kind = FaultKind::slow;
    return none;
}

http::Response FaultyServer::act(const http::Request& request, FaultKind kind) {
    if (before_call) {
        before_call(request);
    }
    http::Response response = kind == FaultKind::lie ? pretend(request) : answer_to(request);
    if (after_call) {
        after_call(request);
    }
    return response;
}

asio::awaitable<void> FaultyServer::serve_call(http::Exchange& exchange, const CallFault& fault) {
    const http::Request& request = exchange.request();
    http::Response response;
    auto refused = co_await wait_in_line(exchange);
    if (refused) {
        record(request, refused->status);
        co_await exchange.respond(*std::move(refused));
        co_return;
    }
    if (acts(fault.kind)) {
        response = act(request, fault.kind);
    }
    switch (fault.kind) {
        case FaultKind::slow:
        case FaultKind::lie:
            break;
        case FaultKind::status:
        case FaultKind::status_after:
            response = failure(fault.status);
            break;
        case FaultKind::html:
            response = plain(
                fault.status, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"
            );
            break;
        case FaultKind::garbage:
            response = plain(200, "application/json", "{\"users\": [{\"id\": 7,");
            break;
        case FaultKind::hang:
        case FaultKind::hang_after:
            record(request, 0);
            co_await hang(exchange);
            co_return;
        case FaultKind::drop:
        case FaultKind::drop_after:
            record(request, 0);
            co_await exchange.begin(std::move(response));
            throw std::runtime_error("the simulated panel drops this connection");
    }
    record(request, response.status);
    co_await exchange.respond(std::move(response));
}

asio::awaitable<void> FaultyServer::hang(http::Exchange& exchange) const {
    asio::steady_timer timer(executor_);
    while (!exchange.peer_gone()) {
        timer.expires_after(hang_step);
        co_await timer.async_wait(asio::use_awaitable);
    }
    throw std::runtime_error("the simulated panel never answered");
}

void FaultyServer::record(const http::Request& request, int status) {
    calls_.push_back({request.method, request.target, request.body, status});
}

}  // namespace fairgate::sim::panel
