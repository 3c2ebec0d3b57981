#pragma once

#include "base/spawn.hpp"
#include "sim/core/state.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace fairgate::sim::core {

/// What goes wrong with every call while it is set.
/// silent: no answer ever. garbage: bytes that are no message. huge: a message larger than any
/// limit. compressed: the flag for a compressed message. cut: the answer ends within the message.
/// goaway: the server says it closes, and closes. refused: closed before the call was looked at.
/// page: HTTP/1.1, as a web server says it.
enum class Fault { none, silent, garbage, huge, compressed, cut, goaway, refused, page };

/// The API of a simulated Xray on loopback, for tests: HTTP/2 and gRPC with faults.
class Server {
public:
    Server(boost::asio::any_io_executor executor, CoreState& state);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string base() const;  ///< "http://127.0.0.1:34567"
    Fault fault = Fault::none;
    /// Called right before a call is carried out: where a panel gets in between.
    std::function<void(const std::string& path)> before_call;
    int connections = 0;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    Task task_;
};

}  // namespace fairgate::sim::core
