#include "control/modes.hpp"

#include "control/accounts.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"
#include "model/mode.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

std::string name_of(const ModeTarget& target) {
    switch (target.scope) {
        case ModeScope::global:
            return "the mode";
        case ModeScope::rule:
            return "the mode of rule " + target.match;
        case ModeScope::group:
            return "the mode of group " + target.match;
        case ModeScope::account:
            break;
    }
    return "the mode of " + to_text(AccountKey{target.backend, target.match});
}

std::string flags_of(const ModeTarget& target) {
    switch (target.scope) {
        case ModeScope::global:
            return "";
        case ModeScope::rule:
            return " --rule " + as_argument(target.match);
        case ModeScope::group:
            return " --group " + as_argument(target.match);
        case ModeScope::account:
            break;
    }
    return " --account " + as_argument(to_text(AccountKey{target.backend, target.match}));
}

store::KeyOf<ModeOverride> key_of(const ModeTarget& target) {
    return {target.scope, target.backend, target.match};
}

ModeRow row_of(const Placed<ModeOverride>& placed) {
    ModeRow row;
    row.scope = placed.entry.scope;
    row.match = placed.entry.match;
    row.backend = placed.entry.backend;
    row.mode = placed.entry.mode;
    row.until = placed.entry.until;
    tell_origin(row, placed);
    return row;
}

std::string mode_text(Mode mode) { return std::string(fairgate::to_text(mode)); }

/// The command that sets it so again.
std::string command_for(const ModeTarget& target, const ModeOverride& entry, TimePoint now) {
    std::string command = "fairgate mode set " + mode_text(entry.mode) + flags_of(target);
    if (entry.until) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(*entry.until - now);
        command += " --for " + std::to_string(std::max<std::int64_t>(left.count(), 1)) + "s";
    }
    return with_reason(std::move(command), entry.reason);
}

/// What an operator may not expect: the most lenient mode wins, so this one does nothing.
std::string without_effect(const InForce& all, const ModeTarget& target, Mode mode) {
    const Mode global = all.modes.front().entry.mode;
    if (target.scope == ModeScope::global || mode <= global) {
        return "";
    }
    return "; no effect while the whole installation is in " + mode_text(global) +
           ", because the most lenient mode wins";
}

Happening told_of(const ModeTarget& target, std::string message) {
    Happening told;
    told.topic = Topic::mode;
    told.account = target.scope == ModeScope::account ? target.match : "";
    told.message = std::move(message);
    return told;
}

ModeOverride entry_of(
    const ModeTarget& target, Mode mode, const Asker& asker, std::string reason, TimePoint now
) {
    ModeOverride entry;
    entry.scope = target.scope;
    entry.backend = target.backend;
    entry.match = target.match;
    entry.mode = mode;
    entry.by = asker.who;
    entry.at = now;
    entry.reason = std::move(reason);
    return entry;
}

}  // namespace

asio::awaitable<Result<Listed<ModeRow>>> list_modes(const Live& live, Records records) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    std::vector<ModeRow> rows;
    for (const Placed<ModeOverride>& placed : all->modes) {
        rows.push_back(row_of(placed));
    }
    Listed<ModeRow> list = whole(std::move(rows));
    const BreakerNow breaker = live.breaker();
    if (breaker.opened) {
        list.warnings.push_back(
            "blocking stopped at " + at_text(*breaker.opened) +
            " because too many accounts were to be blocked at once"
        );
    }
    co_return list;
}

asio::awaitable<Result<Change>> set_mode(
    Desk desk,
    Asker asker,
    ModeTarget target,
    Mode mode,
    std::optional<Duration> length,
    std::string reason,
    Run run
) {
    if (target.scope == ModeScope::rule && target.match != "devices") {
        co_return errors::wrong_value(
            "/rule", "there is no rule " + target.match, "the only rule so far is devices"
        );
    }
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const auto* before = find_placed(all->modes, key_of(target));
    const std::string name = name_of(target);
    Change change;
    if (before != nullptr && before->entry.mode == mode && !before->entry.until && !length) {
        change.message = name + " is " + mode_text(mode) + " already";
        co_return change;
    }
    const std::string from = before == nullptr ? "not set" : mode_text(before->entry.mode);
    const TimePoint now = desk.live.now();
    ModeOverride entry = entry_of(target, mode, asker, reason, now);
    if (length) {
        entry.until = now + *length;
    }
    const std::string words =
        name + ": " + from + " -> " + mode_text(mode) + until_text(entry.until);
    std::string effect = without_effect(*all, target, mode);
    if (target.scope == ModeScope::account) {
        effect += note_if_unknown(desk.live, {target.backend, target.match});
    }
    if (run == Run::dry) {
        change.plan = {{words + effect}};
        co_return change;
    }
    SettingChange<ModeOverride> written{
        &store::Store::modes, key_of(target), std::move(entry), "mode.set", name, reason
    };
    Happening told = told_of(target, words + ", by " + asker.who);
    change.message = words + " (effective now" + effect + ")";
    change.undo = before == nullptr || before->set_in == SetIn::file
                      ? "fairgate mode clear" + flags_of(target)
                      : command_for(target, before->entry, now);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

asio::awaitable<Result<Change>> clear_mode(Desk desk, Asker asker, ModeTarget target, Run run) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const auto* before = find_placed(all->modes, key_of(target));
    const std::string name = name_of(target);
    Change change;
    if (before == nullptr) {
        change.message = name + " is not set";
        co_return change;
    }
    if (before->set_in == SetIn::file) {
        co_return errors::set_in_file(name, "mode");
    }
    const std::string words = name + ": " + mode_text(before->entry.mode) + " -> as configured";
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    SettingChange<ModeOverride> written{
        &store::Store::modes, key_of(target), std::nullopt, "mode.clear", name, ""
    };
    Happening told = told_of(target, words + ", by " + asker.who);
    change.message = words + " (effective now)";
    change.undo = command_for(target, before->entry, desk.live.now());
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

}  // namespace fairgate::control
