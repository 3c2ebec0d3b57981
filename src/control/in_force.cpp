#include "control/in_force.hpp"

#include "config/ladder.hpp"
#include "config/pattern.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace fairgate::control {

namespace {

LimitSetting file_limit(LimitOrigin origin, std::string match, int devices) {
    LimitSetting limit;
    limit.origin = origin;
    limit.match = std::move(match);
    limit.devices = devices;
    return limit;
}

std::vector<LimitSetting> limits_of(const config::LimitSettings& file) {
    std::vector<LimitSetting> limits;
    for (const auto& [name, devices] : file.accounts) {
        limits.push_back(file_limit(LimitOrigin::account, name, devices));
    }
    for (const config::PatternLimit& pattern : file.patterns) {
        limits.push_back(
            file_limit(LimitOrigin::pattern, config::pattern_text(pattern), pattern.devices)
        );
    }
    for (const auto& [name, devices] : file.groups) {
        limits.push_back(file_limit(LimitOrigin::group, name, devices));
    }
    for (const auto& [name, devices] : file.owners) {
        limits.push_back(file_limit(LimitOrigin::owner, name, devices));
    }
    if (file.general) {
        limits.push_back(file_limit(LimitOrigin::general, "", *file.general));
    }
    return limits;
}

std::vector<Exemption> exemptions_of(const config::ExemptSettings& file) {
    std::vector<Exemption> exemptions;
    for (const config::Exemption& each : file.accounts) {
        Exemption exemption;
        exemption.account.name = each.name;
        exemption.until = each.until;
        exemption.reason = each.reason;
        exemptions.push_back(std::move(exemption));
    }
    return exemptions;
}

void add_trust(
    const std::vector<NetworkScope>& scopes, TrustEffect effect, std::vector<TrustEntry>& out
) {
    for (const NetworkScope& scope : scopes) {
        TrustEntry entry;
        entry.scope = scope;
        entry.effect = effect;
        out.push_back(std::move(entry));
    }
}

/// never_counted first, so that the stronger word wins where a file says both of a network.
std::vector<TrustEntry> trust_of(const config::TrustSettings& file) {
    std::vector<TrustEntry> entries;
    add_trust(file.never_counted, TrustEffect::never_counted, entries);
    add_trust(file.never_blocked, TrustEffect::never_blocked, entries);
    return entries;
}

ModeOverride file_mode(ModeScope scope, const config::ScopedMode& from) {
    ModeOverride mode;
    mode.scope = scope;
    mode.match = from.name;
    mode.mode = from.mode;
    mode.until = from.until;
    return mode;
}

std::vector<ModeOverride> modes_of(const config::ModeSettings& file, TimePoint now) {
    const bool over = file.until && *file.until <= now;
    config::ScopedMode global{"", over ? Mode::shadow : file.global, file.until};
    if (over) {
        global.until.reset();
    }
    std::vector<ModeOverride> modes = {file_mode(ModeScope::global, global)};
    for (const config::ScopedMode& group : file.groups) {
        modes.push_back(file_mode(ModeScope::group, group));
    }
    for (const config::ScopedMode& account : file.accounts) {
        modes.push_back(file_mode(ModeScope::account, account));
    }
    return modes;
}

template <class Entry>
std::optional<TimePoint> end_of(const Entry& entry) {
    if constexpr (requires { entry.until; }) {
        return entry.until;
    } else {
        return std::nullopt;
    }
}

/// One that this program cannot read, because a newer one wrote it, gives way to the file's.
Placed<LadderSetting> ladder_of(
    const config::LadderSettings& file, const std::vector<LadderSetting>& commands
) {
    for (const LadderSetting& each : commands) {
        if (config::with_steps({}, each.steps)) {
            return {each, SetIn::command};
        }
    }
    LadderSetting ladder;
    ladder.steps = config::step_texts(file);
    ladder.window = file.window;
    ladder.warning = file.warning;
    ladder.instant = file.instant;
    return {std::move(ladder), SetIn::file};
}

/// In the order of the file, which patterns need; what only commands know follows in their order.
template <class Entry>
std::vector<Placed<Entry>> together(
    const std::vector<Entry>& file,
    const std::vector<Entry>& commands,
    TimePoint now,
    std::optional<TimePoint>& changes_at
) {
    std::vector<Placed<Entry>> all;
    std::map<store::KeyOf<Entry>, std::size_t> places;
    const auto add = [&](const Entry& entry, SetIn set_in) {
        const auto end = end_of(entry);
        if (end && *end <= now) {
            return;
        }
        if (end && (!changes_at || *end < *changes_at)) {
            changes_at = *end;
        }
        const auto [place, is_new] = places.try_emplace(store::key_of(entry), all.size());
        if (is_new) {
            all.push_back({entry, set_in});
        } else if (set_in == SetIn::command) {
            all[place->second] = {entry, set_in};
        }
    };
    for (const Entry& entry : file) {
        add(entry, SetIn::file);
    }
    for (const Entry& entry : commands) {
        add(entry, SetIn::command);
    }
    return all;
}

std::vector<Placed<LimitSetting>> strongest_first(std::vector<Placed<LimitSetting>> limits) {
    std::vector<Placed<LimitSetting>> sorted;
    for (auto origin = LimitOrigin::account;; origin = LimitOrigin(static_cast<int>(origin) + 1)) {
        for (Placed<LimitSetting>& limit : limits) {
            if (limit.entry.origin == origin) {
                sorted.push_back(std::move(limit));
            }
        }
        if (origin == LimitOrigin::general) {
            return sorted;
        }
    }
}

bool is_for(std::string_view said, std::string_view backend) {
    return said.empty() || said == backend;
}

}  // namespace

Result<ByCommand> read_by_command(store::Store& store) {
    ByCommand commands;
    const auto read = [](auto& table, auto& into) -> Result<void> {
        auto all = table.all();
        if (!all) {
            return all.error();
        }
        into = *std::move(all);
        return {};
    };
    if (auto done = read(store.limits(), commands.limits); !done) {
        return done.error();
    }
    if (auto done = read(store.exemptions(), commands.exemptions); !done) {
        return done.error();
    }
    if (auto done = read(store.trust(), commands.trust); !done) {
        return done.error();
    }
    if (auto done = read(store.modes(), commands.modes); !done) {
        return done.error();
    }
    if (auto done = read(store.ladders(), commands.ladders); !done) {
        return done.error();
    }
    return commands;
}

InForce in_force(const config::Settings& file, const ByCommand& commands, TimePoint now) {
    InForce all;
    all.use_panel_field = file.limits.use_panel_field;
    all.limits = together(limits_of(file.limits), commands.limits, now, all.changes_at);
    all.limits = strongest_first(std::move(all.limits));
    all.exemptions = together(exemptions_of(file.exempt), commands.exemptions, now, all.changes_at);
    all.trust = together(trust_of(file.trust), commands.trust, now, all.changes_at);
    all.modes = together(modes_of(file.mode, now), commands.modes, now, all.changes_at);
    all.ladder = ladder_of(file.ladder, commands.ladders);
    return all;
}

policy::LimitBook limit_book(const InForce& in_force, std::string_view backend) {
    policy::LimitBook book;
    book.use_panel_field = in_force.use_panel_field;
    book.general = policy::unlimited;  // nobody is limited before somebody says so
    for (const auto& [limit, set_in] : in_force.limits) {
        if (!is_for(limit.backend, backend)) {
            continue;
        }
        switch (limit.origin) {
            case LimitOrigin::account:
                book.accounts[limit.match] = limit.devices;
                break;
            case LimitOrigin::pattern:
                if (auto pattern = policy::NamePattern::parse(limit.match)) {
                    book.patterns.push_back({*std::move(pattern), limit.devices});
                }
                break;
            case LimitOrigin::group:
                book.groups[limit.match] = limit.devices;
                break;
            case LimitOrigin::owner:
                book.owners[limit.match] = limit.devices;
                break;
            case LimitOrigin::panel:
                break;
            case LimitOrigin::general:
                book.general = limit.devices;
                break;
        }
    }
    return book;
}

policy::Exceptions exceptions(
    const InForce& in_force, const config::FilterSettings& filter, std::string_view backend
) {
    policy::Exceptions all;
    for (const auto& [exemption, set_in] : in_force.exemptions) {
        if (is_for(exemption.account.backend, backend)) {
            Exemption here = exemption;
            here.account.backend = backend;
            all.add(std::move(here));
        }
    }
    all.set_filter(
        {filter.include_groups, filter.exclude_groups, filter.include_owners, filter.exclude_owners}
    );
    return all;
}

policy::TrustList trust_list(const InForce& in_force, TrustEffect effect) {
    policy::TrustList list;
    for (const auto& [trusted, set_in] : in_force.trust) {
        // What is not counted is not blocked either.
        if (trusted.effect == effect || trusted.effect == TrustEffect::never_counted) {
            list.add(trusted.scope, trusted.until);
        }
    }
    return list;
}

policy::ModeTable mode_table(const InForce& in_force) {
    const ModeOverride& global = in_force.modes.front().entry;
    policy::ModeTable table(global.until ? Mode::shadow : global.mode);
    for (const auto& [mode, set_in] : in_force.modes) {
        if (mode.scope != ModeScope::global || mode.until) {
            table.add(mode);
        }
    }
    return table;
}

config::LadderSettings ladder_settings(const InForce& in_force) {
    const LadderSetting& entry = in_force.ladder.entry;
    config::LadderSettings ladder;
    ladder.window = entry.window;
    ladder.warning = entry.warning;
    ladder.instant = entry.instant;
    const auto read = config::with_steps(ladder, entry.steps);  // checked where it came in
    return read ? *read : ladder;
}

}  // namespace fairgate::control
