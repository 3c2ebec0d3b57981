#include "sim/core/server.hpp"

#include "grpc/message_reader.hpp"
#include "http/listener.hpp"
#include "http/socket.hpp"
#include "http/transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <nghttp2/nghttp2.h>
#include <utility>
#include <vector>

namespace fairgate::sim::core {

namespace asio = boost::asio;

struct Server::Shared {
    Shared(const asio::any_io_executor& runs_on, CoreState& knows, Server& told)
        : executor(runs_on), state(knows), server(told) {
        http::ServerSettings settings;
        settings.listen = "127.0.0.1:0";
        listener = std::make_unique<http::Listener>(http::listen_on(runs_on, settings).value());
    }
    asio::any_io_executor executor;
    CoreState& state;
    Server& server;
    std::unique_ptr<http::Listener> listener;
    std::list<Task> visits;
};

namespace {

/// One call: its path and bytes come, its answer goes.
struct Stream {
    std::string path;
    std::string body;
    std::string answer;
    std::size_t sent = 0;
    std::vector<std::pair<std::string, std::string>> trailers;
};

nghttp2_nv field(const std::string& name, const std::string& value) {
    nghttp2_nv pair{};
    pair.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
    pair.namelen = name.size();
    pair.value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
    pair.valuelen = value.size();
    return pair;
}

std::string spelled(Fault fault, const std::string& message) {
    switch (fault) {
        case Fault::garbage:
            return grpc::framed(std::string(40, '\xFF'));
        case Fault::huge:
            return std::string("\0\x7F\xFF\xFF\xFF", 5) + std::string(1 << 16, 'x');
        case Fault::compressed:
            return std::string("\1\0\0\0\1x", 6);
        case Fault::cut:
            return std::string("\0\0\0\1\0only", 9);
        case Fault::none:
        case Fault::silent:
        case Fault::goaway:
        case Fault::refused:
        case Fault::page:
            break;
    }
    return grpc::framed(message);
}

class Session {
public:
    explicit Session(CoreState& state, Server& server) : state_(state), server_(server) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &on_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &on_data);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &on_frame);
        nghttp2_session_server_new(&session_, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    }
    ~Session() { nghttp2_session_del(session_); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    bool receive(const char* bytes, std::size_t size) {
        const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes);
        return nghttp2_session_mem_recv(session_, data, size) >= 0;
    }
    std::string to_send() {
        std::string all;
        const std::uint8_t* piece = nullptr;
        for (ssize_t size = nghttp2_session_mem_send(session_, &piece); size > 0;
             size = nghttp2_session_mem_send(session_, &piece)) {
            all.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(size));
        }
        return all;
    }
    bool is_over() const {
        return nghttp2_session_want_read(session_) == 0 &&
               nghttp2_session_want_write(session_) == 0;
    }

private:
    static Session& self(void* user) { return *static_cast<Session*>(user); }

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
        if (std::string_view(reinterpret_cast<const char*>(name), name_size) == ":path") {
            self(user).streams_[frame->hd.stream_id].path.assign(
                reinterpret_cast<const char*>(value), value_size
            );
        }
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
        self(user).streams_[stream].body.append(reinterpret_cast<const char*>(bytes), size);
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        const bool of_call = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (ended && of_call) {
            self(user).carry_out(frame->hd.stream_id);
        }
        return 0;
    }
    static ssize_t
    on_read(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t room, std::uint32_t* flags, nghttp2_data_source* source, void*) {
        Stream& stream = *static_cast<Stream*>(source->ptr);
        const std::size_t size = std::min(room, stream.answer.size() - stream.sent);
        stream.answer.copy(reinterpret_cast<char*>(into), size, stream.sent);
        stream.sent += size;
        if (stream.sent == stream.answer.size()) {
            *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
            std::vector<nghttp2_nv> fields;
            for (const auto& [name, value] : stream.trailers) {
                fields.push_back(field(name, value));
            }
            nghttp2_submit_trailer(session, id, fields.data(), fields.size());
        }
        return static_cast<ssize_t>(size);
    }

    void carry_out(std::int32_t id) {
        Stream& stream = streams_[id];
        if (server_.fault == Fault::silent) {
            return;
        }
        if (server_.fault == Fault::goaway || server_.fault == Fault::refused) {
            // refused: this call is beyond the last one that was looked at.
            const std::int32_t last = server_.fault == Fault::refused ? id - 2 : id;
            server_.fault = Fault::none;
            nghttp2_submit_goaway(
                session_, NGHTTP2_FLAG_NONE, std::max(last, 0), NGHTTP2_NO_ERROR, nullptr, 0
            );
            if (last < id) {
                return;
            }
        }
        if (server_.before_call) {
            server_.before_call(stream.path);
        }
        grpc::MessageReader reader(1U << 24U);
        reader.feed(stream.body);
        const Reply reply = state_.answer(stream.path, reader.take());
        stream.trailers = {
            {"grpc-status", std::to_string(reply.status)}, {"grpc-message", reply.text}
        };
        stream.answer = reply.status == 0 ? spelled(server_.fault, reply.message) : "";
        static const std::string status = ":status";
        static const std::string good = "200";
        static const std::string type = "content-type";
        static const std::string is_grpc = "application/grpc";
        const std::array fields{field(status, good), field(type, is_grpc)};
        nghttp2_data_provider body{};
        body.source.ptr = &stream;
        body.read_callback = &on_read;
        nghttp2_submit_response(session_, id, fields.data(), fields.size(), &body);
    }

    CoreState& state_;
    Server& server_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Stream> streams_;
};

asio::awaitable<void> say_page(http::Transport& transport) {
    const std::string page = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    std::string sink(4096, '\0');
    co_await transport.read_some(asio::buffer(sink));
    co_await transport.write(asio::buffer(page), asio::const_buffer());
}

asio::awaitable<void> talk(
    std::shared_ptr<http::Transport> transport, CoreState* state, Server* server
) {
    if (server->fault == Fault::page) {
        co_await say_page(*transport);
        co_return;
    }
    Session session(*state, *server);
    std::string buffer(16'384, '\0');
    while (!session.is_over()) {
        const std::string out = session.to_send();
        if (!out.empty()) {
            const auto failed = co_await transport->write(asio::buffer(out), asio::const_buffer());
            if (failed) {
                co_return;
            }
            continue;
        }
        const auto got = co_await transport->read_some(asio::buffer(buffer));
        if (!got || *got == 0 || !session.receive(buffer.data(), *got)) {
            co_return;
        }
    }
}

}  // namespace

Server::Server(asio::any_io_executor executor, CoreState& state)
    : shared_(std::make_shared<Shared>(executor, state, *this)) {
    const auto rethrow = [](const std::string&, const std::exception_ptr& thrown) {
        std::rethrow_exception(thrown);
    };
    const auto serve = [](std::shared_ptr<Shared> shared,
                          std::function<void(const std::string&, std::exception_ptr)> failed
                       ) -> asio::awaitable<void> {
        for (;;) {
            http::Socket socket(shared->executor);
            co_await shared->listener->acceptor.async_accept(socket, asio::use_awaitable);
            ++shared->server.connections;
            const std::shared_ptr<http::Transport> transport =
                http::make_plain_transport(std::move(socket));
            auto visit = [transport, state = &shared->state, server = &shared->server] {
                return talk(transport, state, server);
            };
            shared->visits.push_back(spawn(shared->executor, "visit", std::move(visit), failed));
        }
    };
    task_ = spawn(
        executor,
        "core",
        [serve, shared = shared_, rethrow] { return serve(shared, rethrow); },
        rethrow
    );
}

Server::~Server() { shared_->visits.clear(); }

std::string Server::base() const { return "http://" + shared_->listener->address; }

}  // namespace fairgate::sim::core
