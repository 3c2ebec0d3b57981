#include "control/preview.hpp"

#include "control/words.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <map>
#include <ranges>
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

std::int64_t seconds_over(
    store::Store& store, const Decision& decision, const std::vector<Violation>& open
) {
    if (decision.violation.value == 0) {
        return 0;
    }
    const auto now = std::ranges::find(open, decision.violation, &Violation::id);
    if (now != open.end()) {
        return now->seconds_over;
    }
    const auto violation = store.violations().get(decision.violation);
    return violation ? violation->seconds_over : 0;
}

/// What was decided since then and not carried out. Waits for the disk.
Result<Recording> read_recorded(
    store::Store& store, TimePoint since, const std::vector<Violation>& open
) {
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
            if (decision.action == Action::refuse && decision.mode == Mode::enforce) {
                continue;  // no mode could have done it: nothing refuses there
            }
            const std::int64_t over = seconds_over(store, decision, open);
            recording.all.push_back({std::move(decision), over});
        }
        recording.cut = page->next && recording.all.size() >= most;
        if (!page->next || recording.cut) {
            return recording;
        }
        cursor.from = *page->next;
    }
}

using Step = config::LadderStep;

std::string action_text(const Step& step) {
    switch (step.kind) {
        case Step::Kind::warn:
            return "warn";
        case Step::Kind::block:
            return "block for " + for_people(step.length);
        case Step::Kind::until_released:
            break;
        case Step::Kind::revoke:
            return "block until released, new subscription";
    }
    return "block until released";
}

/// One account on the way up the ladder, had its violations been acted on.
class Climb {
public:
    Climb(const config::LadderSettings& ladder, const Decision& first) : ladder_(ladder) {
        row_.account = first.account.name;
        row_.backend = first.account.backend;
    }

    /// Its violations in the order of time.
    void add(const Recorded& recorded) {
        const Evidence& evidence = recorded.decision.evidence;
        row_.devices = std::max(row_.devices, evidence.devices);
        row_.limit = {evidence.limit.chosen.devices};
        row_.seconds_over += recorded.seconds_over;
        TimePoint at = recorded.decision.decided;
        if (recorded.decision.action == Action::refuse) {
            count(at, "refuse who came late");  // the ladder has no part in it
            return;
        }
        std::chrono::seconds left(recorded.seconds_over);
        // A warning that is not heeded is followed by the next step; a block ends the violation.
        while (take_step(at) && left >= ladder_.warning) {
            left -= std::chrono::duration_cast<std::chrono::seconds>(ladder_.warning);
            at += ladder_.warning;
        }
    }

    bool blocked() const { return row_.times > 0; }
    const PreviewRow& row() const { return row_; }

private:
    /// Gives whether the step was a warning that has one after it.
    bool take_step(TimePoint at) {
        const bool last = next_ + 1 >= ladder_.steps.size();
        const Step step = ladder_.steps[std::min(next_, ladder_.steps.size() - 1)];
        next_ += last ? 0U : 1U;
        const bool warns = step.kind == Step::Kind::warn;
        if (!warns) {
            count(at, action_text(step));
        }
        return warns && !last;
    }

    void count(TimePoint at, std::string action) {
        if (row_.times++ == 0) {
            row_.action = std::move(action);
            row_.first = at;
        }
    }

    const config::LadderSettings& ladder_;
    std::size_t next_ = 0;
    PreviewRow row_;
};

std::string summary_of(
    std::size_t blocked, std::size_t warned, Duration over, const Recording& recording
) {
    const std::string text = "If it had enforced for the last " + for_people(over) + ": " +
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
    auto read = [since, open = live.open_violations()](store::Store& store) {
        return read_recorded(store, since, open);
    };
    const auto recording = co_await records.with(std::move(read));
    if (!recording) {
        co_return recording.error();
    }
    const auto rules = co_await rules_in_force(live, records);
    if (!rules) {
        co_return rules.error();
    }
    const config::LadderSettings ladder = ladder_settings(*rules);
    std::map<AccountKey, Climb> climbs;
    for (const Recorded& recorded : std::ranges::reverse_view(recording->all)) {
        const Decision& decision = recorded.decision;
        climbs.try_emplace(decision.account, ladder, decision).first->second.add(recorded);
    }
    std::vector<PreviewRow> rows;
    for (const auto& [key, climb] : climbs) {
        if (climb.blocked()) {
            rows.push_back(climb.row());
        }
    }
    const std::size_t warned = climbs.size() - rows.size();
    std::ranges::sort(rows, [](const PreviewRow& a, const PreviewRow& b) {
        return std::tie(b.times, a.account, a.backend) < std::tie(a.times, b.account, b.backend);
    });
    Listed<PreviewRow> list = whole(std::move(rows));
    list.summary = summary_of(list.rows.size(), warned, over, *recording);
    co_return list;
}

}  // namespace fairgate::control
