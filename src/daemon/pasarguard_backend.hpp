#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "daemon/backend.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>

namespace fairgate::daemon {

/// A PasarGuard panel as a backend. FG-NET-001 for an address that is none.
Result<std::unique_ptr<Backend>> make_pasarguard_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
);

}  // namespace fairgate::daemon
