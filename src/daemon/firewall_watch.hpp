#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "control/events.hpp"
#include "enforcement/address_enforcer.hpp"
#include "model/measure.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace fairgate::daemon {

/// Looks every ten seconds whether the firewall is at work and holds what measures want, so that
/// `status` knows when ufw was disabled or another program flushed the rules. A look that takes
/// long is taken less often: a fiftieth of the time at most, five minutes apart at most. This
/// changes nothing in the firewall: what is still lost at the next look is ordered again by its
/// measure, as is what had to wait while the firewall was off.
class FirewallWatch {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        const Clock& clock;
        enforcement::AddressEnforcer& firewall;
        std::function<std::vector<Measure>()> open;  ///< all measures that are not finished
        control::EventLog& events;
        std::function<void(MeasureId)> look_again;  ///< has the measure look at once
    };
    explicit FirewallWatch(Parts parts) : parts_(std::move(parts)) {}

    /// Until it is cancelled.
    boost::asio::awaitable<void> run();

    /// Looks now; what it finds is remembered.
    boost::asio::awaitable<Result<enforcement::Drift>> look();

    /// Why the firewall cannot act, or what it has lost (FG-ENF-025), as of the last look.
    const std::optional<Error>& fault() const { return fault_; }
    /// Since when.
    const std::optional<TimePoint>& since() const { return since_; }

private:
    void remember(const Result<enforcement::Drift>& found);
    void hurry(const Result<enforcement::Drift>& found);

    Parts parts_;
    bool was_off_ = false;         ///< at the look before, of those that are taken regularly
    std::set<MeasureId> lacking_;  ///< measures of which something was missing then
    std::optional<Error> fault_;
    std::optional<TimePoint> since_;
};

/// FG-ENF-025 for what is missing, else FG-ENF-026 for strays; none when all is as it should be.
std::optional<Error> fault_of(std::string_view firewall, const enforcement::Drift& drift);

/// One of these two: it is at work, and what is in it is not what it should be.
bool is_drift(const Error& fault);

}  // namespace fairgate::daemon
