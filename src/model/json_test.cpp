#include "model/json.hpp"

#include "model/decision.hpp"
#include "model/ids.hpp"
#include "model/measure.hpp"

#include <gtest/gtest.h>

namespace fairgate::json {
namespace {

using namespace std::chrono_literals;

TEST(model_json, each_value_has_its_text) {
    const TimePoint time = std::chrono::sys_days(std::chrono::year(2026) / 12 / 1) + 1ms;
    EXPECT_EQ(write(time), R"("2026-12-01T00:00:00.001Z")");
    EXPECT_EQ(write(Duration(90min)), R"("1h30m")");
    EXPECT_EQ(write(Bytes{5}), "5");
    EXPECT_EQ(write(*Address::parse("2001:db8::1")), R"("2001:db8::1")");
    EXPECT_EQ(write(*Network::parse("203.0.113.9/24")), R"("203.0.113.0/24")");
    EXPECT_EQ(read<TimePoint>(write(time), Unknown::refuse).value(), time);
    EXPECT_EQ(read<Duration>(R"("1h30m")", Unknown::refuse).value(), 90min);
    EXPECT_EQ(read<Bytes>("5", Unknown::refuse).value(), Bytes{5});
    EXPECT_EQ(read<Address>(R"("::1")", Unknown::refuse).value(), *Address::parse("::1"));
    EXPECT_EQ(read<Network>(R"("::/0")", Unknown::refuse).value(), Network());
}

TEST(model_json, no_limit_has_a_word) {
    EXPECT_EQ(write(DeviceNumber{3}), "3");
    EXPECT_EQ(write(DeviceNumber{}), R"("unlimited")");
    EXPECT_EQ(read<DeviceNumber>(R"("unlimited")", Unknown::refuse).value().devices, unlimited);
    EXPECT_EQ(read<DeviceNumber>("3", Unknown::refuse).value().devices, 3);
    EXPECT_FALSE(read<DeviceNumber>("-1", Unknown::refuse));
    EXPECT_FALSE(read<DeviceNumber>(R"("3")", Unknown::refuse));
    const LimitRule rule{LimitOrigin::group, "gold", unlimited};
    EXPECT_EQ(write(rule), R"({"origin":"group","rule":"gold","devices":"unlimited"})");
    EXPECT_EQ(read<LimitRule>(write(rule), Unknown::refuse).value(), rule);
}

TEST(model_json, wrong_text_is_refused) {
    EXPECT_FALSE(read<TimePoint>("5", Unknown::refuse));
    EXPECT_FALSE(read<TimePoint>(R"("yesterday")", Unknown::refuse));
    EXPECT_FALSE(read<Duration>(R"("15")", Unknown::refuse));
    EXPECT_FALSE(read<Address>(R"("example.org")", Unknown::refuse));
    EXPECT_FALSE(read<Bytes>("-1", Unknown::refuse));
}

TEST(model_json, a_measure_comes_back_as_it_went) {
    Measure measure;
    measure.id.value = 3;
    measure.account = {"main", "ali"};
    measure.before = R"({"status":"active"})";
    measure.due = TimePoint(90min);
    measure.state = MeasureState::lifting;
    EXPECT_EQ(read<Measure>(write(measure), Unknown::refuse).value(), measure);
}

TEST(model_json, a_network_scope_is_a_network_or_an_as) {
    TrustEntry entry;
    entry.scope = Asn{64500};
    EXPECT_EQ(read<TrustEntry>(write(entry), Unknown::refuse).value(), entry);
    EXPECT_EQ(to_text(*parse_network_scope("198.51.100.7")), "198.51.100.7/32");
    for (const char* text : {"AS", "AS0", "AS-1", "AS4294967296", "ASx", "", "10.0.0.0/33"}) {
        EXPECT_FALSE(parse_network_scope(text)) << text;
    }
}

TEST(ids, have_a_text_form_that_names_their_kind) {
    EXPECT_EQ(to_text(ViolationId{12}), "vio_12");
    EXPECT_EQ(to_text(DecisionId{7}), "dec_7");
    EXPECT_EQ(to_text(MeasureId{3}), "mea_3");
    EXPECT_EQ(parse_id<DecisionId>("dec_7"), DecisionId{7});
    for (const char* text : {"", "7", "vio_7", "dec_", "dec_0", "dec_-7", "dec_7x"}) {
        EXPECT_FALSE(parse_id<DecisionId>(text)) << text;
    }
}

}  // namespace
}  // namespace fairgate::json
