#include "control/running.hpp"

#include "control/cursor.hpp"
#include "control/words.hpp"
#include "model/time.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kind = "audit";

/// Stored as JSON text; what is none is shown as the text it is.
json::Value value_of(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    const auto value = json::parse(text);
    return value ? *value : json::Value(text);
}

AuditRow row_of(const store::AuditEntry& entry) {
    AuditRow row;
    row.id = entry.id.value;
    row.time = entry.time;
    row.who = entry.who;
    row.via = entry.via;
    row.action = entry.action;
    row.object = entry.object;
    row.before = value_of(entry.before);
    row.after = value_of(entry.after);
    row.reason = entry.reason;
    row.request_id = entry.request_id;
    return row;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

}  // namespace

asio::awaitable<Result<Listed<AuditRow>>> list_audit(Records records, AuditSearch search) {
    const auto cursor = store_cursor(search.cursor, kind, search.limit);
    if (!cursor) {
        co_return cursor.error();
    }
    store::AuditFilter filter;
    filter.who = search.who;
    filter.action = search.action;
    filter.object = search.object;
    filter.since = search.since;
    auto reading = [filter = std::move(filter), cursor = *cursor](store::Store& store) {
        return store.audit().list(filter, cursor);
    };
    const auto page = co_await records.with(std::move(reading));
    if (!page) {
        co_return page.error();
    }
    Listed<AuditRow> list;
    for (const store::AuditEntry& entry : page->rows) {
        list.rows.push_back(row_of(entry));
    }
    list.next_cursor = next_cursor(page->next, kind);
    co_return list;
}

std::vector<NetworkRow> list_rotating_networks(const Live& live) {
    std::vector<NetworkRow> rows;
    for (const RotatingNetwork& network : live.rotating_networks()) {
        rows.push_back(
            {fairgate::to_text(network.scope),
             network.learned,
             network.accounts,
             network.median_origins,
             network.confirmed_by}
        );
    }
    return rows;
}

asio::awaitable<Result<Change>> reload(Desk desk, Asker asker, Run run) {
    if (auto allowed = require(asker, Scope::admin); !allowed) {
        co_return allowed.error();
    }
    Change change;
    if (run == Run::dry) {
        change.plan = {{"read the configuration again (see before: fairgate config check)"}};
        co_return change;
    }
    const auto done = co_await desk.orders.reload(ordered_by(asker, ""));
    if (!done) {
        co_return done.error();
    }
    change.changed = !done->changed.empty();
    change.message =
        "configuration " + std::to_string(done->revision) + " is in force" +
        (done->changed.empty() ? ", nothing is different" : "; changed: " + joined(done->changed));
    if (!done->waiting.empty()) {
        change.message += "; needs a restart: " + joined(done->waiting);
    }
    co_return change;
}

asio::awaitable<Result<Change>> close_breaker(Desk desk, Asker asker, Run run) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    const BreakerNow breaker = desk.live.breaker();
    Change change;
    if (!breaker.opened) {
        change.message = "blocking is not stopped";
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = {{"enforce blocks again; they stopped at " + to_rfc3339(*breaker.opened)}};
        co_return change;
    }
    const auto done = co_await desk.orders.close_breaker(ordered_by(asker, ""));
    if (!done) {
        co_return done.error();
    }
    change.changed = true;
    change.message = "blocks are enforced again (at most " + std::to_string(breaker.allowed) +
                     " new ones in a window)";
    change.undo = "fairgate mode set warn";
    co_return change;
}

}  // namespace fairgate::control
