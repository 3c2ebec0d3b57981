#include "http/proxy.hpp"

#include "http/base64.hpp"
#include "http/errors.hpp"
#include "http/socket.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t longest_answer = 8192;  // of an HTTP proxy, head only

/// The connection to the proxy while it is not yet the target's. A failed step is remembered.
class Dialogue {
public:
    Dialogue(Socket& socket, Instant until)
        : socket_(socket), deadline_(socket.get_executor(), [&socket] { close_quietly(socket); }) {
        deadline_.set(until);
    }

    asio::awaitable<bool> say(std::string bytes) {
        co_await asio::async_write(
            socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failure_)
        );
        co_return co_await went_well();
    }

    /// Exactly that many bytes; fewer after a failure.
    asio::awaitable<std::string> hear(std::size_t size) {
        std::string bytes(size, '\0');
        const std::size_t got = co_await asio::async_read(
            socket_, asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failure_)
        );
        co_await went_well();
        bytes.resize(got);
        co_return bytes;
    }

    /// The head of an HTTP answer. Nothing follows it: we speak first in the tunnel.
    asio::awaitable<std::string> hear_head() {
        std::string head;
        std::array<char, 1024> piece{};
        bool well = true;
        while (well && head.size() < longest_answer && head.find("\r\n\r\n") == std::string::npos) {
            const std::size_t got = co_await socket_.async_read_some(
                asio::buffer(piece), asio::redirect_error(asio::use_awaitable, failure_)
            );
            head.append(piece.data(), got);
            well = co_await went_well();
        }
        co_return head;
    }

    std::string why(std::string_view otherwise) const {
        if (deadline_.expired()) {
            return "it did not answer in time";
        }
        return failure_ ? failure_.message() : std::string(otherwise);
    }

private:
    asio::awaitable<bool> went_well() {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        co_return !failure_;
    }

    Socket& socket_;
    Deadline deadline_;
    error_code failure_;
};

asio::awaitable<Result<void>> ask_http(Dialogue& dialogue, const Proxy& proxy, const Base& target) {
    const bool is_v6 = target.host.find(':') != std::string::npos;
    const std::string to =
        (is_v6 ? "[" + target.host + "]" : target.host) + ":" + std::to_string(target.port);
    std::string head = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n";
    if (!proxy.user.empty()) {
        head += "Proxy-Authorization: Basic " + base64(proxy.user + ":" + proxy.password) + "\r\n";
    }
    co_await dialogue.say(head + "\r\n");
    const std::string answer = co_await dialogue.hear_head();
    const std::string line = answer.substr(0, answer.find('\r'));
    const bool agreed = line.starts_with("HTTP/1.") && line.substr(8, 2) == " 2" &&
                        answer.find("\r\n\r\n") != std::string::npos;
    if (!agreed) {
        const bool speaks_http = line.starts_with("HTTP/1.");
        const std::string said = speaks_http ? line.substr(0, 100) : "its answer is not HTTP";
        co_return proxy_refused(proxy.text(), dialogue.why(said));
    }
    co_return Result<void>();
}

/// RFC 1928 6.
std::string_view socks_reply(char code) {
    constexpr std::array<std::string_view, 9> replies{
        "no reason given",
        "general failure",
        "not allowed by its rules",
        "network unreachable",
        "host unreachable",
        "connection refused by the target",
        "time to live expired",
        "command not supported",
        "address type not supported",
    };
    const auto index = static_cast<std::size_t>(static_cast<unsigned char>(code));
    return index < replies.size() ? replies[index] : replies[0];
}

/// Address type, address and port as SOCKS writes them.
std::string socks_address(const std::string& host, std::uint16_t port) {
    std::string out;
    error_code is_name;
    const auto address = asio::ip::make_address(host, is_name);
    if (is_name) {
        out = {'\x03', static_cast<char>(host.size())};
        out += host;
    } else if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        out = '\x01';
        out.append(bytes.begin(), bytes.end());
    } else {
        const auto bytes = address.to_v6().to_bytes();
        out = '\x04';
        out.append(bytes.begin(), bytes.end());
    }
    out += static_cast<char>(port >> 8U);
    out += static_cast<char>(port & 0xFFU);
    return out;
}

asio::awaitable<Result<void>> log_in(Dialogue& dialogue, const Proxy& proxy) {
    const bool has_login = !proxy.user.empty();
    const std::string offer =
        has_login ? std::string("\x05\x02\x00\x02", 4) : std::string("\x05\x01\x00", 3);
    co_await dialogue.say(offer);
    const std::string chosen = co_await dialogue.hear(2);
    if (chosen.size() < 2 || chosen[0] != '\x05') {
        co_return proxy_refused(proxy.text(), dialogue.why("its answer is not SOCKS 5"));
    }
    if (chosen[1] == '\x00') {
        co_return Result<void>();
    }
    if (chosen[1] != '\x02' || !has_login) {
        co_return proxy_refused(proxy.text(), "it wants another way to log in");
    }
    std::string login = "\x01";  // RFC 1929
    for (const std::string* part : {&proxy.user, &proxy.password}) {
        login += static_cast<char>(part->size());
        login += *part;
    }
    co_await dialogue.say(std::move(login));
    const std::string verdict = co_await dialogue.hear(2);
    if (verdict.size() < 2 || verdict[1] != '\x00') {
        co_return proxy_refused(proxy.text(), dialogue.why("wrong user or password"));
    }
    co_return Result<void>();
}

asio::awaitable<Result<void>> ask_socks(
    Dialogue& dialogue, const Proxy& proxy, const std::string& host, std::uint16_t port
) {
    auto logged_in = co_await log_in(dialogue, proxy);
    if (!logged_in) {
        co_return logged_in.error();
    }
    co_await dialogue.say(std::string("\x05\x01\x00", 3) + socks_address(host, port));
    const std::string reply = co_await dialogue.hear(4);
    if (reply.size() < 4 || reply[0] != '\x05' || reply[1] != '\x00') {
        const std::string_view said = reply.size() < 2 ? "no answer" : socks_reply(reply[1]);
        co_return proxy_refused(proxy.text(), dialogue.why(said));
    }
    std::size_t rest = reply[3] == '\x04' ? 18 : 6;  // the address it uses, which we do not need
    if (reply[3] == '\x03') {
        const std::string size = co_await dialogue.hear(1);
        rest = size.empty() ? 0 : static_cast<unsigned char>(size[0]) + 2U;
    }
    const std::string ignored = co_await dialogue.hear(rest);
    if (ignored.size() != rest) {
        co_return proxy_refused(proxy.text(), dialogue.why("it broke off"));
    }
    co_return Result<void>();
}

std::optional<Proxy::Kind> kind_of(std::string_view scheme) {
    if (scheme == "http") {
        return Proxy::Kind::http;
    }
    if (scheme == "socks5") {
        return Proxy::Kind::socks5;
    }
    return scheme == "socks5h" ? std::optional(Proxy::Kind::socks5h) : std::nullopt;
}

}  // namespace

std::string Proxy::text() const {
    const std::string scheme = kind == Kind::http     ? "http"
                               : kind == Kind::socks5 ? "socks5"
                                                      : "socks5h";
    const bool is_v6 = host.find(':') != std::string::npos;
    return scheme + "://" + (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Proxy> parse_proxy(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (parsed.has_error() || parsed->host().empty() || !parsed->has_port() ||
        parsed->port_number() == 0) {
        return bad_proxy(
            "it is not written as socks5h://host:1080 or http://user:password@host:3128"
        );
    }
    const auto scheme = parsed->scheme();
    const auto kind = kind_of({scheme.data(), scheme.size()});
    if (!kind) {
        return bad_proxy("it begins with http://, socks5:// or socks5h://");
    }
    Proxy proxy;
    proxy.kind = *kind;
    proxy.host = parsed->host_address();
    proxy.port = parsed->port_number();
    proxy.user = parsed->user();
    proxy.password = parsed->password();
    constexpr std::size_t longest = 255;  // RFC 1929
    if (proxy.user.size() > longest || proxy.password.size() > longest) {
        return bad_proxy("its user name or password has more than 255 bytes");
    }
    return proxy;
}

asio::awaitable<Result<void>> ask_proxy(
    Socket& socket, const Proxy& proxy, const Base& target, std::string address, Instant until
) {
    Dialogue dialogue(socket, until);
    if (proxy.kind == Proxy::Kind::http) {
        co_return co_await ask_http(dialogue, proxy, target);
    }
    const std::string& host = address.empty() ? target.host : address;
    if (host.size() > 255) {
        co_return bad_address(target.text(), "a name has at most 255 bytes");
    }
    co_return co_await ask_socks(dialogue, proxy, host, target.port);
}

}  // namespace fairgate::http
