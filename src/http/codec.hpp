#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace fairgate::http {

/// What can be wrong with a message.
enum class Fault {
    none,
    malformed,       ///< not HTTP/1.x, or contradicts itself
    unsupported,     ///< a transfer coding other than chunked
    old_version,     ///< an HTTP version other than 1.0 and 1.1
    head_too_large,  ///< more than head_limit bytes of header
    body_too_large,  ///< more than the body limit
    ended_early,     ///< the connection ended inside the message
};

/// A start line with its fields may have this many bytes.
inline constexpr std::size_t head_limit = 16U << 10U;

/// Turns bytes into a request. Knows no socket and no time (RFC 9112, by Boost.Beast's parser).
class RequestParser {
public:
    explicit RequestParser(std::size_t body_limit);
    ~RequestParser();
    RequestParser(RequestParser&&) noexcept;
    RequestParser& operator=(RequestParser&&) noexcept;

    /// Takes what it can use from the front of `bytes`. What follows the message is left there.
    Fault feed(std::string& bytes);
    const std::string& why() const;  ///< of the last fault, for a person

    bool begun() const;  ///< at least one byte was taken or is waited upon
    bool head_done() const;
    bool done() const;
    bool wants_continue() const;  ///< Expect: 100-continue, and a body is to come
    bool keep_alive() const;
    bool knows_chunks() const;  ///< HTTP/1.1
    Request take();             ///< once done()

private:
    struct Machine;
    std::unique_ptr<Machine> machine_;
};

/// Turns bytes into a response. A body is taken whole, or piece by piece with take_body().
class ResponseParser {
public:
    /// `method`: what was asked, since a HEAD has no body. No limit: for bodies taken in pieces.
    ResponseParser(std::string method, std::optional<std::size_t> body_limit);
    ~ResponseParser();
    ResponseParser(ResponseParser&&) noexcept;
    ResponseParser& operator=(ResponseParser&&) noexcept;

    /// An answer 101 is what was asked for; what follows it is left to the caller.
    void allow_switch();
    /// As above. Responses 100 to 199 are passed over, except 101, which nobody asked for.
    Fault feed(std::string& bytes);
    /// The connection ended. Not a fault for a body that goes to the end of the connection.
    Fault end();
    const std::string& why() const;

    bool begun() const;
    bool head_done() const;
    bool done() const;
    bool keep_alive() const;
    Response take_head();     ///< once head_done()
    std::string take_body();  ///< what has come of it since the last call

private:
    struct Machine;
    std::unique_ptr<Machine> machine_;
};

/// How the end of a body is told.
enum class Framing { length, chunked, until_close, none };

/// The head of a request as it is sent. `host` and what the body needs are filled in.
std::string head_of(const Request& request, const std::string& prefix, const std::string& host);

/// The head of a response as it is sent. Framing fields among its headers are replaced.
std::string head_of(
    const Response& response, Framing framing, std::string_view date, std::string_view connection
);

/// One piece of a chunked body: its head; the piece and "\r\n" follow.
std::string chunk_head(std::size_t size);

/// Whether a field can be sent as it is: a token, and a value without control characters.
bool is_sendable(const Header& field);
bool is_token(std::string_view text);

}  // namespace fairgate::http
