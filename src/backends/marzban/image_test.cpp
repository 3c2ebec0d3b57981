#include "backends/marzban/image.hpp"

#include <gtest/gtest.h>

namespace fairgate::backends::marzban {
namespace {

UserImage with(InboundMap inbounds) {
    UserImage image;
    image.username = "ali";
    image.status = "active";
    image.inbounds = std::move(inbounds);
    return image;
}

const InboundMap existing{{"vless", {"A", "B", "SLOW"}}, {"vmess", {"W"}}};

TEST(MarzbanImage, is_read_back_as_it_was_written) {
    PanelUser user;
    user.username = "ali";
    user.created_at = "2026-01-01T00:00:00";
    user.status = "on_hold";
    user.on_hold_expire_duration = 5;
    user.inbounds = {{"vless", {"B", "A"}}};
    user.next_plan = json::parse(R"({"data_limit":5})").value();
    const UserImage image = image_of(user);
    EXPECT_EQ(parse_image(json::write(image), "before").value(), image);
    EXPECT_EQ(parse_image("{}", "before").error().code, "FG-MZB-023");
    EXPECT_EQ(parse_image("half", "after").error().code, "FG-MZB-023");
}

TEST(MarzbanImage, a_restriction_is_by_protocol_and_leaves_out_what_the_panel_has_not) {
    const InboundMap of_user{{"vless", {"A"}}, {"vmess", {"W"}}};
    const InboundMap expected{{"vless", {"SLOW"}}, {"vmess", {}}};
    EXPECT_EQ(restricted_map(of_user, existing, {"SLOW", "GONE"}), expected);
}

TEST(MarzbanImage, an_inbound_made_meanwhile_is_nobodys_doing) {
    const UserImage before = with({{"vless", {"A"}}});
    const UserImage after = with({{"vless", {"SLOW"}}});
    EXPECT_EQ(
        inbounds_standing(before, after, with({{"vless", {"NEW", "SLOW"}}})), Standing::as_after
    );
    EXPECT_EQ(inbounds_standing(before, after, with({{"vless", {"A"}}})), Standing::as_before);
    EXPECT_EQ(inbounds_standing(before, after, with({{"vless", {}}})), Standing::otherwise);
}

TEST(MarzbanImage, a_return_gives_what_was_and_keeps_what_was_added) {
    const UserImage before = with({{"vless", {"A"}}, {"vmess", {"W"}}});
    const UserImage after = with({{"vless", {"SLOW"}}, {"vmess", {}}});
    const UserImage now = with({{"vless", {"B", "SLOW"}}, {"vmess", {}}});
    const InboundReturn plan = plan_return(before, after, now, existing);
    const InboundMap expected{{"vless", {"A", "B"}}, {"vmess", {"W"}}};
    EXPECT_EQ(plan.kind, InboundReturn::Kind::restore);
    EXPECT_EQ(plan.inbounds, expected);
    EXPECT_EQ(plan_return(before, after, before, existing).kind, InboundReturn::Kind::nothing);
}

TEST(MarzbanImage, a_tag_that_vanished_is_never_sent) {
    const UserImage before = with({{"vless", {"A", "OLD"}}});
    const UserImage after = with({{"vless", {"SLOW"}}});
    const InboundReturn plan = plan_return(before, after, after, existing);
    const InboundMap expected{{"vless", {"A"}}};
    EXPECT_EQ(plan.inbounds, expected);
    EXPECT_EQ(plan.deleted, std::vector<std::string>{"OLD"});
    const InboundReturn none = plan_return(with({{"vless", {"OLD"}}}), after, after, existing);
    EXPECT_EQ(none.kind, InboundReturn::Kind::conflict);
    EXPECT_TRUE(none.inbounds.empty());
}

TEST(
    MarzbanImage, a_protocol_that_someone_took_from_the_restriction_is_left_and_the_rest_returned
) {
    const UserImage before = with({{"vless", {"A"}}, {"vmess", {"W"}}});
    const UserImage after = with({{"vless", {"SLOW"}}, {"vmess", {}}});
    const UserImage now = with({{"vless", {"B"}}, {"vmess", {}}});
    const InboundReturn plan = plan_return(before, after, now, existing);
    const InboundMap expected{{"vmess", {"W"}}};
    EXPECT_EQ(plan.kind, InboundReturn::Kind::conflict);
    EXPECT_EQ(plan.inbounds, expected);
}

TEST(MarzbanImage, a_renewal_is_told_from_an_administrators_release) {
    UserImage before = with({});
    before.used_traffic = 100;
    UserImage after = before;
    after.status = "disabled";
    UserImage now = before;
    EXPECT_FALSE(was_renewed(before, after, now)) << "made active by hand";
    now.used_traffic = 0;
    EXPECT_TRUE(was_renewed(before, after, now));
    now.used_traffic = 100;
    after.next_plan = json::parse(R"({"data_limit":5})").value();
    EXPECT_TRUE(was_renewed(before, after, now)) << "its next plan went";
    now.status = "disabled";
    EXPECT_FALSE(was_renewed(before, after, now));
    before.status = after.status = "limited";
    now.status = "active";
    EXPECT_TRUE(was_renewed(before, after, now));
}

}  // namespace
}  // namespace fairgate::backends::marzban
