#include "http/listener.hpp"

#include "http/errors.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <charconv>
#include <optional>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fairgate::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Unix = asio::local::stream_protocol;

namespace {

constexpr std::string_view unix_prefix = "unix:";

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = failure == std::errc() && end == text.data() + text.size();
    return whole && !text.empty() ? std::optional(port) : std::nullopt;
}

Result<tcp::endpoint> parse_listen(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const auto port = colon == std::string::npos
                          ? std::nullopt
                          : parse_port(std::string_view(text).substr(colon + 1));
    if (!port) {
        return bad_listen_address(text, "it does not end with a port, as in 127.0.0.1:8443");
    }
    std::string host = text.substr(0, colon);
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    if (in_brackets) {
        host = host.substr(1, host.size() - 2);
    }
    error_code failure;
    const auto address = asio::ip::make_address(host, failure);
    if (failure || address.is_v6() != in_brackets) {
        return bad_listen_address(text, "it does not begin with an IPv4 or [IPv6] address");
    }
    return tcp::endpoint(address, *port);
}

std::string text_of(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(endpoint.port());
}

Result<Listener> listen_on_tcp(const asio::any_io_executor& executor, const std::string& text) {
    auto endpoint = parse_listen(text);
    if (!endpoint) {
        return endpoint.error();
    }
    Acceptor acceptor(executor);
    error_code failure;
    acceptor.open(endpoint->protocol(), failure);
    if (!failure) {
        acceptor.set_option(asio::socket_base::reuse_address(true), failure);
    }
    if (!failure && endpoint->address().is_v6()) {
        // [::] takes both families, whatever the machine's default is.
        acceptor.set_option(asio::ip::v6_only(!endpoint->address().is_unspecified()), failure);
    }
    if (!failure) {
        acceptor.bind(*endpoint, failure);
    }
    if (!failure) {
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    }
    if (failure) {
        return cannot_listen(text, failure);
    }
    tcp::endpoint actual;
    const auto bound = acceptor.local_endpoint();
    actual.resize(bound.size());
    std::memcpy(actual.data(), bound.data(), bound.size());
    return Listener{std::move(acceptor), SocketFile(), text_of(actual)};
}

bool something_answers(const Unix::endpoint& endpoint) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) {
        return true;  // not known: leave the file alone
    }
    const int failed = ::connect(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size()));
    const bool refused = failed != 0 && (errno == ECONNREFUSED || errno == ENOENT);
    ::close(probe);
    return !refused;
}

/// Removes what a process that is no more has left. False when the file must be left alone.
bool clear_away(const std::string& path, const Unix::endpoint& endpoint) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) {
        return errno == ENOENT;
    }
    return S_ISSOCK(found.st_mode) && !something_answers(endpoint) && ::unlink(path.c_str()) == 0;
}

Result<Listener> listen_on_path(
    const asio::any_io_executor& executor, const ServerSettings& settings
) {
    const std::string path = settings.listen.substr(unix_prefix.size());
    constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
    if (!path.starts_with('/') || path.size() > longest) {
        return bad_listen_address(
            settings.listen, "a socket's path starts with '/' and has at most 107 characters"
        );
    }
    const Unix::endpoint endpoint(path);
    Acceptor acceptor(executor);
    error_code failure;
    acceptor.open(Unix(), failure);
    // Linux makes the file with the mode of the socket: it is never open to more than it should be.
    if (!failure && ::fchmod(acceptor.native_handle(), settings.socket_mode) != 0) {
        failure = error_code(errno, boost::system::system_category());
    }
    if (!failure) {
        acceptor.bind(endpoint, failure);
    }
    if (failure == asio::error::address_in_use && clear_away(path, endpoint)) {
        acceptor.bind(endpoint, failure);
    }
    if (failure) {
        return cannot_listen(settings.listen, failure);
    }
    SocketFile file(path);
    // The umask took bits away at bind(); the operator's mode is meant as written.
    if (::chmod(path.c_str(), settings.socket_mode) != 0) {
        failure = error_code(errno, boost::system::system_category());
    } else {
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
    }
    if (failure) {
        return cannot_listen(settings.listen, failure);
    }
    return Listener{std::move(acceptor), std::move(file), settings.listen};
}

}  // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
    struct stat made{};
    if (::lstat(path_.c_str(), &made) == 0) {
        device_ = made.st_dev;
        inode_ = made.st_ino;
    }
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
    remove();
    path_ = std::exchange(other.path_, {});
    device_ = other.device_;
    inode_ = other.inode_;
    return *this;
}

void SocketFile::remove() {
    struct stat now{};
    if (!path_.empty() && ::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ &&
        now.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
    path_.clear();
}

Result<Listener> listen_on(const asio::any_io_executor& executor, const ServerSettings& settings) {
    return settings.listen.starts_with(unix_prefix) ? listen_on_path(executor, settings)
                                                    : listen_on_tcp(executor, settings.listen);
}

}  // namespace fairgate::http
