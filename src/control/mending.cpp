#include "control/mending.hpp"

#include "control/words.hpp"
#include "model/ids.hpp"
#include "store/audit.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

/// Told one by one; of a whole firewall that was flushed a number says as much.
constexpr std::size_t most_told = 50;

/// What is wrong now.
struct Wrong {
    std::vector<enforcement::Refusal> missing;
    std::vector<enforcement::Refusal> strays;
    std::vector<Measure> failing;

    bool is_empty() const { return missing.empty() && strays.empty() && failing.empty(); }
};

asio::awaitable<Wrong> find_wrong(Desk desk) {
    Wrong wrong;
    auto now = co_await desk.orders.look_at_firewall();
    if (now) {  // else its measures fail, or will, and doctor says why
        wrong.missing = std::move(now->drift.missing);
        wrong.strays = std::move(now->drift.strays);
    }
    for (Measure& measure : desk.live.open_measures()) {
        if (measure.attempts > 0) {
            wrong.failing.push_back(std::move(measure));
        }
    }
    co_return wrong;
}

std::string account_of(const enforcement::Refusal& refusal, const std::vector<Measure>& open) {
    const auto wants = [&refusal](const Measure& measure) {
        return std::ranges::find(refusal.measures, measure.id) != refusal.measures.end();
    };
    const auto found = std::ranges::find_if(open, wants);
    return found == open.end() ? "" : ", of " + found->account.name;
}

std::string again_text(const Measure& measure) {
    return std::string(measure.state == MeasureState::lifting ? "release " : "block ") +
           measure.account.name + " by " + measure.enforcer + " (" + fairgate::to_text(measure.id) +
           ")";
}

std::vector<Mending> plan_of(const Wrong& wrong, const std::vector<Measure>& open) {
    std::vector<Mending> plan;
    for (const enforcement::Refusal& refusal : wrong.missing) {
        plan.push_back(
            {"refuse " + fairgate::to_text(refusal.denial) + " again" + account_of(refusal, open),
             MendingState::planned,
             {}}
        );
    }
    for (const enforcement::Refusal& refusal : wrong.strays) {
        plan.push_back(
            {"let " + fairgate::to_text(refusal.denial) +
                 " through, which nobody decided to refuse",
             MendingState::planned,
             {}}
        );
    }
    for (const Measure& measure : wrong.failing) {
        plan.push_back({"try again: " + again_text(measure), MendingState::planned, {}});
    }
    return plan;
}

std::vector<MeasureId> measures_of(const Wrong& wrong) {
    std::vector<MeasureId> ids;
    for (const enforcement::Refusal& refusal : wrong.missing) {
        ids.insert(ids.end(), refusal.measures.begin(), refusal.measures.end());
    }
    for (const Measure& measure : wrong.failing) {
        ids.push_back(measure.id);
    }
    std::ranges::sort(ids);
    const auto doubled = std::ranges::unique(ids);
    ids.erase(doubled.begin(), doubled.end());
    return ids;
}

bool holds(const std::vector<enforcement::Refusal>& all, const Denial& denial) {
    return std::ranges::find(all, denial, &enforcement::Refusal::denial) != all.end();
}

/// Fills in what became of each, in the order of plan_of().
void tell_outcome(
    std::vector<Mending>& plan, const Wrong& before, const Wrong& after, const std::string& fault
) {
    auto at = plan.begin();
    const auto told = [&at, &fault](bool still, const std::string& why) {
        at->state = still ? MendingState::failed : MendingState::mended;
        at->cause = !still ? "" : why.empty() ? fault : why;
        ++at;
    };
    for (const enforcement::Refusal& refusal : before.missing) {
        told(holds(after.missing, refusal.denial), "");
    }
    for (const enforcement::Refusal& refusal : before.strays) {
        told(holds(after.strays, refusal.denial), "");
    }
    for (const Measure& measure : before.failing) {
        const auto still = std::ranges::find(after.failing, measure.id, &Measure::id);
        told(still != after.failing.end(), still == after.failing.end() ? "" : still->last_error);
    }
}

/// Failures first, and not more than can be read.
std::vector<Mending> shortened(const std::vector<Mending>& all) {
    std::vector<Mending> told;
    const auto take = [&](bool failed) {
        for (const Mending& each : all) {
            if ((each.state == MendingState::failed) == failed && told.size() < most_told) {
                told.push_back(each);
            }
        }
    };
    take(true);
    take(false);
    if (told.size() < all.size()) {
        const std::string rest = std::to_string(all.size() - told.size());
        told.push_back({"and " + rest + " more", told.back().state, {}});
    }
    return told;
}

store::AuditEntry audit_of(const Asker& asker, const Wrong& wrong, TimePoint now) {
    store::AuditEntry audit;
    audit.time = now;
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = "doctor.fix";
    audit.object = "enforcement";
    audit.before = json::serialize(boost::json::object{
        {"missing", wrong.missing.size()},
        {"strays", wrong.strays.size()},
        {"failing", wrong.failing.size()}
    });
    audit.request_id = asker.request_id;
    return audit;
}

}  // namespace

asio::awaitable<Result<std::vector<Mending>>> mend(Desk desk, Asker asker, Run run) {
    const Wrong wrong = co_await find_wrong(desk);
    std::vector<Mending> plan = plan_of(wrong, desk.live.open_measures());
    if (run == Run::dry || wrong.is_empty()) {
        co_return shortened(plan);
    }
    auto write = [audit = audit_of(asker, wrong, desk.live.now())](store::Store& store) {
        return store.audit().add(audit);
    };
    const auto written = co_await desk.records.with(std::move(write));
    if (!written) {
        co_return written.error();
    }
    co_await desk.orders.look_again(measures_of(wrong));
    std::string fault;
    if (!wrong.strays.empty()) {
        const auto done = co_await desk.orders.let_strays_through();
        fault = done ? "" : to_line(done.error());
    }
    const Wrong after = co_await find_wrong(desk);
    tell_outcome(plan, wrong, after, fault);
    const auto failed = std::ranges::count(plan, MendingState::failed, &Mending::state);
    Happening happened;
    happened.topic = Topic::setting;
    happened.time = desk.live.now();
    happened.message = asker.who +
                       " had enforcement mended: " + std::to_string(std::ssize(plan) - failed) +
                       " done, " + std::to_string(failed) + " not";
    desk.events.publish(std::move(happened));
    co_return shortened(plan);
}

}  // namespace fairgate::control
