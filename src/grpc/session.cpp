#include "grpc/session.hpp"

#include "grpc/errors.hpp"
#include "grpc/message_reader.hpp"
#include "http/uri.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nghttp2/nghttp2.h>
#include <utility>
#include <vector>

namespace fairgate::grpc {

namespace {

// Big answers (a list of ten thousand users is a megabyte or two) must not wait for window updates.
constexpr std::int32_t stream_window = 4 << 20;
constexpr std::int32_t connection_window = 16 << 20;
constexpr std::size_t most_header_bytes = 64U << 10U;
constexpr std::size_t send_piece = 64U << 10U;

struct Call {
    std::string method;
    std::string request;  ///< framed
    std::size_t sent = 0;
    MessageReader answer;
    std::size_t header_bytes = 0;
    std::string http_status;
    std::string content_type;
    std::optional<std::string> status;
    std::string text;
    std::optional<Error> fault;
    Session::Done done;
};

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
    nghttp2_nv pair{};
    // nghttp2 copies both and writes to neither.
    pair.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
    pair.namelen = name.size();
    pair.value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
    pair.valuelen = value.size();
    return pair;
}

ssize_t
read_request(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room, std::uint32_t* flags, nghttp2_data_source* source, void*) {
    Call& call = *static_cast<Call*>(source->ptr);
    const std::size_t size = std::min(room, call.request.size() - call.sent);
    call.request.copy(reinterpret_cast<char*>(into), size, call.sent);
    call.sent += size;
    if (call.sent == call.request.size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(size);
}

class Http2Session final : public Session {
public:
    explicit Http2Session(SessionSettings settings) : settings_(std::move(settings)) { open(); }
    ~Http2Session() override { nghttp2_session_del(session_); }
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    std::optional<Stream> start(
        std::string_view method,
        std::string_view message,
        std::chrono::milliseconds patience,
        Done done
    ) override {
        if (!takes_calls()) {
            return std::nullopt;
        }
        auto call = std::make_unique<Call>(Call{
            .method = std::string(method),
            .request = framed(message),
            .answer = MessageReader(settings_.answer_limit),
            .http_status = {},
            .content_type = {},
            .status = {},
            .text = {},
            .fault = {},
            .done = std::move(done)
        });
        // At most eight digits are allowed.
        const std::string timeout =
            std::to_string(std::clamp<std::int64_t>(patience.count(), 1, 99'999'999)) + "m";
        const std::array fields{
            field(":method", "POST"),
            field(":scheme", settings_.scheme),
            field(":path", method),
            field(":authority", settings_.authority),
            field("te", "trailers"),
            field("content-type", "application/grpc"),
            field("grpc-timeout", timeout),
            field("user-agent", "fairgate"),
        };
        nghttp2_data_provider body{};
        body.source.ptr = call.get();
        body.read_callback = &read_request;
        const Stream stream =
            nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &body, nullptr);
        if (stream < 0) {
            return std::nullopt;  // all ids of this connection are used up
        }
        calls_.emplace(stream, std::move(call));
        return stream;
    }

    void cancel(Stream stream) override {
        const auto call = calls_.find(stream);
        if (call == calls_.end()) {
            return;
        }
        // nghttp2 may still read the request's bytes until it has sent the reset.
        call->second->done = nullptr;
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
    }

    Result<void> receive(std::string_view bytes) override {
        if (broken_) {
            return not_grpc(settings_.place, *broken_);
        }
        heard_ = heard_ || !bytes.empty();
        const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const ssize_t taken = nghttp2_session_mem_recv(session_, data, bytes.size());
        // After a fault nghttp2 says goodbye and takes no more, so the calls would wait in vain.
        const bool given_up = nghttp2_session_want_read(session_) == 0 && !calls_.empty();
        if (taken < 0 || given_up) {
            broken_ = taken < 0 ? nghttp2_strerror(static_cast<int>(taken))
                                : "what it sends is not HTTP/2";
            return not_grpc(settings_.place, *broken_);
        }
        return {};
    }

    std::string to_send() override {
        std::string bytes;
        while (bytes.size() < send_piece) {
            const std::uint8_t* piece = nullptr;
            const ssize_t size = nghttp2_session_mem_send(session_, &piece);
            if (size <= 0) {
                break;
            }
            bytes += view(piece, static_cast<std::size_t>(size));
        }
        return bytes;
    }

    void fail_all(std::string_view why) override {
        going_away_ = true;
        ended_by_force_.merge(calls_);
        for (auto& [stream, call] : ended_by_force_) {
            Outcome outcome;
            outcome.error = heard_ && !greeted_
                                ? not_grpc(settings_.place, "what it sends is not HTTP/2")
                                : closed_early(settings_.place, call->method, why);
            tell(*call, std::move(outcome));
        }
    }

    bool takes_calls() const override {
        return !going_away_ && !broken_ && nghttp2_session_check_request_allowed(session_) != 0;
    }
    std::size_t calls() const override { return calls_.size(); }

private:
    void open() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_option* options = nullptr;
        if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&options) != 0) {
            throw std::bad_alloc();
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &on_close);
        nghttp2_option_set_max_reserved_remote_streams(options, 0);
        const int failed = nghttp2_session_client_new2(&session_, callbacks, this, options);
        nghttp2_option_del(options);
        nghttp2_session_callbacks_del(callbacks);
        if (failed != 0) {
            throw std::bad_alloc();
        }
        const std::array<nghttp2_settings_entry, 3> wanted{{
            {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
            {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
            {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, most_header_bytes},
        }};
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, wanted.data(), wanted.size());
        nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window);
    }

    static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

    static int on_header(
        nghttp2_session*,
        const nghttp2_frame* frame,
        const std::uint8_t* name,
        std::size_t name_size,
        const std::uint8_t* value,
        std::size_t value_size,
        std::uint8_t,
        void* user
    ) {
        self(user).take_field(frame->hd.stream_id, view(name, name_size), view(value, value_size));
        return 0;
    }

    static int on_data(
        nghttp2_session*,
        std::uint8_t,
        std::int32_t stream,
        const std::uint8_t* bytes,
        std::size_t size,
        void* user
    ) {
        self(user).take_data(stream, view(bytes, size));
        return 0;
    }

    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_GOAWAY) {
            self(user).going_away_ = true;
        } else if (frame->hd.type == NGHTTP2_SETTINGS) {
            self(user).greeted_ = true;
        }
        return 0;
    }

    static int on_close(
        nghttp2_session*, std::int32_t stream, std::uint32_t error_code, void* user
    ) {
        self(user).end(stream, error_code);
        return 0;
    }

    void take_field(Stream stream, std::string_view name, std::string_view value) {
        const auto found = calls_.find(stream);
        if (found == calls_.end()) {
            return;
        }
        Call& call = *found->second;
        call.header_bytes += name.size() + value.size();
        if (call.header_bytes > most_header_bytes) {
            give_up(stream, call, malformed(settings_.place, call.method, "endless headers"));
        } else if (name == ":status") {
            call.http_status = value;
        } else if (name == "content-type") {
            call.content_type = value;
        } else if (name == "grpc-status") {
            call.status = value;
        } else if (name == "grpc-message") {
            call.text = http::percent_decode(value).value_or(std::string(value));
        }
    }

    void take_data(Stream stream, std::string_view bytes) {
        const auto found = calls_.find(stream);
        if (found == calls_.end() || found->second->fault) {
            return;
        }
        Call& call = *found->second;
        if (call.http_status != "200") {
            return;  // a page of some web server; its status says enough
        }
        switch (call.answer.feed(bytes)) {
            case MessageReader::State::nothing:
            case MessageReader::State::part:
            case MessageReader::State::whole:
                return;
            case MessageReader::State::too_large:
                give_up(
                    stream, call, too_large(settings_.place, call.method, settings_.answer_limit)
                );
                return;
            case MessageReader::State::compressed:
                give_up(stream, call, malformed(settings_.place, call.method, "compressed"));
                return;
            case MessageReader::State::more_than_one:
                give_up(
                    stream, call, malformed(settings_.place, call.method, "more than one message")
                );
                return;
        }
    }

    void give_up(Stream stream, Call& call, Error why) {
        if (!call.fault) {
            call.fault = std::move(why);
            nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
        }
    }

    void end(Stream stream, std::uint32_t error_code) {
        const auto found = calls_.find(stream);
        if (found == calls_.end()) {
            return;
        }
        const std::unique_ptr<Call> call = std::move(found->second);
        calls_.erase(found);
        tell(*call, outcome_of(*call, error_code));
    }

    Outcome outcome_of(Call& call, std::uint32_t error_code) const {
        Outcome outcome;
        if (call.fault) {
            outcome.error = *std::move(call.fault);
        } else if (call.status) {
            finish(call, outcome);
        } else if (error_code == NGHTTP2_REFUSED_STREAM) {
            outcome.kind = Outcome::Kind::again;
            outcome.error = closed_early(settings_.place, call.method, "the server closes");
        } else if (error_code != NGHTTP2_NO_ERROR) {
            outcome.error =
                closed_early(settings_.place, call.method, nghttp2_http2_strerror(error_code));
        } else {
            outcome.error = not_grpc(
                settings_.place,
                "HTTP status " + call.http_status + ", " + call.content_type + ", no grpc-status"
            );
        }
        return outcome;
    }

    void finish(Call& call, Outcome& outcome) const {
        outcome.answer.status = status_of(*call.status);
        outcome.answer.text = std::move(call.text);
        if (outcome.answer.status != Status::ok) {
            outcome.kind = Outcome::Kind::answered;
        } else if (call.answer.state() == MessageReader::State::whole) {
            outcome.kind = Outcome::Kind::answered;
            outcome.answer.message = call.answer.take();
        } else {
            outcome.error = malformed(settings_.place, call.method, "ended within the message");
        }
    }

    static void tell(Call& call, Outcome outcome) {
        if (const Done done = std::exchange(call.done, nullptr)) {
            done(std::move(outcome));
        }
    }

    SessionSettings settings_;
    nghttp2_session* session_ = nullptr;
    std::map<Stream, std::unique_ptr<Call>> calls_;
    /// nghttp2 may still hold on to their requests.
    std::map<Stream, std::unique_ptr<Call>> ended_by_force_;
    bool heard_ = false;    ///< anything at all
    bool greeted_ = false;  ///< a server of HTTP/2 begins with its settings
    bool going_away_ = false;
    std::optional<std::string> broken_;
};

}  // namespace

std::unique_ptr<Session> Session::make(SessionSettings settings) {
    return std::make_unique<Http2Session>(std::move(settings));
}

}  // namespace fairgate::grpc
