#include "control/ladder.hpp"

#include "config/ladder.hpp"
#include "control/errors.hpp"
#include "control/words.hpp"
#include "control/write_setting.hpp"
#include "model/time.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto rule = "devices";

/// "warn, 10m, 1h, forever; within 7d; a warning lasts 10m; at once from a score of 70".
std::string in_words(const LadderSetting& ladder) {
    std::string words;
    for (const std::string& step : ladder.steps) {
        words += (words.empty() ? "" : ", ") + step;
    }
    words += "; within " + fairgate::to_text(ladder.window) + "; a warning lasts " +
             fairgate::to_text(ladder.warning);
    return ladder.instant ? words + "; at once from a score of " + std::to_string(*ladder.instant)
                          : words;
}

/// The command that sets it so again.
std::string command_for(const LadderSetting& ladder) {
    std::string command = "fairgate ladder set";
    for (const std::string& step : ladder.steps) {
        command += " " + step;
    }
    command += " --window " + fairgate::to_text(ladder.window) + " --warning " +
               fairgate::to_text(ladder.warning) + " --instant " +
               std::to_string(ladder.instant.value_or(0));
    return with_reason(std::move(command), ladder.reason);
}

Result<void> check_length(
    const char* pointer, const std::optional<Duration>& length, Duration least, Duration most
) {
    if (!length || (*length >= least && *length <= most)) {
        return {};
    }
    return errors::wrong_value(
        pointer,
        "expected " + fairgate::to_text(least) + " to " + fairgate::to_text(most) + ", got " +
            fairgate::to_text(*length)
    );
}

Result<LadderSetting> changed(LadderSetting ladder, LadderChange change) {
    if (auto right = check_length("/window", change.window, 1h, std::chrono::days(365)); !right) {
        return right.error();
    }
    if (auto right = check_length("/warning", change.warning, 10s, std::chrono::days(7)); !right) {
        return right.error();
    }
    if (change.instant && (*change.instant < 0 || *change.instant > 100)) {
        return errors::wrong_value("/instant", "a score is 1 to 100, or 0 for none");
    }
    if (!change.steps.empty()) {
        ladder.steps = std::move(change.steps);
    }
    ladder.window = change.window.value_or(ladder.window);
    ladder.warning = change.warning.value_or(ladder.warning);
    if (change.instant) {
        ladder.instant = *change.instant == 0 ? std::nullopt : change.instant;
    }
    if (const auto read = config::with_steps({}, ladder.steps); !read) {
        const Error& fault = read.error();
        return errors::wrong_value("/steps", fault.what, fault.next);
    }
    return ladder;
}

bool is_same(const LadderSetting& a, const LadderSetting& b) {
    return a.steps == b.steps && a.window == b.window && a.warning == b.warning &&
           a.instant == b.instant;
}

Happening told_of(std::string message) {
    Happening told;
    told.topic = Topic::setting;
    told.message = std::move(message);
    return told;
}

}  // namespace

asio::awaitable<Result<LadderNow>> show_ladder(const Live& live, Records records) {
    const auto all = co_await rules_in_force(live, records);
    if (!all) {
        co_return all.error();
    }
    const LadderSetting& entry = all->ladder.entry;
    LadderNow now;
    now.steps = entry.steps;
    now.window = entry.window;
    now.warning = entry.warning;
    now.instant = entry.instant;
    tell_origin(now, all->ladder);
    co_return now;
}

asio::awaitable<Result<Change>> set_ladder(
    Desk desk, Asker asker, LadderChange change, std::string reason, Run run
) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    const LadderSetting& before = all->ladder.entry;
    auto ladder = changed(before, std::move(change));
    if (!ladder) {
        co_return ladder.error();
    }
    Change done;
    if (is_same(before, *ladder)) {
        done.message = "the ladder is " + in_words(before) + " already";
        co_return done;
    }
    const std::string words = "the ladder: " + in_words(*ladder);
    if (run == Run::dry) {
        done.plan = {{words, "before: " + in_words(before)}};
        co_return done;
    }
    ladder->rule = rule;
    ladder->by = asker.who;
    ladder->at = desk.live.now();
    ladder->reason = reason;
    SettingChange<LadderSetting> written{
        &store::Store::ladders, rule, *std::move(ladder), "ladder.set", "the ladder", reason
    };
    Happening told = told_of(words + ", by " + asker.who);
    done.message = words + " (for decisions from now on)";
    done.undo = all->ladder.set_in == SetIn::file ? "fairgate ladder reset" : command_for(before);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(done)
    );
}

asio::awaitable<Result<Change>> reset_ladder(Desk desk, Asker asker, Run run) {
    const auto all = co_await rules_in_force(desk.live, desk.records);
    if (!all) {
        co_return all.error();
    }
    Change done;
    if (all->ladder.set_in == SetIn::file) {
        done.message = "the ladder is as the file says already";
        co_return done;
    }
    if (run == Run::dry) {
        done.plan = {{"the ladder: as the file says"}};
        co_return done;
    }
    SettingChange<LadderSetting> written{
        &store::Store::ladders, rule, std::nullopt, "ladder.reset", "the ladder", ""
    };
    Happening told = told_of("the ladder is as the file says, by " + asker.who);
    done.message = "the ladder is as the file says (for decisions from now on)";
    done.undo = command_for(all->ladder.entry);
    co_return co_await make_change(
        desk, std::move(asker), std::move(written), std::move(told), std::move(done)
    );
}

}  // namespace fairgate::control
