#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace fairgate::store::memory {

struct StoredDecision {
    Decision decision;  ///< its evidence is in `evidence`
    std::string evidence;
};

/// Everything, as one value: a transaction that fails puts the copy back that it made.
struct Data {
    std::map<std::int64_t, Violation> violations;
    std::set<std::int64_t> forgiven;
    std::map<std::int64_t, StoredDecision> decisions;
    std::map<std::int64_t, Measure> measures;
    std::map<std::int64_t, std::vector<MeasureStep>> history;
    std::map<std::int64_t, AuditEntry> audit;
    std::map<std::string, std::string> meta;
    std::tuple<
        std::map<KeyOf<LimitSetting>, LimitSetting>,
        std::map<KeyOf<Exemption>, Exemption>,
        std::map<KeyOf<TrustEntry>, TrustEntry>,
        std::map<KeyOf<ModeOverride>, ModeOverride>,
        std::map<KeyOf<LadderSetting>, LadderSetting>,
        std::map<KeyOf<RotatingNetwork>, RotatingNetwork>,
        std::map<KeyOf<SourcePosition>, SourcePosition>>
        settings;
    std::int64_t last_id = 0;  ///< one sequence for all kinds: an id is never used again
};

/// The rows of `all` that `wanted` accepts, from the cursor on.
template <class Stored, class Wanted, class RowOf>
auto page_of(
    const std::map<std::int64_t, Stored>& all,
    const Cursor& cursor,
    const Wanted& wanted,
    const RowOf& row_of
) {
    using Row = decltype(row_of(all.begin()->second));
    Page<Row> page;
    std::int64_t last = 0;
    const auto take = [&](const auto& entry) {  // false: the page is full
        if (!wanted(entry.second)) {
            return true;
        }
        if (page.rows.size() == static_cast<std::size_t>(page_limit(cursor))) {
            page.next = last;
            return false;
        }
        page.rows.push_back(row_of(entry.second));
        last = entry.first;
        return true;
    };
    if (cursor.direction == Direction::oldest_first) {
        for (auto it = all.upper_bound(cursor.from); it != all.end() && take(*it);) {
            ++it;
        }
        return page;
    }
    auto it = cursor.from == 0 ? all.end() : all.lower_bound(cursor.from);
    while (it != all.begin() && take(*std::prev(it))) {
        --it;
    }
    return page;
}

}  // namespace fairgate::store::memory
