#include "daemon/surfaces.hpp"

#include "base/json.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"

#include <utility>

namespace fairgate::daemon {

struct Surfaces::State {
    Parts parts;
};

Surfaces::Surfaces(Parts parts) : state_(std::make_unique<State>(State{std::move(parts)})) {}
Surfaces::~Surfaces() = default;

Result<void> Surfaces::open() { return {}; }
std::string Surfaces::listening_on() const { return state_->parts.settings.daemon.socket; }

namespace {

boost::json::object describe(const Measure& measure) {
    boost::json::object details;
    details["id"] = to_text(measure.id);
    details["decision"] = to_text(measure.decision);
    details["account"] = measure.account.name;
    details["backend"] = measure.account.backend;
    details["enforcer"] = measure.enforcer;
    details["state"] = json::to_json(measure.state);
    details["due"] = json::to_json(measure.due);
    details["last_error"] = measure.last_error;
    return details;
}

}  // namespace

control::Happening surface_event(const enforcement::MeasureEvent& event) {
    control::Happening happened;
    happened.topic = control::Topic::measure;
    happened.time = event.time;
    happened.account = event.measure.account.name;
    happened.message = event.what;
    happened.details = describe(event.measure);
    return happened;
}

control::Happening surface_event(const enforcement::Alarm& alarm) {
    control::Happening happened;
    happened.topic = control::Topic::alarm;
    happened.time = alarm.measure.changed;
    happened.account = alarm.measure.account.name;
    happened.message = to_line(alarm.error);
    happened.details = describe(alarm.measure);
    return happened;
}

}  // namespace fairgate::daemon
