#include "cli/replay_policy.hpp"

#include "cli/names.hpp"
#include "config/limits_file.hpp"
#include "config/load.hpp"
#include "config/pattern.hpp"
#include "model/time.hpp"
#include "policy/limits.hpp"
#include "rules/rules.hpp"
#include "tracker/slot.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace fairgate::cli {

namespace {

Result<policy::LimitBook> limit_book(const config::LimitSettings& limits) {
    policy::LimitBook book;
    book.accounts.reserve(limits.accounts.size());
    for (const auto& [account, devices] : limits.accounts) {
        book.accounts.emplace(account, devices);
    }
    for (const config::PatternLimit& pattern : limits.patterns) {
        auto parsed = policy::NamePattern::parse(config::pattern_text(pattern));
        if (!parsed) {
            return parsed.error();
        }
        book.patterns.push_back({*std::move(parsed), pattern.devices});
    }
    for (const auto& [group, devices] : limits.groups) {
        book.groups.emplace(group, devices);
    }
    for (const auto& [owner, devices] : limits.owners) {
        book.owners.emplace(owner, devices);
    }
    book.use_panel_field = limits.use_panel_field;
    book.general = limits.general.value_or(unlimited);
    return book;
}

Result<std::int64_t> zone_offset(const std::string& text) {
    if (text.empty() || text == "UTC" || text == "Z") {
        return 0;
    }
    const auto shifted = parse_rfc3339("2000-01-01T00:00:00" + text);
    if (!shifted) {
        return Error{
            .code = "FG-CLI-005",
            .what = "--zone: \"" + text + "\" is not an offset from UTC",
            .next = "write +03:30, -05:00 or UTC"
        };
    }
    const TimePoint midnight = parse_rfc3339("2000-01-01").value();
    return std::chrono::duration_cast<std::chrono::seconds>(midnight - *shifted).count();
}

tracker::Slot slot_of(const std::string& rfc3339) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(parse_rfc3339(rfc3339).value());
    const auto count = seconds.time_since_epoch().count();
    return static_cast<tracker::Slot>(count >= 0 ? count / 10 : (count - 9) / 10);
}

void append(std::vector<Error>& all, std::vector<Error> more) {
    all.insert(
        all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())
    );
}

/// Flags that are stronger than what the policy file says.
void apply_flags(const Invocation& invocation, config::Settings& settings) {
    if (const auto general = invocation.flag("general")) {
        int devices = config::unlimited;
        std::from_chars(general->data(), general->data() + general->size(), devices);
        settings.limits.general = devices;
    }
    const std::string counting = invocation.flag("counting").value_or("");
    if (!counting.empty()) {
        settings.counting.method = counting == "distinct"     ? config::CountingMethod::distinct
                                   : counting == "first_come" ? config::CountingMethod::first_come
                                                              : config::CountingMethod::overlap;
    }
}

/// What a report must say, because a replay cannot know what a panel knows.
std::vector<std::string> notes_on(const config::Settings& settings) {
    std::vector<std::string> notes;
    const config::FilterSettings& filter = settings.filter;
    const bool filters = !filter.include_groups.empty() || !filter.exclude_groups.empty() ||
                         !filter.include_owners.empty() || !filter.exclude_owners.empty();
    if (!settings.limits.groups.empty() || !settings.limits.owners.empty() || filters) {
        notes.emplace_back(
            "groups and owners are not in a log: limits and filters by them do not count here"
        );
    }
    if (!settings.counting.countries.empty()) {
        notes.emplace_back(
            "only addresses in counting.countries are counted; the rest is skipped as \"country\""
        );
    }
    if (std::ranges::any_of(settings.trust.never_counted, [](const NetworkScope& scope) {
            return std::holds_alternative<Asn>(scope);
        })) {
        notes.emplace_back("never_counted AS numbers are not left out here, only networks");
    }
    return notes;
}

PolicyChoice finish(
    const Invocation& invocation, config::Settings settings, std::vector<Error> faults
) {
    PolicyChoice choice;
    apply_flags(invocation, settings);
    choice.chosen.notes = notes_on(settings);
    if (!settings.limits.general && settings.limits.accounts.empty() &&
        settings.limits.patterns.empty()) {
        constexpr int usual = 2;  // what most shops of the field sell
        settings.limits.general = usual;
        choice.chosen.notes.emplace_back("2 devices for everybody, because no limit was given");
    }
    auto policy = replay_policy(settings);
    if (!policy) {
        faults.push_back(policy.error());
    } else {
        choice.chosen.policy = *std::move(policy);
    }
    choice.chosen.settings = std::move(settings);
    choice.faults = std::move(faults);
    return choice;
}

}  // namespace

Result<replay::ReplayPolicy> replay_policy(const config::Settings& settings) {
    replay::ReplayPolicy policy;
    policy.count = rules::count_rule(settings);
    policy.origins = rules::origin_rule(settings.counting);
    policy.violation = rules::violation_rule(settings.limits);
    auto book = limit_book(settings.limits);
    if (!book) {
        return book.error();
    }
    policy.limits = *std::move(book);
    policy.countries = policy::Countries(settings.counting.countries);
    std::map<std::string, std::optional<TimePoint>, std::less<>> exempt;
    for (const config::Exemption& exemption : settings.exempt.accounts) {
        exempt[exemption.name] = exemption.until;
    }
    if (!exempt.empty()) {
        policy.passes_by = [exempt](std::string_view account, TimePoint at) {
            const auto found = exempt.find(account);
            const bool holds = found != exempt.end() && (!found->second || at < *found->second);
            return holds ? std::optional<std::string>("exempt") : std::nullopt;
        };
    }
    for (const NetworkScope& scope : settings.trust.never_counted) {
        if (const auto* network = std::get_if<Network>(&scope)) {
            policy.never_counted.push_back(*network);
        }
    }
    return policy;
}

PolicyChoice choose_policy(const Invocation& invocation) {
    config::Settings settings;
    std::vector<Error> faults;
    if (const auto file = invocation.flag("policy")) {
        config::Loaded loaded = config::load_policy(*file);
        settings = std::move(loaded.settings);
        append(faults, std::move(loaded.faults));
    }
    if (const auto file = invocation.flag("limits")) {
        config::LimitsFile limits = config::load_limits(*file);
        limits.accounts.merge(settings.limits.accounts);  // the file's own are stronger
        settings.limits.accounts = std::move(limits.accounts);
        append(faults, std::move(limits.faults));
    }
    return finish(invocation, std::move(settings), std::move(faults));
}

PolicyChoice choose_other_policy(const Invocation& invocation, const std::string& file) {
    config::Loaded loaded = config::load_policy(file);
    Invocation without = invocation;
    without.flags.erase("general");
    without.flags.erase("counting");
    return finish(without, std::move(loaded.settings), std::move(loaded.faults));
}

Result<replay::LineSettings> line_settings(
    const Invocation& invocation, const config::Settings& settings
) {
    replay::LineSettings lines;
    lines.rules = rules::line_rules(settings.counting);
    const auto names = invocation.flag("names");
    lines.names =
        names ? names_of(std::string_view(*names)) : rules::names(settings.counting.names);
    const auto offset = zone_offset(invocation.flag("zone").value_or(""));
    if (!offset) {
        return offset.error();
    }
    lines.zone_offset = *offset;
    if (const auto since = invocation.flag("since")) {
        lines.since = slot_of(*since);
    }
    if (const auto until = invocation.flag("until")) {
        lines.until = slot_of(*until);
    }
    return lines;
}

}  // namespace fairgate::cli
