#include "sim/pasarguard/panel.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <utility>

namespace fairgate::sim::pasarguard {

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

/// What the panel itself says with a status that is not its usual answer.
http::Response failure(int status) {
    if (status == 500) {
        return plain(500, "text/plain; charset=utf-8", "Internal Server Error");
    }
    return refusal_response(
        {status, status == 503 ? "Database temporarily unavailable" : "simulated fault"}
    );
}

}  // namespace

Panel::Panel(asio::any_io_executor executor, const Clock& clock, PanelSettings settings)
    : executor_(std::move(executor)),
      clock_(clock),
      settings_(std::move(settings)),
      state_(settings_.release, settings_.seed, clock.now()),
      auth_(settings_.seed),
      world_{state_, auth_, core_},
      random_(settings_.seed),
      streams_(make_streams()) {
    start();
}

Panel::~Panel() = default;

std::string Panel::base() const {
    return (settings_.key_file.empty() ? "http://" : "https://") + settings_.listen;
}

void Panel::stop() {
    server_.reset();
    state_.restart_all_cores(clock_.now());
}

void Panel::start() {
    http::ServerSettings serving;
    serving.listen = settings_.listen;
    serving.certificate_file = settings_.certificate_file;
    serving.key_file = settings_.key_file;
    serving.idle_timeout = settings_.idle_timeout;
    auto server = http::make_server(executor_, serving, [this](http::Exchange& exchange) {
        return serve(exchange);
    });
    if (!server) {
        throw Fatal(server.error());
    }
    server_ = *std::move(server);
    settings_.listen = server_->listening_on();
}

std::size_t Panel::count(std::string_view method, std::string_view target_start) const {
    std::size_t number = 0;
    for (const RecordedCall& call : calls_) {
        const bool same_method = method.empty() || call.method == method;
        number += same_method && call.target.starts_with(target_start) ? 1U : 0U;
    }
    return number;
}

asio::awaitable<void> Panel::serve(http::Exchange& exchange) {
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
CallFault Panel::take_fault(const http::Request& request) {
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

http::Response Panel::act(const http::Request& request, FaultKind kind) {
    if (before_call) {
        before_call(request);
    }
    http::Response response;
    if (kind == FaultKind::lie) {
        // The real objects are set aside and come back, so that nothing points elsewhere.
        PanelState scratch = state_;
        std::swap(state_, scratch);
        response = answer(world_, request, clock_.now());
        std::swap(state_, scratch);
    } else {
        response = answer(world_, request, clock_.now());
    }
    if (after_call) {
        after_call(request);
    }
    return response;
}

asio::awaitable<void> Panel::serve_call(http::Exchange& exchange, const CallFault& fault) {
    const http::Request& request = exchange.request();
    http::Response response;
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

asio::awaitable<void> Panel::hang(http::Exchange& exchange) const {
    asio::steady_timer timer(executor_);
    while (!exchange.peer_gone()) {
        timer.expires_after(hang_step);
        co_await timer.async_wait(asio::use_awaitable);
    }
    throw std::runtime_error("the simulated panel never answered");
}

void Panel::record(const http::Request& request, int status) {
    calls_.push_back({request.method, request.target, request.body, status});
}

}  // namespace fairgate::sim::pasarguard
