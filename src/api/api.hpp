#pragma once

#include "base/error.hpp"
#include "control/desk.hpp"
#include "control/line_tap.hpp"
#include "control/tokens.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::api {

struct ApiSettings {
    std::string socket;  ///< path of the Unix socket; empty: none
    std::string listen;  ///< "127.0.0.1:8443"; empty: none
    std::string certificate_file;
    std::string key_file;
    std::optional<control::TokenTable> tokens;  ///< of the TCP side; none there: nobody is let in
    /// Told of requests that could not be answered. May be empty.
    std::function<void(const Error&)> on_failure = {};
};

/// What the API answers from.
struct Parts {
    control::Desk desk;
    control::LineTaps& taps;
};

/// The REST API, /api/v1, for the CLI, the web and everybody else. Whoever reaches the Unix socket
/// is an administrator, the file's mode says who that is; over TCP a token says it.
class Api {
public:
    virtual ~Api() = default;
    /// Where TCP requests are taken, with the port the system chose; empty: not at all.
    virtual std::string listening_on() const = 0;
    /// Other tokens from now on; streams that are open go on.
    virtual void set_tokens(control::TokenTable tokens) = 0;
    /// Takes no new request and lets those under way end, for up to `patience`. Streams end at
    /// once; the EventLog is closed for that.
    virtual boost::asio::awaitable<void> drain(std::chrono::milliseconds patience) = 0;
};

/// Listens when it returns. Everything behind `parts` outlives it and is of the same executor.
/// Errors are those of http::make_server.
Result<std::unique_ptr<Api>> make_api(
    boost::asio::any_io_executor executor, ApiSettings settings, Parts parts
);

}  // namespace fairgate::api
