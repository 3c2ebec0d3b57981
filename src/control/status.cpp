#include "control/status.hpp"

#include "control/enforcing.hpp"

#include <chrono>
#include <set>
#include <utility>

namespace fairgate::control {

namespace {

constexpr std::chrono::hours recently{24};

AccountCounts count_accounts(const Live& live) {
    const DaemonNow daemon = live.daemon();
    AccountCounts counts;
    counts.online = static_cast<std::int64_t>(daemon.accounts_online);
    counts.known = static_cast<std::int64_t>(daemon.accounts_known);
    counts.over = static_cast<std::int64_t>(live.open_violations().size());
    std::set<AccountKey> held;
    for (const Measure& measure : live.open_measures()) {
        held.insert(measure.account);
    }
    counts.blocked = static_cast<std::int64_t>(held.size());
    return counts;
}

MeasureCounts count_measures(const std::vector<Measure>& open) {
    MeasureCounts counts;
    for (const Measure& measure : open) {
        counts.active += measure.state == MeasureState::active ? 1 : 0;
        counts.pending += measure.state == MeasureState::pending ? 1 : 0;
        counts.lifting += measure.state == MeasureState::lifting ? 1 : 0;
        counts.failed += measure.attempts > 0 ? 1 : 0;
    }
    return counts;
}

struct FromStore {
    std::vector<Decision> last;
    std::int64_t given_up = 0;
};

Result<FromStore> read_store(store::Store& store, TimePoint since) {
    store::Cursor five;
    five.limit = 5;
    auto last = store.decisions().list({}, five);
    if (!last) {
        return last.error();
    }
    store::MeasureFilter failed;
    failed.states = {MeasureState::failed};
    failed.since = since;
    store::Cursor many;
    many.limit = 1000;
    const auto given_up = store.measures().list(failed, many);
    if (!given_up) {
        return given_up.error();
    }
    return FromStore{std::move(last->rows), static_cast<std::int64_t>(given_up->rows.size())};
}

}  // namespace

std::vector<BackendRow> list_backends(const Live& live) {
    std::vector<BackendRow> rows;
    for (const BackendNow& backend : live.backends()) {
        BackendRow& row = rows.emplace_back();
        row.name = backend.name;
        row.state = backend.state;
        row.version = backend.version;
        if (backend.accounts) {
            row.accounts = static_cast<std::int64_t>(*backend.accounts);
        }
        row.synced = backend.synced;
        row.error = backend.error ? to_line(*backend.error) : "";
    }
    return rows;
}

boost::asio::awaitable<Result<Status>> status(const Live& live, Records records) {
    const TimePoint since = live.now() - recently;
    auto reading = [since](store::Store& store) { return read_store(store, since); };
    const auto stored = co_await records.with(std::move(reading));
    const DaemonNow daemon = live.daemon();
    const ModeNow mode = live.mode();
    Status now;
    now.version = daemon.version;
    now.started = daemon.started;
    now.config_revision = daemon.config_revision;
    now.mode = mode.mode;
    now.mode_until = mode.until;
    now.not_enforcing_because = not_enforcing_because(live);
    now.accounts = count_accounts(live);
    now.measures = count_measures(live.open_measures());
    now.sources = list_sources(live);
    now.backends = list_backends(live);
    for (const Error& notice : daemon.notices) {
        now.notices.push_back(to_line(notice));
    }
    now.advice = advice(live);
    if (!stored) {
        now.not_enforcing_because.push_back("the database fails: " + to_line(stored.error()));
        co_return now;
    }
    now.measures.failed += stored->given_up;
    for (const Decision& decision : stored->last) {
        now.decisions.push_back(row_of(decision));
    }
    co_return now;
}

}  // namespace fairgate::control
