#pragma once

#include "base/error.hpp"
#include "grpc/answer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fairgate::grpc {

/// What became of a call. `again`: the server has for sure not looked at it (it was about to close
/// the connection), so it may be sent again on another one.
struct Outcome {
    enum class Kind { answered, failed, again };
    Kind kind = Kind::failed;
    Answer answer;  ///< of answered
    Error error;    ///< of failed
};

struct SessionSettings {
    std::string place;      ///< as messages call the server
    std::string authority;  ///< ":authority"
    std::string scheme = "http";
    std::size_t answer_limit = 64U << 20U;
};

/// The client's side of one HTTP/2 connection that carries unary gRPC calls, without the socket:
/// bytes in, bytes out. Calls run side by side; whatever comes in, memory stays within what answers
/// of the limit's size need.
class Session {
public:
    using Stream = std::int32_t;
    using Done = std::function<void(Outcome)>;

    static std::unique_ptr<Session> make(SessionSettings settings);
    virtual ~Session() = default;

    /// Begins a call; `method` is "/package.Service/Method". `done` is called once, out of
    /// receive() or fail_all(), unless the call is cancelled. Nothing when the connection takes no
    /// more calls.
    virtual std::optional<Stream> start(
        std::string_view method,
        std::string_view message,
        std::chrono::milliseconds patience,
        Done done
    ) = 0;
    /// Forgets a call and tells the server so.
    virtual void cancel(Stream stream) = 0;
    /// What the server sent; an error (FG-GRPC-001) when this is no HTTP/2, after which only
    /// to_send() and fail_all() make sense.
    virtual Result<void> receive(std::string_view bytes) = 0;
    /// What is to be sent now; empty: nothing.
    virtual std::string to_send() = 0;
    /// The connection is gone.
    virtual void fail_all(std::string_view why) = 0;

    virtual bool takes_calls() const = 0;
    virtual std::size_t calls() const = 0;
};

}  // namespace fairgate::grpc
