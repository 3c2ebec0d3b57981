#include "panel/coming_and_going.hpp"
#include "panel/marzban_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <utility>
#include <vector>

// Other people and their bots work in a Marzban while our measures come and go. Beside the panel
// runs a second one in which the same people do the same things and we do nothing: once everything
// of ours is lifted, the two must not differ. (interleaving_test.cpp does the same for PasarGuard.)
namespace fairgate::marzban_test {
namespace {

using sim::UserStatus;

/// What somebody else can do to a user. Not among them: disabling one who is disabled already (by
/// us), which nobody can see afterwards.
enum class Deed { none, enable, disable, renew, plan, no_plan, expire, quota, note, remake, end };

void do_to(sim::PanelState& panel, sim::User& user, Deed deed, TimePoint now) {
    sim::UserPatch patch;
    patch.next_plan = user.next_plan;
    switch (deed) {
        case Deed::none:
        case Deed::end:
            return;
        case Deed::enable:
            patch.status = UserStatus::active;
            break;
        case Deed::disable:
            patch.status = UserStatus::disabled;
            break;
        case Deed::renew:
            panel.reset(user, now);
            return;
        case Deed::plan:
            patch.next_plan = some_plan();
            break;
        case Deed::no_plan:
            patch.next_plan.reset();
            break;
        case Deed::expire:
            patch.expire = sim::unix_seconds(now) + 3'600'000;
            break;
        case Deed::quota:
            patch.data_limit = user.data_limit ? 0 : 5'000;
            break;
        case Deed::note:
            patch.note = "seen";
            break;
        case Deed::remake: {
            sim::User next = sim_user(user.username);
            next.used_traffic = 7;
            panel.delete_user(user.id, now);
            panel.add_user(std::move(next), now);
            return;
        }
    }
    panel.modify(user, patch, now).value();
}

class Story {
public:
    explicit Story(UserStatus status)
        : shadow_(sim::Release::v0_8, 1, start), ours_(rig_, Action::block) {
        shadow_.inbounds() = rig_.state().inbounds();
        sim::User& ali = rig_.ali();
        ali.status = status;
        ali.next_plan = some_plan();
        ali.used_traffic = 100;
        if (status == UserStatus::on_hold) {
            ali.on_hold_expire_duration = 86'400;
        } else if (status == UserStatus::limited) {
            ali.data_limit = 50;
        }
        shadow_.add_user(ali, start);
        for (const char* name : {"bea", "cem"}) {
            shadow_.add_user(*rig_.state().find_user(name), start);
        }
        rig_.parts.panel.before_call = [this](const http::Request& request) {
            if (request.method == "GET" && request.target == "/api/user/ali.phone") {
                interfere();
            }
        };
    }

    /// One step of ours, with what somebody else does in the midst of it.
    void step(int number, Deed deed) {
        deed_ = deed;
        rig_.clock.advance(std::chrono::seconds(1));
        if (const auto fault = conformance::fault_at(number, "PUT")) {
            rig_.parts.panel.add_fault(*fault);
        }
        ours_.go(number);
        rig_.parts.panel.clear_faults();
        interfere();
        shadow_.run_jobs(rig_.clock.now());
        rig_.state().run_jobs(rig_.clock.now());
    }

    void lift_at_last() {
        deed_ = Deed::none;
        RC_ASSERT(ours_.lift_at_last());
        const TimePoint later = rig_.clock.now() + std::chrono::minutes(2);
        rig_.state().run_jobs(later);
        shadow_.run_jobs(later);
    }

    void compare() {
        sim::User ours = rig_.ali();
        sim::User theirs = *shadow_.find_user("ali.phone");
        for (sim::User* user : {&ours, &theirs}) {
            user->edit_at.reset();
            for (auto& [protocol, proxy] : user->proxies) {
                proxy.secret.clear();
            }
        }
        RC_ASSERT(ours.next_plan == theirs.next_plan);
        RC_ASSERT(std::string(to_text(ours.status)) == to_text(theirs.status));
        RC_ASSERT(ours.expire == theirs.expire);
        RC_ASSERT(ours == theirs);
        for (const char* name : {"bea", "cem"}) {
            RC_ASSERT(rig_.state().find_user(name)->status == UserStatus::active);
        }
    }

private:
    /// Somebody gets in just before the panel hears us. Nothing could tell whose disable it is when
    /// the answer to ours was lost.
    void interfere() {
        const Deed deed = std::exchange(deed_, Deed::none);
        const bool hidden = rig_.ali().status == UserStatus::disabled || ours_.is_in_doubt();
        if (deed == Deed::none || (deed == Deed::disable && hidden)) {
            return;
        }
        do_to(rig_.state(), rig_.ali(), deed, rig_.clock.now());
        do_to(shadow_, *shadow_.find_user("ali.phone"), deed, rig_.clock.now());
    }

    Rig rig_;
    sim::PanelState shadow_;
    conformance::ComingAndGoing<Rig> ours_;
    Deed deed_ = Deed::none;
};

RC_GTEST_PROP(MarzbanInterleaving, a_block_leaves_the_user_as_it_would_be_without_us, ()) {
    const auto status = *rc::gen::element(
        UserStatus::active, UserStatus::disabled, UserStatus::limited, UserStatus::on_hold
    );
    const auto steps = *conformance::some_steps(static_cast<int>(Deed::end));
    Story story(status);
    for (const auto& [number, chosen] : steps) {
        const auto deed = static_cast<Deed>(chosen);
        const bool ends_the_hold =
            status == UserStatus::on_hold && (deed == Deed::expire || deed == Deed::quota);
        story.step(number, ends_the_hold ? Deed::none : deed);
    }
    story.lift_at_last();
    story.compare();
}

}  // namespace
}  // namespace fairgate::marzban_test
