#include "control/limits.hpp"

#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

/// "the limit of group gold"
std::string name_of(const LimitTarget& target) {
    switch (target.origin) {
        case LimitOrigin::account:
            return "the limit of " + to_text(AccountKey{target.backend, target.match});
        case LimitOrigin::pattern:
            return "the limit of accounts like " + target.match;
        case LimitOrigin::group:
            return "the limit of group " + target.match;
        case LimitOrigin::owner:
            return "the limit of owner " + target.match;
        case LimitOrigin::panel:
        case LimitOrigin::general:
            break;
    }
    return "the general limit";
}

/// What selects it on a command line: "ali", "--group gold", "general".
std::string argument_of(const LimitTarget& target) {
    const std::string match = as_argument(target.match);
    switch (target.origin) {
        case LimitOrigin::account:
            return as_argument(to_text(AccountKey{target.backend, target.match}));
        case LimitOrigin::pattern:
            return "--pattern " + match;
        case LimitOrigin::group:
            return "--group " + match;
        case LimitOrigin::owner:
            return "--owner " + match;
        case LimitOrigin::panel:
        case LimitOrigin::general:
            break;
    }
    return "general";
}

/// The command that sets it so again.
std::string command_for(const LimitTarget& target, const LimitSetting& entry) {
    std::string command =
        "fairgate limit set " + argument_of(target) + " " + devices_text(entry.devices);
    return with_reason(std::move(command), entry.reason);
}

std::string key_in_file(const LimitTarget& target) {
    switch (target.origin) {
        case LimitOrigin::account:
            return "limits.accounts." + target.match;
        case LimitOrigin::pattern:
            return "limits.patterns";
        case LimitOrigin::group:
            return "limits.groups." + target.match;
        case LimitOrigin::owner:
            return "limits.owners." + target.match;
        case LimitOrigin::panel:
        case LimitOrigin::general:
            break;
    }
    return "limits.general";
}

store::KeyOf<LimitSetting> key_of(const LimitTarget& target) {
    return {target.origin, target.backend, target.match};
}

LimitRow row_of(const Placed<LimitSetting>& placed) {
    LimitRow row;
    row.origin = placed.entry.origin;
    row.match = placed.entry.match;
    row.backend = placed.entry.backend;
    row.devices = {placed.entry.devices};
    tell_origin(row, placed);
    return row;
}

/// Whether it is this rule that gives the account its limit.
bool governs(const LimitTarget& target, const AccountNow& account, const LimitRule& chosen) {
    if (chosen.origin != target.origin) {
        return false;
    }
    return target.origin == LimitOrigin::general || chosen.rule == target.match ||
           (target.origin == LimitOrigin::account && account.facts.key.name == target.match);
}

/// The accounts that are over by these rules at this moment; with a target, by that rule.
std::vector<AccountRow> over_by(
    const Live& live, const InForce& rules, const LimitTarget* target = nullptr
) {
    std::vector<AccountRow> over;
    std::map<std::string, policy::LimitBook> books;
    for (const AccountNow& account : live.accounts({Among::online, "", ""})) {
        const std::string& backend = account.facts.key.backend;
        auto book = books.find(backend);
        if (book == books.end()) {
            book = books.emplace(backend, limit_book(rules, backend)).first;
        }
        const LimitRule chosen = book->second.resolve(account.facts).chosen;
        const bool meant = target == nullptr || governs(*target, account, chosen);
        if (meant && !account.passed_by && account.devices > chosen.devices) {
            AccountRow row = control::row_of(account);
            row.limit = {chosen.devices};
            row.limit_origin = chosen.origin;
            row.state = account.held ? row.state : AccountState::over;
            over.push_back(std::move(row));
        }
    }
    std::ranges::sort(over, [](const AccountRow& a, const AccountRow& b) {
        return std::tie(b.devices, a.account) < std::tie(a.devices, b.account);
    });
    return over;
}

/// The rules as they would be.
InForce with(InForce rules, const LimitTarget& target, int devices) {
    LimitSetting entry;
    entry.origin = target.origin;
    entry.backend = target.backend;
    entry.match = target.match;
    entry.devices = devices;
    const auto same = [&](const Placed<LimitSetting>& placed) {
        return store::key_of(placed.entry) == store::key_of(entry);
    };
    std::erase_if(rules.limits, same);
    rules.limits.push_back({std::move(entry), SetIn::command});
    return rules;
}

std::string setting_words(const Placed<LimitSetting>* before, int devices) {
    const std::string from = before == nullptr ? "not set" : devices_text(before->entry.devices);
    return from + " -> " + devices_text(devices);
}

Happening told_of(const LimitTarget& target, std::string message) {
    Happening told;
    told.topic = Topic::setting;
    told.account = target.origin == LimitOrigin::account ? target.match : "";
    told.message = std::move(message);
    return told;
}

}  // namespace

Result<LimitTarget> limit_target(
    const Live& live, const std::string& scope, const std::string& match
) {
    if (scope == "general") {
        return match.empty() ? Result<LimitTarget>(LimitTarget{LimitOrigin::general, "", ""})
                             : errors::wrong_value("/match", "the general limit is for all");
    }
    if (match.empty()) {
        return errors::wrong_value("/match", "whose limit? A name is missing");
    }
    if (scope == "account") {
        const AccountKey key = key_of_name(live, match);
        return LimitTarget{LimitOrigin::account, key.name, key.backend};
    }
    if (scope == "pattern") {
        const auto pattern = policy::NamePattern::parse(match);
        return pattern ? Result<LimitTarget>(LimitTarget{LimitOrigin::pattern, match, ""})
                       : Result<LimitTarget>(pattern.error());
    }
    if (scope == "group" || scope == "owner") {
        return LimitTarget{scope == "group" ? LimitOrigin::group : LimitOrigin::owner, match, ""};
    }
    return errors::wrong_value(
        "/scope", "there are no limits of " + scope, "account, pattern, group, owner or general"
    );
}

asio::awaitable<Result<Listed<LimitRow>>> list_limits(const Live& live, Records records) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    std::vector<LimitRow> rows;
    for (const Placed<LimitSetting>& placed : all->limits) {
        rows.push_back(row_of(placed));
    }
    co_return whole(std::move(rows));
}

asio::awaitable<Result<LimitRow>> show_limit_rule(
    const Live& live, Records records, LimitTarget target
) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    const auto* found = find_placed(all->limits, key_of(target));
    co_return found == nullptr ? Result<LimitRow>(errors::not_set(name_of(target) + " is not set"))
                               : Result<LimitRow>(row_of(*found));
}

asio::awaitable<Result<Change>> set_limit(
    Desk desk, Asker asker, LimitTarget target, int devices, std::string reason, Run run
) {
    if (target.origin == LimitOrigin::pattern &&
        target.match.find(policy::NamePattern::devices_word) != std::string::npos) {
        co_return errors::wrong_value(
            "/match",
            "the names of such accounts say their limit: it belongs in the configuration",
            "[[limits.patterns]] with match = \"" + target.match + "\" and without devices"
        );
    }
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const auto* before = find_placed(all->limits, key_of(target));
    const std::string name = name_of(target);
    Change change;
    if (before != nullptr && before->entry.devices == devices) {
        change.message = name + " is " + devices_text(devices) + " already";
        co_return change;
    }
    const std::string words = name + ": " + setting_words(before, devices);
    const std::size_t over = over_by(desk.live, with(*all, target, devices)).size();
    std::string effect = counted(over, "account") + " over their limits then";
    if (target.origin == LimitOrigin::account) {
        const AccountKey key{target.backend, target.match};
        effect += note_if_unknown(desk.live, key) + note_if_held(desk.live, key);
    }
    if (run == Run::dry) {
        change.plan = {{words, effect}};
        co_return change;
    }
    LimitSetting entry;
    entry.origin = target.origin;
    entry.backend = target.backend;
    entry.match = target.match;
    entry.devices = devices;
    entry.by = asker.who;
    entry.at = desk.live.now();
    entry.reason = reason;
    SettingChange<LimitSetting> written{
        &store::Store::limits, key_of(target), std::move(entry), "limit.set", name, reason
    };
    Happening told = told_of(target, words + " by " + asker.who);
    change.message = words + " (effective now; " + effect + ")";
    const bool was_command = before != nullptr && before->set_in == SetIn::command;
    change.undo = was_command ? command_for(target, before->entry)
                              : "fairgate limit clear " + argument_of(target);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

asio::awaitable<Result<Change>> clear_limit(Desk desk, Asker asker, LimitTarget target, Run run) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const auto* before = find_placed(all->limits, key_of(target));
    const std::string name = name_of(target);
    Change change;
    if (before == nullptr) {
        change.message = name + " is not set";
        co_return change;
    }
    if (before->set_in == SetIn::file) {
        co_return errors::set_in_file(name, key_in_file(target));
    }
    const std::string words = name + ": " + devices_text(before->entry.devices) + " -> cleared";
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    SettingChange<LimitSetting> written{
        &store::Store::limits, key_of(target), std::nullopt, "limit.clear", name, ""
    };
    Happening told = told_of(target, words + " by " + asker.who);
    change.message = words + " (effective now)";
    change.undo = command_for(target, before->entry);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

asio::awaitable<Result<Listed<AccountRow>>> preview_limit(
    const Live& live, Records records, LimitTarget target, int devices
) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    const InForce then = with(*all, target, devices);
    Listed<AccountRow> list = whole(over_by(live, then, &target));
    list.summary = counted(list.rows.size(), "account") + " over this limit; of all accounts " +
                   std::to_string(over_by(live, then).size()) + " over their limits then, " +
                   std::to_string(over_by(live, *all).size()) + " now";
    co_return list;
}

}  // namespace fairgate::control
