#pragma once

#include "api/find_route.hpp"
#include "api/guard.hpp"
#include "api/idempotency.hpp"
#include "api/route.hpp"
#include "base/turn.hpp"
#include "http/server.hpp"

#include <boost/asio/awaitable.hpp>

#include <random>
#include <string>

namespace fairgate::api {

/// From a request to its answer: who asks, what is meant, may they, was it asked before, has it
/// changed meanwhile. What is asked itself is done by the route.
class Responder {
public:
    Responder(boost::asio::any_io_executor executor, Parts parts, Guard guard);

    boost::asio::awaitable<void> answer(http::Exchange& exchange);
    void set_tokens(control::TokenTable tokens) { guard_.set_tokens(std::move(tokens)); }

private:
    boost::asio::awaitable<void> answer_route(
        http::Exchange& exchange, control::Asker asker, std::string path, std::string query
    );
    boost::asio::awaitable<http::Response> respond(
        const Route& route, RawCall call, const http::Request& request
    );
    boost::asio::awaitable<http::Response> once(
        const Route& route, RawCall call, const http::Request& request
    );
    boost::asio::awaitable<http::Response> change(
        const Route& route, RawCall call, const http::Request& request
    );
    boost::asio::awaitable<http::Response> plain(const Route& route, RawCall call);
    boost::asio::awaitable<Result<void>> check_version(const http::Request& request, RawCall call);
    http::Response health(std::string_view path) const;
    http::Response description(const http::Request& request) const;
    std::string new_request_id();

    Parts parts_;
    Guard guard_;
    Answered answered_;
    Turn writing_;
    std::string openapi_;
    std::string openapi_tag_;
    std::mt19937_64 random_;
};

}  // namespace fairgate::api
