#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "control/events.hpp"
#include "control/line_tap.hpp"
#include "control/live.hpp"
#include "control/orders.hpp"
#include "enforcement/executor.hpp"
#include "store/store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace fairgate::daemon {

/// The doors of the daemon: the API on its Unix socket, and on TCP where that is configured.
class Surfaces {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        boost::asio::any_io_executor store_thread;
        std::shared_ptr<const config::Settings> settings;  ///< of the start: a reload replaces them
        store::Store& store;
        control::Live& live;
        control::Orders& orders;
        control::EventLog& events;
        control::LineTaps& taps;
        const Clock& clock;
    };
    explicit Surfaces(Parts parts);
    ~Surfaces();

    Result<void> open();
    std::string listening_on() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What listeners are told of a measure's next step, and of an alarm.
control::Happening surface_event(const enforcement::MeasureEvent& event);
control::Happening surface_event(const enforcement::Alarm& alarm);

}  // namespace fairgate::daemon
