#pragma once

#include "base/clock.hpp"
#include "config/settings.hpp"
#include "enforcement/address_enforcer.hpp"
#include "enforcement/shared_blocks.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace fairgate::daemon {

/// The firewall that blocks accounts no panel and no core holds; none where it is off.
std::unique_ptr<enforcement::AddressEnforcer> make_firewall_enforcer(
    const config::FirewallSettings& settings,
    enforcement::AddressEnforcer::Find find,
    enforcement::SharedBlocks::Never never,
    const boost::asio::any_io_executor& worker,
    const Clock& clock
);

}  // namespace fairgate::daemon
