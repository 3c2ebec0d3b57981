#include "rules/rules.hpp"

#include "config/pattern.hpp"
#include "model/time.hpp"
#include "tracker/slot.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace fairgate::rules {

namespace {

int slots(Duration duration) { return static_cast<int>(duration / Duration(tracker::slot_length)); }

}  // namespace

tracker::CountRule count_rule(const config::Settings& settings) {
    const config::CountingSettings& counting = settings.counting;
    tracker::CountRule rule;
    switch (counting.method) {
        case config::CountingMethod::overlap:
            rule.counting = tracker::Counting::overlap;
            break;
        case config::CountingMethod::distinct:
            rule.counting = tracker::Counting::distinct;
            break;
        case config::CountingMethod::first_come:
            rule.counting = tracker::Counting::first_come;
            break;
    }
    rule.window = slots(counting.window);
    rule.sustain = slots(counting.sustain);
    rule.interval = slots(counting.interval);
    rule.lifetime = slots(settings.first_come.lifetime);
    return rule;
}

OriginRule origin_rule(const config::CountingSettings& counting) {
    if (counting.method == config::CountingMethod::distinct) {
        return {.v4_length = 32, .v6_length = 128};  // it counts addresses, as its makers do
    }
    return {.v4_length = counting.v4_prefix, .v6_length = counting.v6_prefix};
}

policy::ViolationRule violation_rule(const config::LimitSettings& limits) {
    return {
        .tolerance = limits.tolerance,
        .detections = limits.detections,
        .detection_window = slots(limits.within)
    };
}

policy::OwnerBook owners(const std::vector<config::OwnerPattern>& patterns) {
    policy::OwnerBook book;
    for (const config::OwnerPattern& each : patterns) {
        if (auto pattern = policy::NamePattern::parse(config::pattern_text(each))) {
            book.add(*std::move(pattern), each.name);
        }
    }
    return book;
}

policy::IdentityBook identities(const std::vector<config::IdentitySettings>& settings) {
    policy::IdentityBook book;
    for (const config::IdentitySettings& each : settings) {
        policy::Identity rule;
        rule.limit = each.limit == config::PersonLimit::sum ? policy::PersonLimit::sum
                                                            : policy::PersonLimit::highest;
        rule.by = each.by == config::IdentityBy::note ? policy::Identity::By::note
                                                      : policy::Identity::By::name;
        rule.backends.insert(each.backends.begin(), each.backends.end());
        for (const std::string& account : each.accounts) {
            const auto slash = account.find('/');
            rule.accounts.insert({account.substr(0, slash), account.substr(slash + 1)});
            rule.by = policy::Identity::By::accounts;
        }
        if (!each.match.empty()) {
            auto pattern = policy::NamePattern::parse(each.match);
            if (!pattern) {
                continue;  // refused when it was read
            }
            rule.person = *std::move(pattern);
        }
        book.add(std::move(rule));
    }
    return book;
}

policy::Ladder ladder(const config::LadderSettings& settings) {
    policy::Ladder ladder;
    ladder.window = settings.window;
    ladder.warning = settings.warning;
    ladder.instant = settings.instant;
    ladder.steps.clear();
    for (const config::LadderStep& step : settings.steps) {
        switch (step.kind) {
            case config::LadderStep::Kind::warn:
                ladder.steps.push_back({Action::warn, std::nullopt});
                break;
            case config::LadderStep::Kind::block:
                ladder.steps.push_back({Action::block, step.length});
                break;
            case config::LadderStep::Kind::until_released:
                ladder.steps.push_back({Action::block, std::nullopt});
                break;
            case config::LadderStep::Kind::revoke:
                ladder.steps.push_back({Action::revoke, std::nullopt});
                break;
        }
    }
    return ladder;
}

std::optional<policy::Refusing> refusing(const config::Settings& settings) {
    const bool origins = settings.counting.method == config::CountingMethod::first_come &&
                         settings.first_come.act == config::FirstComeAct::origins;
    if (!origins) {
        return std::nullopt;
    }
    return policy::Refusing{
        settings.first_come.ban_time,
        settings.first_come.otherwise == config::Otherwise::account
            ? policy::Refusing::Otherwise::block
            : policy::Refusing::Otherwise::record
    };
}

policy::BreakerRule breaker_rule(const config::BreakerSettings& settings) {
    return {
        .most_blocks = settings.most_blocks, .share = settings.share, .window = settings.window
    };
}

logs::LineRules line_rules(const config::CountingSettings& counting, const std::string& node) {
    logs::LineRules rules;
    rules.blackhole_tags = counting.blackhole_tags;
    rules.trusted_proxy_inbounds = counting.trusted_proxy_inbounds;
    rules.cdn_inbounds = counting.cdn_inbounds;
    rules.behind_cdn = std::ranges::find(counting.cdn_nodes, node) != counting.cdn_nodes.end();
    return rules;
}

logs::Names names(config::NameForm form) {
    switch (form) {
        case config::NameForm::standard:
            return logs::Names::standard;
        case config::NameForm::raw:
            return logs::Names::raw;
        case config::NameForm::marzban:
            return logs::Names::marzban;
        case config::NameForm::pasarguard:
            return logs::Names::pasarguard;
    }
    return logs::Names::standard;
}

logs::Decoration decoration(config::Decoration decoration) {
    switch (decoration) {
        case config::Decoration::none:
            return logs::Decoration::none;
        case config::Decoration::compose:
            return logs::Decoration::compose;
        case config::Decoration::syslog:
            return logs::Decoration::syslog;
        case config::Decoration::debug:
            return logs::Decoration::debug;
    }
    return logs::Decoration::none;
}

std::optional<Duration> zone(const std::string& text, TimePoint now) {
    if (text == "auto") {
        return std::nullopt;
    }
    if (text == "local") {
        const std::time_t seconds =
            std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        std::tm local{};
        localtime_r(&seconds, &local);
        return std::chrono::seconds(local.tm_gmtoff);
    }
    // The configuration has checked it: a time with that offset tells it.
    const auto time = parse_rfc3339("2000-01-01T00:00:00" + (text == "UTC" ? "Z" : text));
    if (!time) {
        return std::nullopt;
    }
    return TimePoint(std::chrono::sys_days(std::chrono::year{2000} / 1 / 1)) - *time;
}

std::string counting_in_words(const config::Settings& settings, int revision) {
    const config::CountingSettings& counting = settings.counting;
    std::string text(
        counting.method == config::CountingMethod::overlap    ? "overlap"
        : counting.method == config::CountingMethod::distinct ? "distinct"
                                                              : "first come"
    );
    if (counting.method == config::CountingMethod::overlap) {
        text += ": together for " + for_people(counting.sustain) + " of the last " +
                for_people(counting.window) + ", by /" + std::to_string(counting.v4_prefix) +
                " and /" + std::to_string(counting.v6_prefix);
    } else if (counting.method == config::CountingMethod::first_come) {
        text += ": a slot is kept " + for_people(settings.first_come.lifetime) +
                " after the last sign of life, by /" + std::to_string(counting.v4_prefix) +
                " and /" + std::to_string(counting.v6_prefix);
    } else {
        text += ": within " + for_people(counting.interval);
    }
    return text + "; configuration " + std::to_string(revision);
}

}  // namespace fairgate::rules
