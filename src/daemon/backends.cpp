#include "daemon/backend.hpp"
#include "daemon/core_backend.hpp"
#include "daemon/marzban_backend.hpp"
#include "daemon/pasarguard_backend.hpp"

namespace fairgate::daemon {

Result<std::unique_ptr<Backend>> make_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
) {
    switch (settings.type) {
        case config::BackendType::pasarguard:
            return make_pasarguard_backend(executor, clock, settings, seed);
        case config::BackendType::marzban:
            return make_marzban_backend(executor, clock, settings, seed);
        case config::BackendType::xray:
            return make_core_backend(executor, clock, settings);
    }
    return Error{.code = "FG-DMN-011", .what = "unknown type of backend \"" + settings.name + "\""};
}

}  // namespace fairgate::daemon
