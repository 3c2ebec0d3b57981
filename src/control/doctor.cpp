#include "control/doctor.hpp"

#include "control/doctor_checks.hpp"
#include "control/enforcing.hpp"
#include "control/errors.hpp"
#include "model/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

struct Stage {
    std::string_view name;
    void (*check)(const Live&, std::vector<Check>&);  ///< null: one that tests, below
};

constexpr std::array stages = {
    Stage{"config", &check_config},
    Stage{"source", &check_sources},
    Stage{"clock", &check_clocks},
    Stage{"backend", &check_backends},
    Stage{"mapping", &check_mapping},
    Stage{"tracker", &check_tracker},
    Stage{"policy", &check_policy},
    Stage{"store", nullptr},
    Stage{"enforcer", &check_enforcers},
    Stage{"measure", &check_measures},
};

Result<void> check_names(const std::vector<std::string>& only) {
    for (const std::string& name : only) {
        if (std::ranges::find(stages, name, &Stage::name) == stages.end()) {
            std::string all;
            for (const Stage& stage : stages) {
                all += (all.empty() ? "" : ", ") + std::string(stage.name);
            }
            return errors::wrong_value("/only", "there is no stage " + name, all);
        }
    }
    return {};
}

/// Writes something and reads it back. Waits for the disk.
Result<void> probe(store::Store& store, TimePoint now) {
    const std::string key = "doctor.probe";
    const std::string value = to_rfc3339(now);
    if (auto done = store.meta().set(key, value); !done) {
        return done;
    }
    const auto read = store.meta().get(key);
    if (!read) {
        return read.error();
    }
    return *read == value ? Result<void>()
                          : Error{.code = "FG-STO-007", .what = "it does not keep what is written"};
}

asio::awaitable<void> check_store(Desk desk, std::vector<Check>& into) {
    const TimePoint now = desk.live.now();
    auto writing = [now](store::Store& store) { return probe(store, now); };
    const auto written = co_await desk.records.with(std::move(writing));
    into.push_back(
        written ? well("store", "database", "it can be written")
                : finding("store", "database", CheckState::error, written.error())
    );
    auto reading = [since = now - std::chrono::hours(24)](store::Store& store) {
        store::MeasureFilter filter;
        filter.states = {MeasureState::failed};
        filter.since = since;
        return store.measures().list(filter, {});
    };
    const auto failed = co_await desk.records.with(std::move(reading));
    if (failed && !failed->rows.empty()) {
        const Error given_up{
            .code = "FG-DOC-041",
            .what = std::to_string(failed->rows.size()) + " measures were given up in a day",
            .cause = failed->rows.front().last_error,
            .next = "fairgate decision list --since 24h"
        };
        into.push_back(finding("measure", "given up", CheckState::warning, given_up));
    }
}

asio::awaitable<void> test_enforcers(Desk desk, std::vector<Check>& into) {
    for (const EnforcerNow& enforcer : desk.live.enforcers()) {
        auto checks = co_await desk.orders.test_enforcer(enforcer.name);
        if (checks) {
            into.insert(into.end(), checks->begin(), checks->end());
        } else {
            into.push_back(finding("enforcer", enforcer.name, CheckState::error, checks.error()));
        }
    }
}

/// A fault that was found twice is told once.
void add_news(std::vector<Check>& all, std::vector<Check> more) {
    for (Check& check : more) {
        const bool known = !check.code.empty() && std::ranges::any_of(all, [&](const Check& each) {
            return each.name == check.name && each.code == check.code;
        });
        if (!known) {
            all.push_back(std::move(check));
        }
    }
}

bool is_wanted(const std::vector<std::string>& only, std::string_view stage) {
    return only.empty() || std::ranges::find(only, stage) != only.end();
}

asio::awaitable<Result<std::vector<Mending>>> repair_it(
    Desk desk, Asker asker, std::vector<std::string> only, Repair repair
) {
    if (auto allowed = require(asker, Scope::admin); !allowed) {
        co_return allowed.error();
    }
    const Run run = repair == Repair::plan ? Run::dry : Run::for_real;
    if (run == Run::for_real) {
        // What was stored and did not come into force then does so now.
        const auto read = co_await desk.orders.settings_changed();
        if (!read) {
            co_return read.error();
        }
    }
    if (!is_wanted(only, "enforcer") && !is_wanted(only, "measure")) {
        co_return std::vector<Mending>();
    }
    co_return co_await mend(desk, std::move(asker), run);
}

}  // namespace

std::vector<Check> look(const Live& live) {
    std::vector<Check> checks;
    for (const Stage& stage : stages) {
        if (stage.check != nullptr) {
            stage.check(live, checks);
        }
    }
    return checks;
}

asio::awaitable<Result<Diagnosis>> diagnose(
    Desk desk, Asker asker, std::vector<std::string> only, Repair repair
) {
    if (auto known = check_names(only); !known) {
        co_return known.error();
    }
    Diagnosis diagnosis;
    if (repair != Repair::none) {
        auto mended = co_await repair_it(desk, asker, only, repair);
        if (!mended) {
            co_return mended.error();
        }
        diagnosis.mended = *std::move(mended);
    }
    diagnosis.not_enforcing_because = not_enforcing_because(desk.live);
    for (const Stage& stage : stages) {
        const bool wanted = is_wanted(only, stage.name);
        std::vector<Check> tests;  // first: the daemon remembers what it found
        if (wanted && stage.name == "store") {
            co_await check_store(desk, tests);
        }
        if (wanted && stage.name == "enforcer") {
            co_await test_enforcers(desk, tests);
        }
        if (wanted && stage.check != nullptr) {
            stage.check(desk.live, diagnosis.checks);
        }
        add_news(diagnosis.checks, std::move(tests));
    }
    for (const Check& check : diagnosis.checks) {
        if (check.stage == "store" && check.state == CheckState::error) {
            diagnosis.not_enforcing_because.push_back("the database fails: " + check.what);
        }
    }
    diagnosis.enforcing = diagnosis.not_enforcing_because.empty();
    co_return diagnosis;
}

}  // namespace fairgate::control
