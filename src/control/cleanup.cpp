#include "control/cleanup.hpp"

#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

/// So many may go without more ado, or this share of what is set.
constexpr std::size_t few = 20;
constexpr std::size_t share = 5;

/// Settings of accounts that are nobody's, by their kind.
struct Orphans {
    std::vector<LimitSetting> limits;
    std::vector<Exemption> exemptions;
    std::vector<ModeOverride> modes;
    std::size_t looked_at = 0;

    std::size_t size() const { return limits.size() + exemptions.size() + modes.size(); }
};

/// Which accounts there are, by complete lists of everything that holds any.
class Census {
public:
    static Result<Census> take(const Live& live) {
        Census census;
        for (const BackendNow& backend : live.backends()) {
            if (backend.state != BackendState::ready || !backend.synced || !backend.accounts) {
                return errors::no_complete_list(backend.name);
            }
            census.backends_.insert(backend.name);
        }
        if (census.backends_.empty()) {
            return errors::no_complete_list("the log");
        }
        for (const AccountNow& account : live.accounts({Among::all, "", ""})) {
            if (!account.facts.status.empty()) {  // else it was only seen
                census.keys_.insert(account.facts.key);
                census.names_.insert(account.facts.key.name);
            }
        }
        return census;
    }

    /// One for a backend that is configured no more says nothing about anybody.
    bool is_nobodys(const std::string& backend, const std::string& name) const {
        if (backend.empty()) {
            return !names_.contains(name);
        }
        return backends_.contains(backend) && !keys_.contains({backend, name});
    }

private:
    std::set<std::string> backends_;
    std::set<AccountKey> keys_;
    std::set<std::string> names_;
};

Orphans find_orphans(const InForce& all, const Census& census) {
    Orphans orphans;
    const auto look = [&](const auto& placed, const std::string& backend, const std::string& name) {
        const bool counts = placed.set_in == SetIn::command;
        orphans.looked_at += counts ? 1U : 0U;
        return counts && census.is_nobodys(backend, name);
    };
    for (const auto& placed : all.limits) {
        const LimitSetting& limit = placed.entry;
        if (limit.origin == LimitOrigin::account && look(placed, limit.backend, limit.match)) {
            orphans.limits.push_back(limit);
        }
    }
    for (const auto& placed : all.exemptions) {
        const AccountKey& key = placed.entry.account;
        if (look(placed, key.backend, key.name)) {
            orphans.exemptions.push_back(placed.entry);
        }
    }
    for (const auto& placed : all.modes) {
        const ModeOverride& mode = placed.entry;
        if (mode.scope == ModeScope::account && look(placed, mode.backend, mode.match)) {
            orphans.modes.push_back(mode);
        }
    }
    return orphans;
}

std::vector<std::string> plan_of(const Orphans& orphans) {
    std::vector<std::string> plan;
    for (const LimitSetting& limit : orphans.limits) {
        plan.push_back(
            "the limit of " + to_text(AccountKey{limit.backend, limit.match}) + " (" +
            devices_text(limit.devices) + ")"
        );
    }
    for (const Exemption& exemption : orphans.exemptions) {
        plan.push_back("the exemption of " + to_text(exemption.account));
    }
    for (const ModeOverride& mode : orphans.modes) {
        plan.push_back("the mode of " + to_text(AccountKey{mode.backend, mode.match}));
    }
    return plan;
}

template <class Entry>
asio::awaitable<Result<void>> remove_all(
    Desk desk,
    Asker asker,
    store::SettingStore<Entry>& (store::Store::*table)(),
    std::vector<Entry> entries
) {
    for (const Entry& entry : entries) {
        SettingChange<Entry> change{
            table,
            store::key_of(entry),
            std::nullopt,
            "account.cleanup",
            "an account that is gone",
            ""
        };
        Happening told;
        told.topic = Topic::setting;
        told.message = "a setting of an account that is gone was removed, by " + asker.who;
        auto done = co_await write_setting(desk, asker, std::move(change), std::move(told));
        if (!done) {
            co_return done;
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> remove_orphans(Desk desk, Asker asker, Orphans orphans) {
    auto done = co_await remove_all(desk, asker, &store::Store::limits, std::move(orphans.limits));
    if (done) {
        done = co_await remove_all(
            desk, asker, &store::Store::exemptions, std::move(orphans.exemptions)
        );
    }
    if (done) {
        done = co_await remove_all(desk, asker, &store::Store::modes, std::move(orphans.modes));
    }
    co_return done;
}

}  // namespace

asio::awaitable<Result<Change>> clean_up_accounts(Desk desk, Asker asker, Brake brake, Run run) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const auto census = Census::take(desk.live);
    if (!census) {
        co_return census.error();
    }
    Orphans orphans = find_orphans(*all, *census);
    Change change;
    if (orphans.size() == 0) {
        change.message = "every account that a command set something for is there";
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = plan_of(orphans);
        co_return change;
    }
    const std::size_t most = std::max(few, orphans.looked_at / share);
    if (brake == Brake::on && orphans.size() > most) {
        co_return errors::too_many_gone(orphans.size(), orphans.looked_at);
    }
    change.message = counted(orphans.size(), "setting") +
                     " of accounts that are gone removed; the audit trail has them";
    auto done = co_await remove_orphans(desk, std::move(asker), std::move(orphans));
    if (!done) {
        co_return done.error();
    }
    change.changed = true;
    co_return change;
}

}  // namespace fairgate::control
