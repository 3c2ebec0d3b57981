#include "logs/access_line.hpp"
#include "logs/account_name.hpp"
#include "logs/log_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

namespace fairgate::logs {
namespace {

std::string with_blanks(std::string text) {
    const std::string mark = "␠";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
        text.replace(at, mark.size(), " ");
    }
    return text == "-" ? "" : text;
}

/// "#01 COUNT ip=… port=…" as a map; verdict and reason under "verdict" and "reason".
std::map<std::string, std::string> expectation(const std::string& header) {
    std::istringstream words(header);
    std::string word;
    std::map<std::string, std::string> expected;
    words >> word >> expected["verdict"];
    while (words >> word) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) {
            expected["reason"] = word;
        } else {
            expected[word.substr(0, equals)] = with_blanks(word.substr(equals + 1));
        }
    }
    return expected;
}

std::map<std::string, std::string> as_read(const AccessLine& line) {
    const char* verdict = line.verdict == Verdict::count  ? "COUNT"
                          : line.verdict == Verdict::weak ? "WEAK"
                                                          : "SKIP";
    std::map<std::string, std::string> read = {
        {"verdict", verdict},
        {"port", std::to_string(line.port)},
        {"dst", std::string(line.target)},
        {"in", std::string(line.inbound)},
        {"out", std::string(line.outbound)},
        {"email", std::string(line.email)}
    };
    if (line.verdict == Verdict::skip) {
        read["reason"] = to_text(line.skip);
    }
    if (line.address) {
        read["ip"] = line.address->text();
    }
    return read;
}

TEST(access_line, every_sample_is_read_as_stated_above_it) {
    std::ifstream samples("tests/logs/access.samples");
    std::string header;
    std::string text;
    int count = 0;
    while (std::getline(samples, header)) {
        if (!header.starts_with("#") || header.starts_with("# ")) {
            continue;
        }
        ASSERT_TRUE(std::getline(samples, text)) << header;
        auto read = as_read(read_access_line(text, LineRules{}));
        for (const auto& [key, value] : expectation(header)) {
            EXPECT_EQ(read[key], value) << key << " of " << header << "\n" << text;
        }
        ++count;
    }
    EXPECT_GE(count, 60);
}

TEST(access_line, a_carriage_return_and_trailing_blanks_belong_to_no_name) {
    const auto line = read_access_line(
        "2026/02/06 09:12:01 198.51.100.24:1 accepted tcp:a.example:443 [a -> b] email: alice  \r",
        {}
    );
    EXPECT_EQ(line.email, "alice");
}

TEST(access_line, a_declared_inbound_tag_may_hold_an_arrow) {
    LineRules rules;
    rules.inbound_tags = {"a -> b"};
    const auto line = read_access_line(
        "2026/02/06 09:12:01 198.51.100.24:1 accepted tcp:a.example:443 [a -> b >> BLOCK] email: "
        "alice",
        rules
    );
    EXPECT_EQ(line.inbound, "a -> b");
    EXPECT_EQ(line.skip, Skip::blackholed);
}

TEST(access_line, an_inbound_behind_a_declared_proxy_is_counted) {
    LineRules rules;
    rules.trusted_proxy_inbounds = {"ws-cdn"};
    const auto line = read_access_line(
        "2026/02/06 09:13:05 from 203.0.113.77:0 accepted tcp:a.example:443 [ws-cdn -> direct] "
        "email: a",
        rules
    );
    EXPECT_EQ(line.verdict, Verdict::count);
}

TEST(access_line, behind_a_cdn_only_the_address_of_a_header_is_a_clients) {
    LineRules rules;
    rules.cdn_inbounds = {"ws-cf"};
    const auto read = [&rules](const std::string& port, const std::string& inbound) {
        const std::string line = "2026/02/06 09:13:05 from 203.0.113.77:" + port +
                                 " accepted tcp:a.example:443 [" + inbound + " -> direct] email: a";
        return read_access_line(line, rules);
    };
    EXPECT_EQ(read("0", "ws-cf").verdict, Verdict::count);
    EXPECT_EQ(read("40001", "ws-cf").skip, Skip::cdn);
    EXPECT_EQ(read("40001", "tcp").verdict, Verdict::count);
    rules.behind_cdn = true;
    EXPECT_EQ(read("0", "tcp").verdict, Verdict::count);
    EXPECT_EQ(read("40001", "tcp").skip, Skip::cdn);
}

std::vector<std::string> verdicts(LogReader& reader, std::string_view bytes, std::size_t piece) {
    std::vector<std::string> seen;
    const auto take = [&seen](const ReadLine& line) {
        const std::string text(to_text(line.line.skip));
        seen.push_back(line.forgery ? text + "!" : text);
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece), take);
    }
    reader.finish(take);
    return seen;
}

TEST(log_reader, a_forged_line_is_not_believed_and_its_sender_is_named) {
    const std::ifstream file("tests/logs/injection.log");
    std::stringstream text;
    text << file.rdbuf();
    for (const std::size_t piece : {1U, 7U, 100'000U}) {
        LogReader reader;
        EXPECT_EQ(
            verdicts(reader, text.str(), piece), (std::vector<std::string>{"rejected!", "tainted"})
        );
    }
}

TEST(log_reader, lines_beyond_the_reach_of_a_client_are_believed_again) {
    const std::string good =
        "2026/02/06 10:00:01 from 198.51.100.1:1 accepted tcp:a.example:443 [a -> b] email: bob\n";
    std::string text =
        "2026/02/06 10:00:00 from 198.51.100.99:5 rejected  x > invalid domain name: x\n";
    for (int i = 0; i < 6; ++i) {
        text += good;
    }
    LogReader reader;
    EXPECT_EQ(
        verdicts(reader, text, text.size()),
        (std::vector<std::string>{
            "rejected!", "tainted", "tainted", "tainted", "tainted", "none", "none"
        })
    );
}

TEST(log_reader, a_line_over_the_limit_is_dropped_and_the_next_one_is_read) {
    std::string text(LogReader::line_limit + 5, 'x');
    text +=
        "\n2026/02/06 10:00:01 from 198.51.100.1:1 accepted tcp:a.example:443 [a -> b] email: "
        "bob\n";
    for (const std::size_t piece : {std::size_t{1000}, text.size()}) {
        LogReader reader;
        EXPECT_EQ(verdicts(reader, text, piece), (std::vector<std::string>{"too-long", "none"}));
    }
}

TEST(log_reader, only_the_configured_decoration_is_removed) {
    const std::string core =
        "2026/02/06 10:00:01 from 198.51.100.1:1 accepted tcp:a.example:443 [a -> b] email: bob";
    EXPECT_EQ(strip("marzban-node-1  | " + core, Decoration::compose), core);
    EXPECT_EQ(strip("Nov 22 03:53:03 host xray[123]: " + core, Decoration::syslog), core);
    EXPECT_EQ(strip("\x1b[0;36mDEBUG: \x1b[0m" + core, Decoration::debug), core);
    EXPECT_EQ(strip("DEBUG: " + core, Decoration::none), "DEBUG: " + core);
}

RC_GTEST_PROP(
    log_reader, how_the_bytes_are_cut_makes_no_difference, (std::vector<std::uint8_t> noise)
) {
    std::string text =
        "2026/02/06 10:00:01 from 198.51.100.1:1 accepted tcp:a:443 [a -> b] email: bob\n";
    text.append(noise.begin(), noise.end());
    text += "\n2026/02/06 10:00:02 from [2001:db8::1]:1 accepted tcp:a:443 [a -> b] email: eve";
    LogReader whole;
    LogReader cut;
    const auto piece = *rc::gen::inRange<std::size_t>(1, 40);
    RC_ASSERT(verdicts(whole, text, text.size()) == verdicts(cut, text, piece));
}

TEST(account_name, follows_the_panel_that_wrote_it) {
    EXPECT_EQ(account_name("7.ali.phone", Names::standard), "ali.phone");
    EXPECT_EQ(account_name("4711", Names::standard), "4711");
    EXPECT_EQ(account_name("a.b", Names::standard), "a.b");
    EXPECT_EQ(account_name("7.ali", Names::marzban), "ali");
    EXPECT_EQ(account_name("ali", Names::marzban), "");
    EXPECT_EQ(account_name("7.ali", Names::pasarguard), "7");
    EXPECT_EQ(account_name("4711", Names::pasarguard), "4711");
    EXPECT_EQ(account_name("7ali", Names::pasarguard), "");
    EXPECT_EQ(account_name("7.ali", Names::raw), "7.ali");
}

}  // namespace
}  // namespace fairgate::logs
