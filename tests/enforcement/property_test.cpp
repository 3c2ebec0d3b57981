#include "enforcement/harness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>
#include <ostream>

// Whatever happens in whatever order (decisions, time, undo, edits by hand, deleted accounts, a
// panel that fails before, after or long after it did what it was told, a full disk, crashes at
// any point), in the end nobody is stuck, nobody was released early, and no edit by hand is lost.
namespace fairgate::enforcement {
namespace {

using namespace std::chrono_literals;

enum class Op {
    block,
    revoke,
    advance,
    undo,
    edit,
    remake,
    panel_fails,
    disk_fails,
    crash,
    restart
};

struct Happening {
    Op op = Op::advance;
    int account = 0;
    int amount = 0;
};

std::ostream& operator<<(std::ostream& out, const Happening& happening) {
    constexpr std::array names = {
        "block",
        "revoke",
        "advance",
        "undo",
        "edit",
        "remake",
        "panel_fails",
        "disk_fails",
        "crash",
        "restart"
    };
    return out << names.at(static_cast<std::size_t>(happening.op)) << "(" << happening.account
               << ", " << happening.amount << ")";
}

rc::Gen<Happening> happening() {
    const auto op = rc::gen::weightedElement<Op>(
        {{8, Op::block},
         {2, Op::revoke},
         {10, Op::advance},
         {4, Op::undo},
         {3, Op::edit},
         {1, Op::remake},
         {5, Op::panel_fails},
         {2, Op::disk_fails},
         {5, Op::crash},
         {1, Op::restart}}
    );
    return rc::gen::build<Happening>(
        rc::gen::set(&Happening::op, op),
        rc::gen::set(&Happening::account, rc::gen::inRange(0, 3)),
        rc::gen::set(&Happening::amount, rc::gen::inRange(1, 60))
    );
}

/// A life of the program, and what must be true of it.
class Life {
public:
    Life() {
        for (const std::string& name : names_) {
            program_.world.create(name);
            free_[name] = Parts();
        }
    }

    void live(const Happening& happening) {
        try {
            apply(happening);
        } catch (const Crash&) {
        }
        while (program_.crash.dead()) {
            try {
                program_.restart();
            } catch (const Crash&) {
            }
        }
        look_for_early_release();
    }

    /// The panel and the disk are well again, and time passes.
    void end_well() {
        program_.world.fail_next({});
        program_.store.failing_writes = 0;
        program_.crash.revive();
        program_.restart();
        program_.pass(3h, 30s);
        look_for_wrong_ends();
        RC_ASSERT(program_.executor().open().empty());
        RC_ASSERT(program_.kept->measures().unfinished().value().empty());
        for (const std::string& name : names_) {
            RC_ASSERT(program_.world.account(name).parts.status == free_[name].status);
            RC_ASSERT(program_.world.account(name).parts.group == free_[name].group);
        }
        RC_ASSERT(program_.world.broken() == std::vector<std::string>());
        store::DecisionFilter in_force;
        in_force.states = {DecisionState::in_force};
        RC_ASSERT(program_.kept->decisions().list(in_force, {}).value().rows.empty());
    }

private:
    void apply(const Happening& happening) {
        const std::string& name = names_.at(static_cast<std::size_t>(happening.account));
        switch (happening.op) {
            case Op::block:
                block(name, happening.amount * 1min, Action::block);
                break;
            case Op::revoke:
                block(name, happening.amount * 1min, Action::revoke);
                break;
            case Op::advance:
                program_.world.advance(happening.amount * happening.amount * 1s);
                break;
            case Op::undo:
                undo_newest(name);
                break;
            case Op::edit:
                edit(name, happening.amount);
                break;
            case Op::remake:
                program_.world.remove(name);
                program_.world.create(name);
                free_[name] = Parts();
                break;
            case Op::panel_fails:
                fail(happening.amount);
                break;
            case Op::disk_fails:
                program_.store.failing_writes = happening.amount % 5;
                break;
            case Op::crash:
                program_.crash.crash_at(happening.amount % 15 + 1);
                break;
            case Op::restart:
                // Sometimes before what was in force has been looked at.
                program_.settings.look_first = Duration(happening.amount % 2 == 0 ? 500ms : 0ms);
                program_.restart();
                break;
        }
        if (happening.amount % 4 != 0) {  // sometimes several things happen before a step is taken
            program_.settle();
        }
    }

    void block(const std::string& name, Duration length, Action action) {
        const auto done = program_.block(name, length, action);
        if (done && done->measure.action == action) {
            RC_ASSERT(*done->measure.due >= program_.clock.now() + length);
        }
    }

    void undo_newest(const std::string& name) {
        for (const Measure& measure : program_.executor().open()) {
            if (measure.account.name == name) {
                (void)program_.undo(measure.id);
            }
        }
    }

    void edit(const std::string& name, int amount) {
        const std::string by_hand = "by hand " + std::to_string(++edits_);
        if (amount % 2 == 0) {
            free_[name].group = amount % 3 == 0 ? Parts().group : by_hand;
            program_.world.edit_group(name, free_[name].group);
        } else {
            free_[name].status = amount % 3 == 0 ? Parts().status : by_hand;
            program_.world.edit_status(name, free_[name].status);
        }
    }

    void fail(int amount) {
        std::vector<Fault> faults;
        for (int i = 0; i < amount % 6; ++i) {
            faults.push_back(
                std::array{Fault::before, Fault::after, Fault::late, Fault::none, Fault::before}.at(
                    static_cast<std::size_t>(amount * 7 + i * 3) % 5
                )
            );
        }
        program_.world.fail_next(std::move(faults));
    }

    /// What ended by itself ended when the decision said so.
    void look_for_wrong_ends() {
        const store::Cursor all{.limit = 1000};
        for (const Measure& measure : program_.kept->measures().list({}, all).value().rows) {
            const auto decision = program_.kept->decisions().get(measure.decision).value();
            RC_ASSERT(measure.due == decision.until);
            for (const MeasureStep& step : program_.kept->measures().history(measure.id).value()) {
                RC_ASSERT(step.what != "is due" || step.time >= *measure.due);
            }
        }
    }

    void look_for_early_release() {
        for (const Measure& measure : program_.kept->measures().unfinished().value()) {
            const bool in_force = measure.state == MeasureState::active &&
                                  (!measure.due || program_.clock.now() < *measure.due);
            const std::string& name = measure.account.name;
            const WorldAccount& account = program_.world.account(name);
            const std::string id = "{\"id\":" + std::to_string(account.id) + ",";
            if (in_force && measure.before.starts_with(id) &&
                account.set_by != SetBy::administrator) {
                RC_ASSERT(account.set_by == SetBy::act);
            }
        }
    }

    const std::vector<std::string> names_ = {"ali", "sara", "omid"};
    Program program_;
    std::map<std::string, Parts> free_;  ///< what an account is when nobody holds it
    int edits_ = 0;
};

RC_GTEST_PROP(enforcement, keeps_its_promises_whatever_happens, ()) {
    const auto happenings = *rc::gen::container<std::vector<Happening>>(happening());
    Life life;
    for (const Happening& each : happenings) {
        life.live(each);
    }
    life.end_well();
}

}  // namespace
}  // namespace fairgate::enforcement
