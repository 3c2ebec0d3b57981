#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "http/message.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::cli {

/// Where the daemon is and how to show who asks.
struct ApiSettings {
    std::string base;  ///< "unix:/run/fairgate/api.sock", "https://host:8443"
    std::string token_file;
    std::string ca_file;
    std::string pinned_sha256;
    std::chrono::milliseconds timeout{30'000};
};

/// Who reads an event stream.
struct Listener {
    std::function<void()> opened;                  ///< the stream stands
    std::function<bool(const http::Event&)> take;  ///< false: that is enough
};

/// The daemon's API as commands see it: a request, and JSON or an error back. Blocks.
class Api {
public:
    virtual ~Api() = default;

    /// The answer's body; null for an empty one. A problem (RFC 9457) becomes its Error.
    virtual Result<json::Value> ask(http::Request request) = 0;

    /// Reads an event stream until the listener has enough or the stream ends.
    virtual Result<void> follow(http::Request request, const Listener& listener) = 0;

    /// What the daemon's clock showed in its newest answer; its times are told relative to that.
    virtual std::optional<TimePoint> daemon_time() const { return std::nullopt; }

    /// The same before anything else was asked; asks for it. Nothing when there is no answer.
    virtual std::optional<TimePoint> ask_time() { return daemon_time(); }
};

/// An Api over HTTP. Fails when the token cannot be read or the address is none.
Result<std::unique_ptr<Api>> connect(const ApiSettings& settings);

/// The error that an answer with a status of 400 or more stands for.
Error problem_of(const http::Response& response);

/// An error of the connection in the words of a command: the daemon is not there (FG-CLI-011), or
/// may not be asked (FG-AUTH-002).
Error unreachable(Error error, const ApiSettings& settings);

}  // namespace fairgate::cli
