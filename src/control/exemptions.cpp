#include "control/exemptions.hpp"

#include "control/accounts.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

ExemptionRow row_of(const Placed<Exemption>& placed) {
    ExemptionRow row;
    row.account = placed.entry.account.name;
    row.backend = placed.entry.account.backend;
    row.until = placed.entry.until;
    tell_origin(row, placed);
    return row;
}

std::string words_of(const AccountKey& key, const std::optional<TimePoint>& until) {
    return to_text(key) + " is exempt" + (until ? until_text(until) : " for good");
}

/// The command that sets it so again.
std::string command_for(const Placed<Exemption>& placed) {
    const Exemption& entry = placed.entry;
    std::string command = "fairgate exempt add " + as_argument(to_text(entry.account));
    if (entry.until) {
        command += " --until " + at_text(*entry.until);
    }
    return with_reason(std::move(command), entry.reason);
}

std::string since_text(const Placed<Exemption>& placed) {
    return placed.set_in == SetIn::file ? " (set in the configuration file)"
                                        : " since " + at_text(placed.entry.at);
}

Happening told_of(const AccountKey& key, std::string message) {
    Happening told;
    told.topic = Topic::setting;
    told.account = key.name;
    told.message = std::move(message);
    return told;
}

}  // namespace

asio::awaitable<Result<Listed<ExemptionRow>>> list_exemptions(const Live& live, Records records) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    std::vector<ExemptionRow> rows;
    for (const Placed<Exemption>& placed : all->exemptions) {
        rows.push_back(row_of(placed));
    }
    co_return whole(std::move(rows));
}

asio::awaitable<Result<ExemptionRow>> show_exemption(
    const Live& live, Records records, std::string account
) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    const AccountKey key = key_of_name(live, account);
    const auto* found = find_placed(all->exemptions, key);
    co_return found == nullptr ? Result<ExemptionRow>(errors::not_set(account + " is not exempt"))
                               : Result<ExemptionRow>(row_of(*found));
}

asio::awaitable<Result<Change>> add_exemption(
    Desk desk,
    Asker asker,
    std::string account,
    std::optional<TimePoint> until,
    std::string reason,
    Run run
) {
    const TimePoint now = desk.live.now();
    if (until && *until <= now) {
        co_return errors::wrong_value("/until", "an exemption cannot end in the past");
    }
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const AccountKey key = key_of_name(desk.live, account);
    const auto* before = find_placed(all->exemptions, key);
    const std::string words = words_of(key, until);
    const std::string note = note_if_unknown(desk.live, key) + note_if_held(desk.live, key);
    Change change;
    if (before != nullptr && reason.empty()) {
        reason = before->entry.reason;
    }
    if (before != nullptr && before->entry.until == until && before->entry.reason == reason) {
        change.message = words + " already" + since_text(*before);
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = {{words + note}};
        co_return change;
    }
    Exemption entry;
    entry.account = key;
    entry.until = until;
    entry.by = asker.who;
    entry.at = now;
    entry.reason = reason;
    SettingChange<Exemption> written{
        &store::Store::exemptions, key, std::move(entry), "exempt.add", to_text(key), reason
    };
    Happening told = told_of(key, words + ", by " + asker.who);
    change.message = words + " (effective now" + note + ")";
    change.undo = before == nullptr || before->set_in == SetIn::file
                      ? "fairgate exempt remove " + as_argument(to_text(key))
                      : command_for(*before);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

asio::awaitable<Result<Change>> remove_exemption(
    Desk desk, Asker asker, std::string account, Run run
) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const AccountKey key = key_of_name(desk.live, account);
    const auto* before = find_placed(all->exemptions, key);
    Change change;
    if (before == nullptr) {
        change.message = to_text(key) + " is not exempt";
        co_return change;
    }
    if (before->set_in == SetIn::file) {
        co_return errors::set_in_file("the exemption of " + to_text(key), "exempt.accounts");
    }
    const std::string words = to_text(key) + " is limited again";
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    SettingChange<Exemption> written{
        &store::Store::exemptions, key, std::nullopt, "exempt.remove", to_text(key), ""
    };
    Happening told = told_of(key, words + ", by " + asker.who);
    change.message = words + " (effective now)";
    change.undo = command_for(*before);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

}  // namespace fairgate::control
