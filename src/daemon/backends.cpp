#include "daemon/backend.hpp"
namespace fairgate::daemon {
Result<std::unique_ptr<Backend>> make_backend(const boost::asio::any_io_executor&, const Clock&, const config::BackendSettings& settings, std::uint64_t) {
    return Error{.code = "FG-DMN-011", .what = "unknown type of backend \"" + settings.name + "\""};
}
}
