#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "daemon/backend.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace fairgate::daemon {

/// A bare Xray or V2Ray as a backend, with no panel: its accounts are those of its inbounds.
/// FG-NET-001 and FG-NET-017 for an address or a pin that is none.
Result<std::unique_ptr<Backend>> make_core_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings
);

}  // namespace fairgate::daemon
