#pragma once

#include "base/error.hpp"
#include "grpc/answer.hpp"
#include "http/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace fairgate::grpc {

struct ClientSettings {
    std::string base;  ///< "http://127.0.0.1:10085", "https://node.example.com:62051", "unix:/path"
    http::TlsTrust trust;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds call_timeout{10'000};  ///< from call() to its answer
    std::size_t answer_limit = 64U << 20U;
};

/// Unary calls to one server over one kept HTTP/2 connection, made when it is first needed and
/// again when it was lost. Calls made at the same time share it.
class Client {
public:
    virtual ~Client() = default;

    /// `method` is "/package.Service/Method", `message` a serialized message. A status other than
    /// ok is a value; errors (FG-NET-*, FG-GRPC-001 to 005) mean that the server may or may not
    /// have carried it out. A call that the server has certainly not begun is made again once.
    /// Cancellation is thrown (operation_aborted) and told to the server.
    virtual boost::asio::awaitable<Result<Answer>> call(
        std::string method, std::string message
    ) = 0;

    /// As messages call the server: "http://127.0.0.1:10085".
    virtual const std::string& place() const = 0;
    /// How many connections it has made so far.
    virtual std::uint64_t connections() const = 0;
};

/// FG-NET-001 or FG-NET-017 when the address or the pin is wrong; connects only when it is called.
Result<std::unique_ptr<Client>> make_client(
    boost::asio::any_io_executor executor, ClientSettings settings
);

}  // namespace fairgate::grpc
