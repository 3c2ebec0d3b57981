#include "policy/exceptions.hpp"
#include "policy/limits.hpp"
#include "policy/modes.hpp"
#include "policy/owners.hpp"
#include "policy/violation_watch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::policy {

namespace {

using namespace std::chrono_literals;

const TimePoint now = TimePoint(std::chrono::hours(500'000));
constexpr AccountId alice{3};

ModeOverride mode_of(
    ModeScope scope, std::string match, Mode mode, std::optional<TimePoint> until = std::nullopt
) {
    ModeOverride rule;
    rule.scope = scope;
    rule.match = std::move(match);
    rule.mode = mode;
    rule.until = until;
    return rule;
}

AccountFacts facts() {
    AccountFacts facts;
    facts.key = {"main", "vip_alice"};
    facts.groups = {"gold", "trial"};
    facts.owner = "seller";
    facts.device_limit = 6;
    return facts;
}

LimitBook full_book() {
    LimitBook book;
    book.accounts.emplace("vip_alice", 1);
    book.patterns.push_back({*NamePattern::parse("vip_*"), 2});
    book.groups = {{"gold", 3}, {"trial", 1}};
    book.owners = {{"seller", 5}};
    book.general = 7;
    return book;
}

TEST(limits, a_name_may_tell_its_own_limit) {
    LimitBook book;
    book.patterns.push_back({*NamePattern::parse("*.{devices}.User")});
    book.patterns.push_back({*NamePattern::parse("{devices}User")});
    book.general = 7;
    EXPECT_EQ(book.devices_for("ali.3.User"), 3);
    EXPECT_EQ(book.devices_for("ali.b.12.User"), 12);
    EXPECT_EQ(book.devices_for("4User"), 4);
    EXPECT_EQ(book.devices_for("ali.User"), 7);
    EXPECT_EQ(book.devices_for("ali.3.user"), 7);
    EXPECT_EQ(book.devices_for("ali.0.User"), 7) << "a limit is at least 1";
    EXPECT_EQ(book.devices_for("ali.99999.User"), 7) << "more likely a date than a limit";
    EXPECT_EQ(NamePattern::parse("{devices}.{devices}").error().code, "FG-LIM-001");
}

TEST(owners, the_first_pattern_that_fits_is_stronger_than_the_panels_word) {
    OwnerBook owners;
    owners.add(*NamePattern::parse("vip_*"), "seller9");
    owners.add(*NamePattern::parse("*"), "nobody");
    EXPECT_EQ(owners.apply(facts()).owner, "seller9");
    AccountFacts other = facts();
    other.key.name = "bob";
    EXPECT_EQ(owners.apply(other).owner, "nobody");
    EXPECT_EQ(OwnerBook().apply(facts()).owner, "seller");
}

TEST(limits, the_first_that_is_set_wins_and_the_others_are_kept) {
    const DeviceLimit limit = full_book().resolve(facts());
    EXPECT_EQ(limit.chosen, (LimitRule{LimitOrigin::account, "", 1}));
    const std::vector<LimitRule> lost{
        {LimitOrigin::pattern, "vip_*", 2},
        {LimitOrigin::group, "gold", 3},
        {LimitOrigin::group, "trial", 1},
        {LimitOrigin::owner, "seller", 5},
        {LimitOrigin::panel, "", 6},
        {LimitOrigin::general, "", 7}
    };
    EXPECT_EQ(limit.lost, lost);
}

TEST(limits, each_gives_way_to_the_next_when_it_is_not_set) {
    LimitBook book = full_book();
    book.accounts.clear();
    EXPECT_EQ(book.resolve(facts()).chosen.origin, LimitOrigin::pattern);
    book.patterns.clear();
    EXPECT_EQ(book.resolve(facts()).chosen, (LimitRule{LimitOrigin::group, "gold", 3}));
    book.groups.clear();
    EXPECT_EQ(book.resolve(facts()).chosen.origin, LimitOrigin::owner);
    book.owners.clear();
    EXPECT_EQ(book.resolve(facts()).chosen.origin, LimitOrigin::panel);
    book.use_panel_field = false;
    EXPECT_EQ(book.resolve(facts()).chosen, (LimitRule{LimitOrigin::general, "", 7}));
}

TEST(limits, patterns_are_text_with_stars_or_regular_expressions) {
    const auto matches = [](const char* pattern, const char* name) {
        return NamePattern::parse(pattern)->matches(name);
    };
    EXPECT_TRUE(matches("*_family", "smith_family"));
    EXPECT_FALSE(matches("*_family", "smith_family_2"));
    EXPECT_TRUE(matches("u?er*", "user17"));
    EXPECT_FALSE(matches("u?er", "uer"));
    EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
    EXPECT_TRUE(matches("re:^user[0-9]+$", "user17"));
    EXPECT_FALSE(matches("re:^user[0-9]+$", "user17x"));
    EXPECT_EQ(NamePattern::parse("re:(").error().code, "FG-LIM-001");
    EXPECT_EQ(NamePattern::parse("").error().code, "FG-LIM-001");
}

RC_GTEST_PROP(limits, a_name_matches_itself_and_any_prefix_and_suffix_of_it_with_a_star, ()) {
    const auto name =
        *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'd')));
    const auto cut = *rc::gen::inRange<std::size_t>(0, name.size() + 1);
    RC_ASSERT(NamePattern::parse(name)->matches(name));
    RC_ASSERT(NamePattern::parse(name.substr(0, cut) + "*")->matches(name));
    RC_ASSERT(NamePattern::parse("*" + name.substr(cut))->matches(name));
    RC_ASSERT(NamePattern::parse(name.substr(0, cut) + "*" + name.substr(cut))->matches(name));
}

TEST(modes, the_most_lenient_that_applies_wins_whatever_the_order) {
    std::vector<ModeOverride> rules(3);
    rules[0] = mode_of(ModeScope::group, "gold", Mode::shadow, now + 1h);
    rules[1] = mode_of(ModeScope::account, "vip_alice", Mode::warn);
    rules[2] = mode_of(ModeScope::group, "silver", Mode::shadow);
    for (int turn = 0; turn < 3; ++turn) {
        std::ranges::rotate(rules, rules.begin() + 1);
        ModeTable table(Mode::enforce);
        std::ranges::for_each(rules, [&](const ModeOverride& rule) { table.add(rule); });
        const ModeChoice choice = table.resolve(facts(), now);
        EXPECT_EQ(choice.mode, Mode::shadow);
        EXPECT_NE(choice.why.find("group gold"), std::string::npos);
        EXPECT_EQ(table.resolve(facts(), now + 1h).mode, Mode::warn);
        AccountFacts other = facts();
        other.groups.clear();
        other.key.name = "bob";
        EXPECT_EQ(table.resolve(other, now).mode, Mode::enforce);
    }
}

TEST(modes, a_part_is_never_stricter_than_the_whole) {
    ModeTable table(Mode::shadow);
    table.add(mode_of(ModeScope::account, "vip_alice", Mode::enforce));
    EXPECT_EQ(table.resolve(facts(), now).mode, Mode::shadow);
    table.add(mode_of(ModeScope::global, "", Mode::enforce));
    EXPECT_EQ(table.resolve(facts(), now).mode, Mode::enforce);
}

TEST(exceptions, an_exempt_account_is_passed_by_until_its_time_is_over) {
    Exceptions exceptions;
    Exemption friendly;
    friendly.account = facts().key;
    friendly.until = now + 1h;
    friendly.reason = "a friend";
    exceptions.add(friendly);
    EXPECT_NE(exceptions.why_passed_by(facts(), now)->find("a friend"), std::string::npos);
    EXPECT_FALSE(exceptions.why_passed_by(facts(), now + 1h));
    AccountFacts namesake = facts();
    namesake.key.backend = "other";
    EXPECT_FALSE(exceptions.why_passed_by(namesake, now));
}

TEST(exceptions, filters_and_the_panel_pass_accounts_by_with_a_reason) {
    AccountFacts disabled = facts();
    disabled.enabled = false;
    EXPECT_TRUE(Exceptions{}.why_passed_by(disabled, now));
    using List = std::vector<std::string>;
    const auto passed = [](List AccountFilter::* list, const char* name) {
        AccountFilter filter;
        filter.*list = {name};
        Exceptions exceptions;
        exceptions.set_filter(std::move(filter));
        return exceptions.why_passed_by(facts(), now).has_value();
    };
    EXPECT_FALSE(passed(&AccountFilter::only_groups, "trial"));
    EXPECT_TRUE(passed(&AccountFilter::only_groups, "silver"));
    EXPECT_TRUE(passed(&AccountFilter::except_groups, "gold"));
    EXPECT_TRUE(passed(&AccountFilter::only_owners, "other"));
    EXPECT_TRUE(passed(&AccountFilter::except_owners, "seller"));
}

TEST(trust, an_address_is_found_by_its_network_until_the_time_is_over) {
    TrustList trust;
    trust.add(*Network::parse("198.51.100.0/24"), now + 1h);
    const NoNetworkTable networks;
    const auto inside = *Address::parse("198.51.100.7");
    EXPECT_EQ(trust.find(inside, networks, now), "198.51.100.0/24");
    EXPECT_FALSE(trust.find(inside, networks, now + 1h));
    EXPECT_FALSE(trust.find(*Address::parse("198.51.101.7"), networks, now));
}

TEST(violations, one_opens_above_the_limit_grows_and_closes) {
    ViolationWatch watch{ViolationRule{}};
    EXPECT_EQ(watch.judge(alice, 2, 2, 10), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 3, 2, 11), ViolationChange::opened);
    EXPECT_EQ(watch.judge(alice, 3, 2, 12), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 4, 2, 13), ViolationChange::grew);
    EXPECT_EQ(watch.judge(alice, 2, 2, 14), ViolationChange::closed);
    const OpenViolation closed = watch.take_closed(alice);
    EXPECT_EQ(closed.devices, 4);
    EXPECT_EQ(closed.slots_over, 3);
    EXPECT_TRUE(watch.none_open());
}

TEST(violations, a_rule_may_ask_for_several_detections_within_its_window) {
    ViolationWatch watch{ViolationRule{.detections = 3, .detection_window = 10}};
    EXPECT_EQ(watch.judge(alice, 2, 1, 0), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 2, 1, 0), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 2, 1, 5), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 2, 1, 10), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 2, 1, 11), ViolationChange::opened);
}

TEST(violations, tolerance_is_added_to_the_limit_and_unlimited_is_never_exceeded) {
    ViolationWatch watch{ViolationRule{.tolerance = 1}};
    EXPECT_EQ(watch.judge(alice, 3, 2, 1), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 100, unlimited, 2), ViolationChange::none);
    EXPECT_EQ(watch.judge(alice, 4, 2, 3), ViolationChange::opened);
}

RC_GTEST_PROP(violations, an_account_is_open_exactly_while_it_is_over, ()) {
    ViolationWatch watch{ViolationRule{}};
    tracker::Slot slot = 0;
    for (const int devices : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5))) {
        if (watch.judge(alice, devices, 2, ++slot) == ViolationChange::closed) {
            watch.take_closed(alice);
        }
        RC_ASSERT((watch.find(alice) != nullptr) == (devices > 2));
        // Once more changes nothing: slots judged again after a restart.
        RC_ASSERT(watch.judge(alice, devices, 2, slot) == ViolationChange::none);
    }
}

}  // namespace

}  // namespace fairgate::policy
