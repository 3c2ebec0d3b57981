#include "control/trust.hpp"

#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

Result<NetworkScope> scope_of(const std::string& text) {
    const auto scope = parse_network_scope(text);
    return scope ? Result<NetworkScope>(*scope)
                 : errors::wrong_value(
                       "/network",
                       text + " is no address, network or AS",
                       "write 198.51.100.7, 2001:db8::/32 or AS64500"
                   );
}

std::string effect_text(TrustEffect effect) {
    return effect == TrustEffect::never_counted ? " is never counted" : " is never blocked";
}

TrustRow row_of(const Placed<TrustEntry>& placed) {
    TrustRow row;
    row.scope = fairgate::to_text(placed.entry.scope);
    row.effect = placed.entry.effect;
    row.until = placed.entry.until;
    tell_origin(row, placed);
    return row;
}

Happening told_of(std::string message) {
    Happening told;
    told.topic = Topic::setting;
    told.message = std::move(message);
    return told;
}

/// The command that sets it so again.
std::string command_for(const TrustEntry& entry) {
    std::string command = "fairgate trust add " + fairgate::to_text(entry.scope) + " --effect " +
                          boost::describe::enum_to_string(entry.effect, "");
    if (entry.until) {
        command += " --until " + at_text(*entry.until);
    }
    return with_reason(std::move(command), entry.reason);
}

}  // namespace

asio::awaitable<Result<Listed<TrustRow>>> list_trust(const Live& live, Records records) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    std::vector<TrustRow> rows;
    for (const Placed<TrustEntry>& placed : all->trust) {
        rows.push_back(row_of(placed));
    }
    co_return whole(std::move(rows));
}

asio::awaitable<Result<Change>> add_trust(
    Desk desk,
    Asker asker,
    std::string network,
    TrustEffect effect,
    std::optional<TimePoint> until,
    std::string reason,
    Run run
) {
    const auto scope = scope_of(network);
    if (!scope) {
        co_return scope.error();
    }
    const TimePoint now = desk.live.now();
    if (until && *until <= now) {
        co_return errors::wrong_value("/until", "trust cannot end in the past");
    }
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const std::string name = fairgate::to_text(*scope);
    const std::string words = name + effect_text(effect) + until_text(until);
    const auto* before = find_placed(all->trust, name);
    Change change;
    if (before != nullptr && reason.empty()) {
        reason = before->entry.reason;
    }
    if (before != nullptr && before->entry.effect == effect && before->entry.until == until &&
        before->entry.reason == reason) {
        change.message = words + " already";
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    TrustEntry entry;
    entry.scope = *scope;
    entry.effect = effect;
    entry.until = until;
    entry.by = asker.who;
    entry.at = now;
    entry.reason = reason;
    SettingChange<TrustEntry> written{
        &store::Store::trust, name, std::move(entry), "trust.add", name, reason
    };
    Happening told = told_of(words + ", by " + asker.who);
    change.message = words + " (effective now)";
    change.undo = before == nullptr || before->set_in == SetIn::file
                      ? "fairgate trust remove " + name
                      : command_for(before->entry);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

asio::awaitable<Result<Change>> remove_trust(
    Desk desk, Asker asker, std::string network, std::optional<TrustEffect> effect, Run run
) {
    const auto scope = scope_of(network);
    if (!scope) {
        co_return scope.error();
    }
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const std::string name = fairgate::to_text(*scope);
    const auto* before = find_placed(all->trust, name);
    Change change;
    if (before == nullptr || (effect && before->entry.effect != *effect)) {
        change.message = name + " is not trusted" + (before == nullptr ? "" : " in that way");
        co_return change;
    }
    if (before->set_in == SetIn::file) {
        co_return errors::set_in_file("trust in " + name, "trust");
    }
    const std::string words = name + " is trusted no longer";
    if (run == Run::dry) {
        change.plan = {{words}};
        co_return change;
    }
    SettingChange<TrustEntry> written{
        &store::Store::trust, name, std::nullopt, "trust.remove", name, ""
    };
    Happening told = told_of(words + ", by " + asker.who);
    change.message = words + " (effective now)";
    change.undo = command_for(before->entry);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(change)
    );
}

Result<TrustTest> test_trust(const Live& live, const std::string& text) {
    const auto address = Address::parse(text);
    if (!address) {
        return errors::wrong_value("?address", text + " is no address");
    }
    const AddressNow now = live.address(*address);
    TrustTest test;
    test.address = address->text();
    test.counted = !now.never_counted_by;
    test.blockable = !now.never_counted_by && !now.never_blocked_by;
    if (now.never_counted_by) {
        test.because = "never counted: " + *now.never_counted_by;
    } else if (now.never_blocked_by) {
        test.because = "never blocked: " + *now.never_blocked_by;
    } else {
        test.because = "no entry holds it";
    }
    const Asn asn = now.network.asn;
    test.network = asn.value == 0 ? "" : "AS" + std::to_string(asn.value);
    if (!now.network.organisation.empty()) {
        test.network += (test.network.empty() ? "" : " ") + now.network.organisation;
    }
    test.country = now.network.country;
    return test;
}

}  // namespace fairgate::control
