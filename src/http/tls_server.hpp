#pragma once

#include "base/error.hpp"
#include "http/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace fairgate::http {

/// A server's certificate and key. When their files change, as a renewal does every few months,
/// they are read again; if they cannot be, the old ones serve on.
class TlsServer {
public:
    /// FG-NET-025 when they cannot be read or do not belong together.
    static Result<TlsServer> load(std::string certificate_file, std::string key_file);

    /// Shakes hands with a client. Nothing when that fails: it is the client's affair.
    /// `on_failure` is told once of files that changed and cannot be read.
    boost::asio::awaitable<std::unique_ptr<Transport>> accept(
        boost::asio::generic::stream_protocol::socket socket,
        Instant until,
        const std::function<void(const Error&)>& on_failure
    );

private:
    TlsServer(std::string certificate_file, std::string key_file);
    Result<void> read();
    bool changed();

    std::string certificate_file_;
    std::string key_file_;
    std::filesystem::file_time_type seen_certificate_;
    std::filesystem::file_time_type seen_key_;
    std::shared_ptr<SSL_CTX> context_;
};

}  // namespace fairgate::http
