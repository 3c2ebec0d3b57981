#include "http/tls.hpp"

#include "http/errors.hpp"

namespace fairgate::http {

boost::asio::awaitable<Result<std::unique_ptr<Transport>>> start_tls(
    Socket, const Base& base, const TlsTrust&, Instant
) {
    co_return not_http(base.text(), "TLS comes next");
}

}  // namespace fairgate::http
