#include "http/message.hpp"

#include "http/date.hpp"
#include "http/uri.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace fairgate::http {
namespace {

TEST(Headers, compare_names_without_case_and_keep_their_order) {
    Headers headers{{"Accept", "a"}, {"X-One", "1"}, {"accept", "b"}};
    EXPECT_EQ(headers.get("ACCEPT"), "a");
    EXPECT_FALSE(headers.get("Acceptable"));
    headers.set("ACCEPT", "c");
    EXPECT_EQ(headers.all().size(), 2U);
    EXPECT_EQ(headers.get("accept"), "c");
}

RC_GTEST_PROP(Percent, what_was_encoded_decodes_to_itself, (const std::string& text)) {
    const std::string encoded = percent_encode(text);
    RC_ASSERT(encoded.find_first_of(" /?#&=+\r\n\"") == std::string::npos);
    RC_ASSERT(percent_decode(encoded) == text);
}

TEST(Percent, a_broken_escape_is_refused) {
    EXPECT_FALSE(percent_decode("%"));
    EXPECT_FALSE(percent_decode("%4"));
    EXPECT_FALSE(percent_decode("a%zz"));
    EXPECT_FALSE(percent_decode("%4g"));
    EXPECT_EQ(percent_decode("%41+"), "A+");
}

TEST(QueryOf, names_and_values_are_decoded_in_order) {
    const auto query = Query::parse("a=1&b=%20+x&&a=2&flag&=v&c=d=e");
    ASSERT_TRUE(query);
    EXPECT_EQ(query->get("a"), "1");
    EXPECT_EQ(query->get_all("a").size(), 2U);
    EXPECT_EQ(query->get("b"), "  x");
    EXPECT_EQ(query->get("flag"), "");
    EXPECT_EQ(query->get(""), "v");
    EXPECT_EQ(query->get("c"), "d=e");
    EXPECT_FALSE(query->get("d"));
    EXPECT_FALSE(Query::parse("a=%x"));
}

RC_GTEST_PROP(
    QueryOf, text_parses_to_itself, (const std::vector<std::pair<std::string, std::string>>& fields)
) {
    Query query;
    for (const auto& [name, value] : fields) {
        query.add(name, value);
    }
    const auto back = Query::parse(query.text());
    RC_ASSERT(back.has_value());
    RC_ASSERT(back->all() == fields);
}

TEST(TargetOf, is_split_at_the_first_question_mark) {
    EXPECT_EQ(split_target("/a/b?c=d?e").path, "/a/b");
    EXPECT_EQ(split_target("/a/b?c=d?e").query, "c=d?e");
    EXPECT_EQ(split_target("/a").query, "");
}

TEST(BaseOf, takes_what_an_operator_writes) {
    const Base panel = parse_base("https://panel.example.com:8443/dash/").value();
    EXPECT_EQ(panel.host, "panel.example.com");
    EXPECT_EQ(panel.port, 8443);
    EXPECT_EQ(panel.path, "/dash");
    EXPECT_EQ(panel.host_field, "panel.example.com:8443");
    EXPECT_EQ(panel.text(), "https://panel.example.com:8443");
    EXPECT_EQ(parse_base("http://127.0.0.1").value().port, 80);
    for (const char* port : {"0", "65536", "99999", "4294967297"}) {
        EXPECT_FALSE(parse_base("https://panel.example.com:" + std::string(port))) << port;
    }
    EXPECT_EQ(parse_base("https://[2001:db8::1]").value().host, "2001:db8::1");
    EXPECT_EQ(parse_base("https://[2001:db8::1]").value().host_field, "[2001:db8::1]");
    EXPECT_EQ(parse_base("unix:/run/x.sock").value().host, "/run/x.sock");
}

TEST(BaseOf, refuses_the_rest_and_never_repeats_a_password) {
    for (const char* const wrong :
         {"",
          "panel.example.com",
          "ftp://x",
          "https://",
          "https://:80",
          "unix:relative",
          "https://h:70000",
          "https://h:0",
          "https://h/?a=b",
          "https://h o",
          "https://h:x"}) {
        const auto base = parse_base(wrong);
        ASSERT_FALSE(base) << wrong;
        EXPECT_EQ(base.error().code, "FG-NET-001");
    }
    const auto base = parse_base("https://admin:hunter2@panel.example.com");
    ASSERT_FALSE(base);
    EXPECT_EQ(to_line(base.error()).find("hunter2"), std::string::npos);
}

TEST(Date, is_written_as_rfc_9110_says) {
    EXPECT_EQ(to_date(TimePoint(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Date, what_is_no_date_is_refused) {
    EXPECT_FALSE(parse_date("Sunday, 06-Nov-94 08:49:37 GMT"));
    EXPECT_FALSE(parse_date("Sun, 31 Feb 1994 08:49:37 GMT"));
    EXPECT_FALSE(parse_date("Sun, 06 Nov 1994 24:49:37 GMT"));
    EXPECT_FALSE(parse_date("Sun, -6 Nov 1994 08:49:37 GMT"));
}

RC_GTEST_PROP(Date, reads_back_what_it_wrote, ()) {
    const auto seconds = *rc::gen::inRange<std::int64_t>(0, 4'000'000'000);
    const TimePoint time{std::chrono::seconds(seconds)};
    RC_ASSERT(parse_date(to_date(time)) == time);
}

}  // namespace
}  // namespace fairgate::http
