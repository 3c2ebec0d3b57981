#include "setup/reach.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace fairgate::setup {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint today{std::chrono::seconds{1'785'960'000}};  // 2026-08-05T20:00:00Z

TEST(clock, a_second_is_fine_and_eight_hours_are_told) {
    EXPECT_EQ(clock_line(420ms).text, "clock skew 0.4 s");
    EXPECT_EQ(clock_line(-1'960ms).text, "clock skew 2.0 s");
    EXPECT_EQ(clock_line(-1'960ms).outcome, Outcome::good);
    const TestLine far = clock_line(8h);
    EXPECT_EQ(far.outcome, Outcome::warning);
    EXPECT_EQ(far.text, "clock skew 28800.0 s: it is ahead of this machine");
    EXPECT_NE(clock_line(-8h).text.find("it is behind"), std::string::npos);
    EXPECT_EQ(clock_line(std::nullopt).outcome, Outcome::skipped);
}

TEST(certificate, is_shown_so_that_it_can_be_compared) {
    http::ShownCertificate certificate;
    certificate.sha256 = std::string(62, '0') + "af";
    certificate.subject = "CN=panel";
    certificate.issuer = "CN=Example CA";
    certificate.names = "panel.example.com, 192.0.2.1";
    certificate.until = today + 48h;
    const auto lines = certificate_lines(certificate, today);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "certificate for panel.example.com, 192.0.2.1");
    EXPECT_EQ(lines[1], "issued by CN=Example CA");
    EXPECT_EQ(lines[2], "valid until 2026-08-07, for 2 d");
    EXPECT_TRUE(lines[3].starts_with("SHA-256 00:00:"));
    EXPECT_TRUE(lines[3].ends_with(":00:AF"));
    EXPECT_EQ(certificate_lines(certificate, today + 72h)[2], "EXPIRED on 2026-08-07, 1 d ago");
}

TEST(reach, an_address_that_is_none_is_refused_before_anything_is_asked) {
    const SystemClock clock;
    std::vector<TestLine> lines;
    const Tell tell = [&](const TestLine& line) { lines.push_back(line); };
    for (const char* url :
         {"ftp://panel", "https://", "https://user:secret@panel", "https://panel:99999"}) {
        const Reached reached = reach(url, {}, {}, clock, tell);
        ASSERT_TRUE(reached.failed) << url;
        EXPECT_EQ(reached.failed->code, "FG-NET-001") << url;
        EXPECT_EQ(to_line(*reached.failed).find("secret"), std::string::npos);
    }
    EXPECT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines.at(0).name, "address");
}

TEST(reach, what_does_not_listen_ends_at_tcp) {
    const SystemClock clock;
    std::vector<std::string> names;
    const Reached reached = reach("http://127.0.0.1:1", {}, {}, clock, [&](const TestLine& line) {
        names.push_back(line.name);
    });
    ASSERT_TRUE(reached.failed);
    EXPECT_EQ(reached.failed->code, "FG-NET-003");
    EXPECT_EQ(names, (std::vector<std::string>{"dns", "tcp"}));
}

}  // namespace
}  // namespace fairgate::setup
