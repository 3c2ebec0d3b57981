#include "daemon/surfaces.hpp"

#include "api/api.hpp"
#include "base/json.hpp"
#include "config/file.hpp"
#include "control/desk.hpp"
#include "control/tokens.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"

#include <utility>

namespace fairgate::daemon {

struct Surfaces::State {
    Parts parts;
    std::unique_ptr<api::Api> api;
};

Surfaces::Surfaces(Parts parts)
    : state_(std::make_unique<State>(State{std::move(parts), nullptr})) {}
Surfaces::~Surfaces() = default;

Result<void> Surfaces::open() {
    const Parts& parts = state_->parts;
    const config::DaemonSettings& daemon = parts.settings->daemon;
    api::ApiSettings settings;
    settings.socket = daemon.socket;
    settings.listen = daemon.listen;
    settings.certificate_file = daemon.certificate_file;
    settings.key_file = daemon.key_file;
    if (!daemon.token_file.empty()) {
        auto text = config::read_whole(daemon.token_file, config::Readers::owner_and_group);
        if (!text) {
            return text.error();
        }
        auto tokens = control::TokenTable::parse(*text, daemon.token_file);
        if (!tokens) {
            return tokens.error();
        }
        settings.tokens = std::move(*tokens);
    }
    const control::Desk desk{
        parts.live, parts.orders, control::Records(parts.store, parts.store_thread), parts.events
    };
    auto api = api::make_api(parts.executor, std::move(settings), api::Parts{desk, parts.taps});
    if (!api) {
        return api.error();
    }
    state_->api = std::move(*api);
    return {};
}

std::string Surfaces::listening_on() const {
    const std::string tcp = state_->api ? state_->api->listening_on() : "";
    return state_->parts.settings->daemon.socket + (tcp.empty() ? "" : " and " + tcp);
}

namespace {

boost::json::object describe(const Measure& measure) {
    boost::json::object details;
    details["id"] = to_text(measure.id);
    details["decision"] = to_text(measure.decision);
    details["account"] = measure.account.name;
    details["backend"] = measure.account.backend;
    details["action"] = json::to_json(measure.action);
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
