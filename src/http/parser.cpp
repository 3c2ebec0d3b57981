#include "http/codec.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <utility>

namespace fairgate::http {

namespace beast = boost::beast::http;

namespace {

Fault fault_of(const boost::system::error_code& failure) {
    if (failure == beast::error::header_limit) {
        return Fault::head_too_large;
    }
    if (failure == beast::error::body_limit || failure == beast::error::buffer_overflow) {
        return Fault::body_too_large;
    }
    if (failure == beast::error::bad_version) {
        return Fault::old_version;
    }
    if (failure == beast::error::partial_message || failure == beast::error::end_of_stream) {
        return Fault::ended_early;
    }
    return Fault::malformed;
}

template <bool is_request>
using Parser = beast::parser<is_request, beast::string_body>;

/// A parser, and the bytes and faults between it and us.
template <bool is_request>
struct Engine {
    std::unique_ptr<Parser<is_request>> parser;
    Headers headers;
    std::string why;

    void start(std::optional<std::size_t> body_limit) {
        parser = std::make_unique<Parser<is_request>>();
        headers = Headers();
        parser->header_limit(head_limit);
        if (body_limit) {
            parser->body_limit(*body_limit);
        } else {
            parser->body_limit(boost::none);
        }
    }

    /// `check_head` is called once, between head and body.
    template <class Check>
    Fault feed(std::string& bytes, Check check_head) {
        if (!parser->is_header_done()) {
            const Fault in_head = put(bytes);
            if (in_head != Fault::none || !parser->is_header_done()) {
                return in_head;
            }
            // The parser adds a trailer to the fields: it must not pass for a header, which may
            // have been checked long before (RFC 9110 6.5.1).
            keep_headers();
            parser->eager(true);
            const Fault refused = check_head();
            if (refused != Fault::none || bytes.empty() || parser->is_done()) {
                return refused;
            }
        }
        return put(bytes);
    }

    Fault put(std::string& bytes) {
        if (is_half_of_last_chunk(bytes)) {
            return Fault::none;
        }
        boost::system::error_code failure;
        // need_more is not a failure, and what the parser did not take must be shown to it again.
        const std::size_t taken = parser->put(boost::asio::buffer(bytes), failure);
        bytes.erase(0, taken);
        if (failure && failure != beast::error::need_more) {
            return refuse(failure);
        }
        if (!parser->is_done() && bytes.size() > head_limit) {
            why = "a chunk's extension or a trailer without end";  // the parser has no limit there
            return Fault::head_too_large;
        }
        return Fault::none;
    }

    /// The parser of Beast 1.81 aborts (where assertions are on) when the last chunk of an empty
    /// body is shown to it as "0\r\n" and then with one byte more. More is to come anyway.
    bool is_half_of_last_chunk(const std::string& bytes) const {
        return parser->is_header_done() && parser->chunked() &&
               (bytes == "0\r\n" || bytes == "0\r\n\r");
    }

    Fault refuse(const boost::system::error_code& failure) {
        why = failure.message();
        return fault_of(failure);
    }

    void keep_headers() {
        for (const auto& field : parser->get()) {
            headers.add(std::string(field.name_string()), std::string(field.value()));
        }
    }

    /// A body whose coding we do not know has an end we cannot find: what follows would be taken
    /// for the next message (RFC 9112 6.3, request smuggling).
    bool has_strange_coding() const {
        const auto& fields = parser->get();
        const auto codings = fields.equal_range(beast::field::transfer_encoding);
        std::size_t count = 0;
        for (auto it = codings.first; it != codings.second; ++it) {
            ++count;
            if (!same_name(std::string_view(it->value().data(), it->value().size()), "chunked")) {
                return true;
            }
        }
        return count > 1;
    }
};

}  // namespace

struct RequestParser::Machine : Engine<true> {
    bool begun = false;

    Fault check_head() {
        const auto& message = parser->get();
        if (has_strange_coding()) {
            why = "a transfer coding other than chunked";
            return Fault::unsupported;
        }
        if (message.version() != 10 && message.version() != 11) {
            why = "an HTTP version other than 1.0 and 1.1";
            return Fault::old_version;
        }
        const auto hosts = message.count(beast::field::host);
        if (hosts > 1 || (hosts == 0 && message.version() == 11)) {
            why = hosts == 0 ? "no Host field" : "more than one Host field";
            return Fault::malformed;
        }
        return Fault::none;
    }
};

RequestParser::RequestParser(std::size_t body_limit) : machine_(std::make_unique<Machine>()) {
    machine_->start(body_limit);
}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

Fault RequestParser::feed(std::string& bytes) {
    // An empty line before a request is forgiven (RFC 9112 2.2).
    while (!machine_->begun && bytes.starts_with("\r\n")) {
        bytes.erase(0, 2);
    }
    if (bytes.empty() || (!machine_->begun && bytes == "\r") || done()) {
        return Fault::none;
    }
    machine_->begun = true;
    return machine_->feed(bytes, [this] { return machine_->check_head(); });
}

const std::string& RequestParser::why() const { return machine_->why; }
bool RequestParser::begun() const { return machine_->begun; }
bool RequestParser::head_done() const { return machine_->parser->is_header_done(); }
bool RequestParser::done() const { return machine_->parser->is_done(); }
bool RequestParser::keep_alive() const { return machine_->parser->keep_alive(); }
bool RequestParser::knows_chunks() const { return machine_->parser->get().version() >= 11; }

bool RequestParser::wants_continue() const {
    const auto expect = machine_->parser->get()[beast::field::expect];
    return head_done() && !done() && knows_chunks() &&
           same_name(std::string_view(expect.data(), expect.size()), "100-continue");
}

Request RequestParser::take() {
    auto message = machine_->parser->release();
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.headers = std::move(machine_->headers);
    request.body = std::move(message.body());
    // The absolute form, as a proxy gets it, must be understood too (RFC 9112 3.2.2).
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (request.target.starts_with(scheme)) {
            const std::size_t path = request.target.find('/', scheme.size());
            request.target = path == std::string::npos ? "/" : request.target.substr(path);
        }
    }
    return request;
}

struct ResponseParser::Machine : Engine<false> {
    std::string method;
    std::optional<std::size_t> body_limit;
    bool begun = false;
    bool head_seen = false;
    bool may_switch = false;

    void restart() {
        start(body_limit);
        head_seen = false;
        if (method == "HEAD") {
            parser->skip(true);
        }
    }

    Fault check_head() {
        const bool switches = parser->get().result_int() == 101;
        if ((switches && !may_switch) || has_strange_coding()) {
            why = switches ? "it switched to another protocol"
                           : "a transfer coding other than chunked";
            return Fault::unsupported;
        }
        head_seen = switches || parser->get().result_int() >= 200;
        return Fault::none;
    }
};

ResponseParser::ResponseParser(std::string method, std::optional<std::size_t> body_limit)
    : machine_(std::make_unique<Machine>()) {
    machine_->method = std::move(method);
    machine_->body_limit = body_limit;
    machine_->restart();
}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

void ResponseParser::allow_switch() { machine_->may_switch = true; }

Fault ResponseParser::feed(std::string& bytes) {
    while (!bytes.empty() && !done()) {
        machine_->begun = true;
        const Fault fault = machine_->feed(bytes, [this] { return machine_->check_head(); });
        if (fault != Fault::none || head_done() || !machine_->parser->is_done()) {
            return fault;
        }
        machine_->restart();  // that was an interim one
    }
    return Fault::none;
}

Fault ResponseParser::end() {
    boost::system::error_code failure;
    // Not `begun`: after a response 100 to 199 the parser is a new one, and this would abort it.
    if (machine_->parser->got_some()) {
        machine_->parser->put_eof(failure);
    }
    return failure || !done() ? Fault::ended_early : Fault::none;
}

const std::string& ResponseParser::why() const { return machine_->why; }
bool ResponseParser::begun() const { return machine_->begun; }
bool ResponseParser::head_done() const { return machine_->head_seen; }
bool ResponseParser::done() const { return machine_->parser->is_done(); }
bool ResponseParser::keep_alive() const { return machine_->parser->keep_alive(); }

Response ResponseParser::take_head() {
    Response head;
    head.status = static_cast<int>(machine_->parser->get().result_int());
    head.headers = machine_->headers;
    return head;
}

std::string ResponseParser::take_body() {
    return std::exchange(machine_->parser->get().body(), std::string());
}

}  // namespace fairgate::http
