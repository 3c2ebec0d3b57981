#include "base/json.hpp"
#include "daemon/decider.hpp"
#include "model/ids.hpp"
#include "model/json.hpp"

#include <utility>

// What the decider tells those who watch.

namespace fairgate::daemon {

namespace {

control::Happening happening(control::Topic topic, const AccountKey& account, std::string message) {
    control::Happening happening;
    happening.topic = topic;
    happening.account = account.name;
    happening.message = std::move(message);
    return happening;
}

}  // namespace

void Decider::tell_undecided(const AccountKey& account, const Error& error) {
    control::Happening alarm =
        happening(control::Topic::alarm, account, "could not decide: " + to_line(error));
    alarm.time = parts_.clock.now();
    parts_.events.publish(std::move(alarm));
}

void Decider::tell(const Decision& decision) {
    control::Happening happened =
        happening(control::Topic::decision, decision.account, decision.reason);
    happened.time = parts_.clock.now();
    boost::json::object details;
    details["id"] = to_text(decision.id);
    details["account"] = decision.account.name;
    details["backend"] = decision.account.backend;
    details["action"] = json::to_json(decision.action);
    details["state"] = json::to_json(decision.state);
    details["mode"] = json::to_json(decision.mode);
    details["step"] = decision.step;
    details["until"] = json::to_json(decision.until);
    happened.details = std::move(details);
    parts_.events.publish(std::move(happened));
}

void Decider::tell_breaker(int allowed) {
    control::Happening alarm;
    alarm.topic = control::Topic::alarm;
    alarm.time = parts_.clock.now();
    alarm.message = "FG-DOC-021: blocking stopped by itself: more new blocks than the " +
                    std::to_string(allowed) +
                    " that are allowed in the time; what is found is only recorded. See who: "
                    "fairgate decision list --since 1h; then: fairgate breaker close";
    alarm.replaces = "breaker";
    parts_.events.publish(std::move(alarm));
}

void Decider::tell(control::Topic topic, const Violation& violation, const std::string& what) {
    control::Happening happened = happening(topic, violation.account, what);
    happened.time = parts_.clock.now();
    boost::json::object details;
    details["id"] = to_text(violation.id);
    details["account"] = violation.account.name;
    details["backend"] = violation.account.backend;
    details["devices"] = violation.devices;
    details["limit"] = violation.limit;
    details["opened"] = json::to_json(violation.opened);
    details["closed"] = json::to_json(violation.closed);
    happened.details = std::move(details);
    parts_.events.publish(std::move(happened));
}

}  // namespace fairgate::daemon
