#include "control/preview.hpp"

#include "control/words.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace fairgate::control {

namespace {

// A day in which more would have been decided is beyond any list; the newest are judged then.
constexpr std::size_t most = 20'000;

struct Recorded {
    Decision decision;
    std::int64_t seconds_over = 0;
};

struct Recording {
    std::vector<Recorded> all;  ///< newest first
    bool cut = false;
};

std::int64_t seconds_over(store::Store& store, const Decision& decision) {
    if (decision.violation.value == 0) {
        return 0;
    }
    const auto violation = store.violations().get(decision.violation);
    return violation ? violation->seconds_over : 0;
}

/// What was decided since then and not carried out. Waits for the disk.
Result<Recording> read_recorded(store::Store& store, TimePoint since) {
    store::DecisionFilter filter;
    filter.states = {DecisionState::shadow, DecisionState::warned};
    filter.since = since;
    store::Cursor cursor;
    cursor.limit = 1000;
    Recording recording;
    while (true) {
        auto page = store.decisions().list(filter, cursor);
        if (!page) {
            return page.error();
        }
        for (Decision& decision : page->rows) {
            const std::int64_t over = seconds_over(store, decision);
            recording.all.push_back({std::move(decision), over});
        }
        recording.cut = page->next && recording.all.size() >= most;
        if (!page->next || recording.cut) {
            return recording;
        }
        cursor.from = *page->next;
    }
}

std::string action_text(const Decision& decision) {
    std::string text = boost::describe::enum_to_string(decision.action, "");
    std::ranges::replace(text, '_', ' ');
    return decision.until ? text + " " + fairgate::to_text(*decision.until - decision.decided)
                          : text + " until released";
}

PreviewRow new_row(const Decision& decision) {
    PreviewRow row;
    row.account = decision.account.name;
    row.backend = decision.account.backend;
    return row;
}

void add(PreviewRow& row, const Recorded& recorded) {
    const Evidence& evidence = recorded.decision.evidence;
    row.devices = std::max(row.devices, evidence.devices);
    row.limit = {evidence.limit.chosen.devices};
    row.action = action_text(recorded.decision);  // the list runs back in time: the first stays
    row.first = recorded.decision.decided;
    row.times += 1;
    row.seconds_over += recorded.seconds_over;
}

std::string summary_of(
    std::size_t blocked, std::size_t warned, Duration over, const Recording& recording
) {
    std::string text = "If it had enforced for the last " + for_people(over) + ": " +
                       counted(blocked, "account") + " blocked, " + std::to_string(warned) +
                       " only warned.";
    return recording.cut
               ? text + " Only the newest " + std::to_string(most) + " decisions were looked at."
               : text;
}

}  // namespace

boost::asio::awaitable<Result<Listed<PreviewRow>>> preview_enforce(
    const Live& live, Records records, Duration over
) {
    const TimePoint since = live.now() - over;
    auto reading = [since](store::Store& store) { return read_recorded(store, since); };
    const auto recording = co_await records.with(std::move(reading));
    if (!recording) {
        co_return recording.error();
    }
    std::map<AccountKey, PreviewRow> blocked;
    std::set<AccountKey> warned;
    for (const Recorded& recorded : recording->all) {
        const AccountKey& key = recorded.decision.account;
        if (recorded.decision.action == Action::warn) {
            warned.insert(key);
        } else {
            add(blocked.try_emplace(key, new_row(recorded.decision)).first->second, recorded);
        }
    }
    std::erase_if(warned, [&](const AccountKey& key) { return blocked.contains(key); });
    std::vector<PreviewRow> rows;
    for (auto& [key, row] : blocked) {
        rows.push_back(std::move(row));
    }
    std::ranges::sort(rows, [](const PreviewRow& a, const PreviewRow& b) {
        return std::tie(b.times, a.account, a.backend) < std::tie(a.times, b.account, b.backend);
    });
    Listed<PreviewRow> list = whole(std::move(rows));
    list.summary = summary_of(list.rows.size(), warned.size(), over, *recording);
    co_return list;
}

}  // namespace fairgate::control
