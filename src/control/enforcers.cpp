#include "control/enforcers.hpp"

#include "store/audit.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

std::vector<EnforcerRow> list_enforcers(const Live& live) {
    std::vector<EnforcerRow> rows;
    for (const EnforcerNow& enforcer : live.enforcers()) {
        EnforcerRow& row = rows.emplace_back();
        row.name = enforcer.name;
        row.able = enforcer.not_able_because.empty();
        row.because = enforcer.not_able_because;
        if (row.able && enforcer.only_records) {
            row.because = "it only records";
        } else if (row.able && enforcer.drift) {
            row.because = to_line(*enforcer.drift);
        }
        row.since = enforcer.since;
        row.actions = enforcer.actions;
        row.cuts = enforcer.cuts;
        row.refuses_addresses = enforcer.refuses_addresses;
        row.ends_by_itself = enforcer.ends_by_itself;
        row.holds = static_cast<std::int64_t>(enforcer.holds);
        row.waiting = static_cast<std::int64_t>(enforcer.waiting);
        row.acts_for = enforcer.acts_for;
        row.last_error = enforcer.last_error ? to_line(*enforcer.last_error) : "";
    }
    return rows;
}

asio::awaitable<Result<Tested>> test_enforcer(Desk desk, Asker asker, std::string enforcer) {
    if (auto allowed = require(asker, Scope::write); !allowed) {
        co_return allowed.error();
    }
    store::AuditEntry audit;
    audit.time = desk.live.now();
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = "enforcer.test";
    audit.object = enforcer;
    audit.request_id = asker.request_id;
    auto write = [audit = std::move(audit)](store::Store& store) {
        return store.audit().add(audit);
    };
    const auto written = co_await desk.records.with(std::move(write));
    if (!written) {
        co_return written.error();
    }
    auto checks = co_await desk.orders.try_enforcer(std::move(enforcer));
    if (!checks) {
        co_return checks.error();
    }
    Tested tested;
    tested.checks = *std::move(checks);
    co_return tested;
}

}  // namespace fairgate::control
