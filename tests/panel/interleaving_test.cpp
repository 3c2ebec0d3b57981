#include "panel/coming_and_going.hpp"
#include "panel/rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

// Other people work in the panel while our measures come and go. Beside the panel runs a second one
// in which the same people do the same things and we do nothing: once everything of ours is lifted,
// the two must not differ.
namespace fairgate::panel_test {
namespace {

using sim::Release;
using sim::UserStatus;

/// What somebody else can do to a user. Not among them: disabling one who is disabled already (by
/// us), which nobody can see afterwards.
enum class Deed { none, enable, disable, plan, no_plan, expire, quota, note, join, leave, end };

void do_to(sim::PanelState& panel, sim::User& user, Deed deed, TimePoint now) {
    sim::UserPatch patch;
    patch.next_plan = user.next_plan;
    switch (deed) {
        case Deed::none:
        case Deed::end:
            return;
        case Deed::enable:
            return panel.set_enabled(user, now);
        case Deed::disable:
            return panel.set_disabled(user, now);
        case Deed::plan:
            patch.next_plan = some_plan();
            break;
        case Deed::no_plan:
            patch.next_plan.reset();
            break;
        case Deed::expire:
            patch.expire = now + std::chrono::hours(1'000);
            break;
        case Deed::quota:
            patch.data_limit = user.data_limit ? 0 : 5'000;
            break;
        case Deed::note:
            patch.note = "seen";
            break;
        case Deed::join:
        case Deed::leave: {
            const std::vector<std::int64_t> groups{3};
            sim::GroupSelector selector;
            selector.users = {user.id};
            deed == Deed::join ? panel.add_to_groups(groups, selector, now)
                               : panel.remove_from_groups(groups, selector, now);
            return;
        }
    }
    panel.modify(user, patch, now);
}

class Story {
public:
    Story(Release release, UserStatus status, Action action)
        : rig_(release), shadow_(release, 1, start), ours_(rig_, action) {
        shadow_.add_group("main");
        shadow_.add_group("restricted");
        shadow_.add_group("extra");
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
        rig_.panel.before_call = [this](const http::Request& request) { interfere(request); };
    }

    /// One step of ours, with what somebody else does in the midst of it.
    void step(int number, Deed deed) {
        deed_ = deed;
        rig_.clock.advance(std::chrono::seconds(1));
        if (const auto fault = conformance::fault_at(number, number % 3 == 0 ? "PUT" : "POST")) {
            rig_.panel.add_fault(*fault);
        }
        ours_.go(number);
        rig_.panel.clear_faults();
        interfere(read_of_ali());
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
        sim::User theirs = shadow_.users().at(1);
        for (sim::User* user : {&ours, &theirs}) {
            user->edit_at.reset();
            std::sort(user->group_ids.begin(), user->group_ids.end());
        }
        RC_ASSERT(ours.next_plan == theirs.next_plan);
        RC_ASSERT(ours.group_ids == theirs.group_ids);
        RC_ASSERT(std::string(to_text(ours.status)) == to_text(theirs.status));
        RC_ASSERT(ours == theirs);
        for (const std::int64_t id : {2, 3}) {
            RC_ASSERT(rig_.state().users().at(id).status == UserStatus::active);
            RC_ASSERT(rig_.state().users().at(id).group_ids == std::vector<std::int64_t>{1});
        }
    }

private:
    static http::Request read_of_ali() {
        http::Request request;
        request.target = "/api/user/by-id/1";
        return request;
    }

    /// Somebody gets in just before the panel hears us. Not between a read and a PUT of 4.0, and
    /// not between an order and our look at it: nothing could tell the two apart. Neither could it
    /// tell whose disable it is when the answer to ours was lost.
    void interfere(const http::Request& request) {
        const bool first = request.target == "/api/user/by-id/1" && request.method == "GET";
        const bool bulk = request.target == "/api/users/bulk/disable";
        if ((!first && !bulk) || deed_ == Deed::none) {
            return;
        }
        const Deed deed = std::exchange(deed_, Deed::none);
        const bool hidden = rig_.ali().status == UserStatus::disabled || ours_.is_in_doubt();
        if (deed == Deed::disable && hidden) {
            return;
        }
        do_to(rig_.state(), rig_.ali(), deed, rig_.clock.now());
        do_to(shadow_, shadow_.users().at(1), deed, rig_.clock.now());
    }

    Rig rig_;
    sim::PanelState shadow_;
    conformance::ComingAndGoing<Rig> ours_;
    Deed deed_ = Deed::none;
};

RC_GTEST_PROP(Interleaving, a_block_leaves_the_user_as_it_would_be_without_us, ()) {
    const auto release =
        *rc::gen::element(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2);
    const auto status = *rc::gen::element(
        UserStatus::active, UserStatus::disabled, UserStatus::limited, UserStatus::on_hold
    );
    Story story(release, status, Action::block);
    for (const auto& [number, deed] : *conformance::some_steps(static_cast<int>(Deed::end))) {
        const auto chosen = static_cast<Deed>(deed);
        const bool ends_the_hold =
            status == UserStatus::on_hold && (chosen == Deed::expire || chosen == Deed::quota);
        story.step(number, ends_the_hold ? Deed::none : chosen);
    }
    story.lift_at_last();
    story.compare();
}

RC_GTEST_PROP(Interleaving, a_move_leaves_the_user_as_it_would_be_without_us, ()) {
    const auto release =
        *rc::gen::element(Release::v4_0, Release::v5_0, Release::v5_1, Release::v5_2);
    Story story(release, UserStatus::active, Action::move_group);
    for (const auto& [number, deed] : *conformance::some_steps(static_cast<int>(Deed::end))) {
        const auto chosen = static_cast<Deed>(deed);
        const bool edits_groups = chosen == Deed::join || chosen == Deed::leave;
        story.step(number, edits_groups ? Deed::plan : chosen);
    }
    story.lift_at_last();
    story.compare();
}

}  // namespace
}  // namespace fairgate::panel_test
