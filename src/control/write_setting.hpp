#pragma once

#include "base/json.hpp"
#include "control/asker.hpp"
#include "control/change.hpp"
#include "control/desk.hpp"
#include "model/json.hpp"
#include "store/settings.hpp"

#include <optional>
#include <string>
#include <utility>

namespace fairgate::control {

/// One entry set, replaced or removed, and what is noted of it.
template <class Entry>
struct SettingChange {
    store::SettingStore<Entry>& (store::Store::*table)();
    store::KeyOf<Entry> key;
    std::optional<Entry> after;  ///< none: removed
    std::string action;          ///< "limit.set"
    std::string object;          ///< "account ali"
    std::string reason;
};

/// The entry that is stored now, whether its time is over or not.
template <class Entry>
boost::asio::awaitable<Result<std::optional<Entry>>> find_setting(
    Records records, store::SettingStore<Entry>& (store::Store::*table)(), store::KeyOf<Entry> key
) {
    auto read = [table, key = std::move(key)](store::Store& store) {
        return (store.*table)().find(key);
    };
    co_return co_await records.with(std::move(read));
}

/// The entry and the note of who changed it, or neither. Waits for the disk.
template <class Entry>
Result<void> store_setting(
    store::Store& store, const SettingChange<Entry>& change, store::AuditEntry audit
) {
    const auto work = [&]() -> Result<void> {
        auto& table = (store.*change.table)();
        const auto before = table.find(change.key);
        if (!before) {
            return before.error();
        }
        audit.before = *before ? json::write(**before) : "";
        if (change.after) {
            if (auto done = table.set(*change.after); !done) {
                return done.error();
            }
        } else if (auto done = table.remove(change.key); !done) {
            return done.error();
        }
        const auto noted = store.audit().add(audit);
        return noted ? Result<void>() : Result<void>(noted.error());
    };
    return store.atomically(store::Durability::now, work);
}

/// Writes the change down, puts it in force and tells it to whoever listens.
template <class Entry>
boost::asio::awaitable<Result<void>> write_setting(
    Desk desk, Asker asker, SettingChange<Entry> change, Happening told
) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    store::AuditEntry audit;
    audit.time = desk.live.now();
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = change.action;
    audit.object = change.object;
    audit.after = change.after ? json::write(*change.after) : "";
    audit.reason = change.reason;
    audit.request_id = asker.request_id;
    auto write = [change = std::move(change), audit = std::move(audit)](store::Store& store) {
        return store_setting(store, change, audit);
    };
    const auto stored = co_await desk.records.with(std::move(write));
    if (!stored) {
        co_return stored.error();
    }
    auto applied = co_await desk.orders.settings_changed();
    if (!applied) {
        Error error = applied.error();
        error.state = "It is stored and comes into force with the next restart.";
        co_return error;
    }
    told.time = desk.live.now();
    desk.events.publish(std::move(told));
    co_return Result<void>();
}

/// The same for who asked: `change` has the message and the command that takes it back.
template <class Entry>
boost::asio::awaitable<Result<Change>> make_change(
    Desk desk, Asker asker, SettingChange<Entry> written, Happening told, Change change
) {
    const auto done =
        co_await write_setting(desk, std::move(asker), std::move(written), std::move(told));
    if (!done) {
        co_return done.error();
    }
    change.changed = true;
    co_return change;
}

}  // namespace fairgate::control
