#pragma once

#include "store/contract_fixture.hpp"

#include <stdexcept>

// Settings, the audit trail, single values and transactions: see contract.hpp.
namespace fairgate::store {

TEST_P(StoreContract, settings_are_replaced_by_key_and_removed) {
    LimitSetting limit{LimitOrigin::pattern, "", "vip_*", 4, "root", at(0s), "resellers"};
    ASSERT_TRUE(store->limits().set(limit));
    limit.devices = 5;
    ASSERT_TRUE(store->limits().set(limit));
    LimitSetting other = limit;
    other.backend = "main";
    ASSERT_TRUE(store->limits().set(other));
    EXPECT_EQ(store->limits().all().value(), (std::vector<LimitSetting>{limit, other}));
    EXPECT_EQ(store->limits().find(key_of(limit)).value(), limit);
    EXPECT_EQ(store->limits().remove(key_of(limit)).value(), limit);
    EXPECT_EQ(store->limits().remove(key_of(limit)).value(), std::nullopt);
    EXPECT_EQ(store->limits().find(key_of(limit)).value(), std::nullopt);
}

TEST_P(StoreContract, every_kind_of_setting_comes_back_as_it_went) {
    const Exemption exemption{{"main", "ali"}, at(24h), "root", at(0s), "the owner's mother"};
    const TrustEntry network{
        *Network::parse("2001:db8::/32"), TrustEffect::never_blocked, {}, "root", at(0s), "office"
    };
    const TrustEntry system{Asn{64500}, TrustEffect::never_counted, at(1h), "root", at(0s), "CDN"};
    const ModeOverride mode{
        ModeScope::group, "main", "gold", Mode::warn, at(2h), "root", at(0s), "try it"
    };
    LadderSetting ladder;
    ladder.steps = {"warn", "10m", "forever"};
    ladder.window = 24h;
    ladder.warning = 3min;
    ladder.instant = 80;
    ladder.by = "root";
    ladder.at = at(0s);
    const RotatingNetwork rotating{Asn{64501}, at(0s), 40, 3.5, ""};
    const SourcePosition position{"sources.log", R"({"inode":5})", std::nullopt, at(1s)};
    ASSERT_TRUE(store->exemptions().set(exemption));
    ASSERT_TRUE(store->trust().set(network));
    ASSERT_TRUE(store->trust().set(system));
    ASSERT_TRUE(store->modes().set(mode));
    ASSERT_TRUE(store->ladders().set(ladder));
    ASSERT_TRUE(store->rotating_networks().set(rotating));
    ASSERT_TRUE(store->positions().set(position));
    EXPECT_EQ(store->exemptions().all().value(), std::vector{exemption});
    EXPECT_EQ(store->trust().all().value(), (std::vector{network, system}));
    EXPECT_EQ(store->modes().all().value(), std::vector{mode});
    EXPECT_EQ(store->ladders().all().value(), std::vector{ladder});
    EXPECT_EQ(store->rotating_networks().all().value(), std::vector{rotating});
    EXPECT_EQ(store->positions().find("sources.log").value(), position);
}

TEST_P(StoreContract, the_audit_trail_is_listed_by_who_what_and_when) {
    AuditEntry entry{
        {}, at(0s), "root", "cli", "limit.set", "main/ali", "{}", R"({"devices":3})", "asked", "r1"
    };
    entry.id = store->audit().add(entry).value();
    EXPECT_EQ(store->audit().list({}, {}).value().rows, std::vector{entry});
    const auto count = [&](const AuditFilter& filter) {
        return store->audit().list(filter, {}).value().rows.size();
    };
    EXPECT_EQ(count({.who = "root", .action = "limit.set", .object = "main/ali"}), 1U);
    EXPECT_EQ(count({.who = "x"}), 0U);
    EXPECT_EQ(count({.since = at(1s)}), 0U);
    EXPECT_EQ(store->audit().purge(at(1s), 10).value(), 1);
}

TEST_P(StoreContract, single_values_are_kept) {
    EXPECT_EQ(store->meta().get("a").value(), std::nullopt);
    ASSERT_TRUE(store->meta().set("a", "1"));
    ASSERT_TRUE(store->meta().set("a", "2"));
    EXPECT_EQ(store->meta().get("a").value(), "2");
    ASSERT_TRUE(store->meta().erase("a"));
    EXPECT_EQ(store->meta().get("a").value(), std::nullopt);
}

TEST_P(StoreContract, a_transaction_happens_whole_or_not_at_all) {
    const auto fail = [&]() -> Result<void> {
        store->meta().set("a", "1").value();
        return Error{.code = "FG-TST-001", .what = "changed my mind"};
    };
    EXPECT_EQ(store->atomically(Durability::now, fail).error().code, "FG-TST-001");
    EXPECT_EQ(store->meta().get("a").value(), std::nullopt);
    EXPECT_THROW(
        (void)store->atomically(
            Durability::soon,
            [&]() -> Result<void> {
                store->meta().set("a", "1").value();
                throw std::runtime_error("crash");
            }
        ),
        std::runtime_error
    );
    EXPECT_EQ(store->meta().get("a").value(), std::nullopt);
    const auto succeed = [&] { return store->meta().set("a", "1"); };
    ASSERT_TRUE(store->atomically(Durability::soon, succeed));
    EXPECT_EQ(store->meta().get("a").value(), "1");
}

TEST_P(StoreContract, a_transaction_inside_another_is_a_part_of_it) {
    const auto inner = [&] { return store->meta().set("inner", "1"); };
    const auto outer = [&]() -> Result<void> {
        store->atomically(Durability::now, inner).value();
        return Error{.code = "FG-TST-001", .what = "changed my mind"};
    };
    EXPECT_FALSE(store->atomically(Durability::now, outer));
    EXPECT_EQ(store->meta().get("inner").value(), std::nullopt);
}

TEST_P(StoreContract, a_whole_store_checks_out) { EXPECT_TRUE(store->check()); }

}  // namespace fairgate::store
