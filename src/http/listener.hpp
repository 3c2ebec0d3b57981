#pragma once

#include "base/error.hpp"
#include "http/server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace fairgate::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

/// The file of a Unix socket; removed with this object if it is still the same file.
class SocketFile {
public:
    SocketFile() = default;
    explicit SocketFile(std::string path);
    ~SocketFile() { remove(); }
    SocketFile(SocketFile&& other) noexcept;
    SocketFile& operator=(SocketFile&& other) noexcept;
    void remove();

private:
    std::string path_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

/// An open listening socket.
struct Listener {
    Acceptor acceptor;
    SocketFile file;
    std::string address;  ///< with the port the system chose
};

/// Listens on `settings.listen`. A socket file left by a dead process is replaced; one that
/// something answers on, and a file that is no socket, are left alone (FG-NET-021, FG-NET-020).
Result<Listener> listen_on(
    const boost::asio::any_io_executor& executor, const ServerSettings& settings
);

}  // namespace fairgate::http
