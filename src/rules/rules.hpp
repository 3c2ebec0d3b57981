#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "logs/access_line.hpp"
#include "logs/account_name.hpp"
#include "logs/log_reader.hpp"
#include "model/origin.hpp"
#include "policy/breaker.hpp"
#include "policy/decide.hpp"
#include "policy/identity.hpp"
#include "policy/ladder.hpp"
#include "policy/owners.hpp"
#include "policy/violation_watch.hpp"
#include "tracker/count.hpp"

#include <optional>
#include <string>
#include <vector>

// The words of the configuration in the words of the stages that count, judge and read: one place
// for the daemon and for replay, so that both come to the same verdict.

namespace fairgate::rules {

tracker::CountRule count_rule(const config::Settings& settings);
OriginRule origin_rule(const config::CountingSettings& counting);
policy::ViolationRule violation_rule(const config::LimitSettings& limits);
/// Patterns that configuration has checked.
policy::OwnerBook owners(const std::vector<config::OwnerPattern>& patterns);
policy::IdentityBook identities(const std::vector<config::IdentitySettings>& settings);
policy::Ladder ladder(const config::LadderSettings& settings);
/// What follows where who came later than the limit allows is refused, and nobody else; nothing
/// where accounts are acted on.
std::optional<policy::Refusing> refusing(const config::Settings& settings);
policy::BreakerRule breaker_rule(const config::BreakerSettings& settings);
/// For the lines of that node; none: of a log by itself.
logs::LineRules line_rules(const config::CountingSettings& counting, const std::string& node = {});
logs::Names names(config::NameForm form);
logs::Decoration decoration(config::Decoration decoration);
/// "auto" measures it (nothing), "local" is this machine's, or an offset such as "+03:30".
std::optional<Duration> zone(const std::string& text, TimePoint now);
/// How devices are counted, for the evidence: "overlap: 1 m of 5 m, /24 and /64, revision 3".
std::string counting_in_words(const config::Settings& settings, int revision);

}  // namespace fairgate::rules
