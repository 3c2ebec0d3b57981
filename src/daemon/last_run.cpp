#include "daemon/last_run.hpp"

#include "enforcement/address_enforcer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace fairgate::daemon {

namespace {

/// Longer than what is read again (docs/decisions/0011), with room for clocks that differ.
constexpr Duration lately = std::chrono::minutes(15);

/// Every row of a list, page by page.
template <class List, class Filter>
auto all_of(List& list, const Filter& filter) -> Result<
    std::vector<typename decltype(list.list(filter, store::Cursor{}).value().rows)::value_type>> {
    decltype(list.list(filter, store::Cursor{}).value().rows) rows;
    store::Cursor cursor;
    for (;;) {
        auto page = list.list(filter, cursor);
        if (!page) {
            return page.error();
        }
        std::ranges::move(page->rows, std::back_inserter(rows));
        if (!page->next) {
            return rows;
        }
        cursor.from = *page->next;
    }
}

std::vector<Address> addresses_of(const Measure& measure) {
    std::vector<Address> addresses;
    for (const Denial& denial : enforcement::refused_by(measure)) {
        addresses.push_back(denial.address);
    }
    return addresses;
}

}  // namespace

Result<LastRun> read_last_run(store::Store& store, TimePoint now) {
    LastRun last;
    const auto begin_anew = [&last](const AccountKey& account, TimePoint from) {
        TimePoint& fresh_from = last.fresh_from[account];
        fresh_from = std::max(fresh_from, from);
    };
    const store::ViolationFilter open{.state = store::ViolationState::open};
    auto violations = all_of(store.violations(), open);
    if (!violations) {
        return violations.error();
    }
    last.open = std::move(*violations);
    const auto closed =
        all_of(store.violations(), store::ViolationFilter{.closed_since = now - lately});
    if (!closed) {
        return closed.error();
    }
    for (const Violation& violation : *closed) {
        begin_anew(violation.account, *violation.closed);
    }
    const auto lifted = all_of(
        store.measures(),
        store::MeasureFilter{.states = {MeasureState::lifted}, .changed_since = now - lately}
    );
    if (!lifted) {
        return lifted.error();
    }
    for (const Measure& measure : *lifted) {
        if (measure.action == Action::refuse) {
            last.refused.push_back({measure.account, addresses_of(measure), measure.changed});
        } else {
            begin_anew(measure.account, measure.changed);
        }
    }
    auto unfinished = store.measures().unfinished();
    if (!unfinished) {
        return unfinished.error();
    }
    for (const Measure& measure : *unfinished) {
        if (measure.action == Action::refuse) {
            last.refused.push_back({measure.account, addresses_of(measure), measure.due});
        }
    }
    return last;
}

std::vector<Violation> take_up(const LastRun& last, std::list<std::unique_ptr<Unit>>& units) {
    std::vector<Violation> over;
    for (const auto& unit : units) {
        for (const Violation& violation : last.open) {
            if (unit->backend->name() == violation.account.backend) {
                unit->engine->restore(violation);
            }
        }
        for (const auto& [account, from] : last.fresh_from) {
            if (unit->backend->name() != account.backend) {
                continue;
            }
            if (auto closed = unit->engine->start_afresh(account.name, from)) {
                over.push_back(*std::move(closed));
            }
        }
        for (const LastRun::Refused& refused : last.refused) {
            if (unit->backend->name() == refused.account.backend) {
                unit->engine->refuse(refused.account.name, refused.addresses, refused.until);
            }
        }
    }
    return over;
}

}  // namespace fairgate::daemon
