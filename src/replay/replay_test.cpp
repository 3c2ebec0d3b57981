#include "replay/replay.hpp"

#include "replay/line_batch.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <unistd.h>

namespace fairgate::replay {
namespace {

/// A folder that goes away with the test.
class Scratch {
public:
    Scratch()
        : path_(
              std::filesystem::temp_directory_path() /
              ("fairgate-replay-" + std::to_string(getpid()))
          ) {
        std::filesystem::create_directories(path_);
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return (path_ / name).string();
    }
    std::string path(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

std::string clock_text(int second) {
    std::array<char, 32> text{};
    std::snprintf(
        text.data(),
        text.size(),
        "2026/02/06 %02d:%02d:%02d",
        second / 3600 % 24,
        second / 60 % 60,
        second % 60
    );
    return text.data();
}

std::string line(int second, const std::string& address, const std::string& email) {
    return clock_text(second) + " from " + address +
           ":40000 accepted tcp:a.example:443 [in -> out] email: " + email + "\n";
}

ReplaySettings settings_for(std::vector<std::string> inputs, int general) {
    ReplaySettings settings;
    settings.inputs = std::move(inputs);
    settings.networks = [] { return std::make_shared<NoNetworkTable>(); };
    settings.policies.emplace_back();
    settings.policies[0].limits.general = general;
    return settings;
}

/// Two homes used at once by `name` from `from` to `to`, each opening a connection every 5 s.
std::string sharing(const std::string& name, int from, int to) {
    std::string text;
    for (int second = from; second < to; second += 5) {
        text += line(second, "198.51.100.7", name);
        text += line(second + 1, "203.0.113.9", name);
    }
    return text;
}

TEST(replay, two_homes_at_once_are_found_within_two_minutes) {
    const Scratch scratch;
    const auto report =
        replay(settings_for({scratch.write("a.log", sharing("1.alice", 0, 600))}, 1)).value();
    ASSERT_EQ(report.violations.size(), 1U);
    const ReplayViolation& violation = report.violations[0];
    EXPECT_EQ(violation.account, "alice");
    EXPECT_EQ(violation.devices, 2);
    EXPECT_EQ(violation.limit, 1);
    EXPECT_LE(violation.opened, *report.from + std::chrono::minutes(2));
    EXPECT_FALSE(violation.closed);
    EXPECT_EQ(violation.origins.size(), 2U);
    EXPECT_EQ(report.lines, 240U);
    EXPECT_EQ(report.observations, 240U);
}

TEST(replay, a_phone_that_changes_network_is_left_alone) {
    std::string text;
    const std::array networks{"198.51.100.7", "203.0.113.9", "192.0.2.4"};
    for (int second = 0; second < 900; second += 3) {
        text += line(second, networks.at(static_cast<std::size_t>(second / 300)), "bob");
    }
    const Scratch scratch;
    EXPECT_TRUE(replay(settings_for({scratch.write("a.log", text)}, 1)).value().violations.empty());
}

TEST(replay, a_violation_closes_when_the_sharing_is_over) {
    std::string text = sharing("eve", 0, 300);
    for (int second = 300; second < 1200; second += 5) {
        text += line(second, "198.51.100.7", "eve");
    }
    const Scratch scratch;
    const auto report = replay(settings_for({scratch.write("a.log", text)}, 1)).value();
    ASSERT_EQ(report.violations.size(), 1U);
    ASSERT_TRUE(report.violations[0].closed);
    EXPECT_LE(*report.violations[0].closed, *report.from + std::chrono::minutes(11));
    EXPECT_GT(report.violations[0].seconds_over, 240);
}

TEST(replay, packed_files_read_as_plain_ones) {
    const Scratch scratch;
    const std::string plain = scratch.write("a.log", sharing("eve", 0, 600));
    // NOLINTNEXTLINE(concurrency-mt-unsafe, bugprone-command-processor): no other thread, no input
    ASSERT_EQ(std::system(("gzip -k " + plain + " && zstd -q " + plain).c_str()), 0);
    const auto expected = replay(settings_for({plain}, 1)).value();
    for (const char* ending : {".gz", ".zst"}) {
        const auto report = replay(settings_for({plain + ending}, 1)).value();
        EXPECT_EQ(report.violations, expected.violations) << ending;
        EXPECT_EQ(report.lines, expected.lines) << ending;
    }
}

TEST(replay, damaged_and_missing_files_are_named) {
    const Scratch scratch;
    const std::string cut = scratch.write("cut.gz", "\x1f\x8b\x08 no gzip at all");
    EXPECT_EQ(replay(settings_for({cut}, 1)).error().code, "FG-RPL-001");
    EXPECT_EQ(replay(settings_for({scratch.path("none")}, 1)).error().where, scratch.path("none"));
}

TEST(replay, files_of_two_nodes_are_merged_by_time) {
    std::string first;
    std::string second;
    for (int at = 0; at < 600; at += 5) {
        first += line(at, "198.51.100.7", "eve");
        second += line(at + 2, "203.0.113.9", "eve");
    }
    const Scratch scratch;
    const auto report =
        replay(settings_for({scratch.write("n1.log", first), scratch.write("n2.log", second)}, 1))
            .value();
    ASSERT_EQ(report.violations.size(), 1U);
    EXPECT_EQ(report.lines, 240U);
}

TEST(replay, one_damaged_time_does_not_hide_what_follows) {
    std::string text = sharing("eve", 0, 100);
    text += "2099/01/01 00:00:00 from 192.0.2.1:1 accepted tcp:a:1 [in -> out] email: odd\n";
    text += sharing("eve", 100, 600);
    const Scratch scratch;
    const auto report = replay(settings_for({scratch.write("a.log", text)}, 1)).value();
    EXPECT_EQ(report.violations.size(), 1U);
    EXPECT_EQ(report.skipped.at("time-jump"), 1U);
}

/// A log of many accounts, some of them shared, long enough for several blocks.
std::string busy_log(unsigned seed, int lines) {
    std::mt19937 random(seed);
    std::string text;
    for (int i = 0; i < lines; ++i) {
        const auto account = static_cast<unsigned>(random() % 300);
        const auto home = static_cast<unsigned>(account % 5 == 0 ? random() % 3 : 0);
        const std::string address =
            random() % 10 == 0
                ? "[2001:db8:" + std::to_string(account) + "::" + std::to_string(home) + "]"
                : std::to_string(20 + home) + ".0." + std::to_string(account % 250) + ".7";
        text += line(
            i / 8 + static_cast<int>(random() % 3),
            address,
            std::to_string(account) + ".user" + std::to_string(account)
        );
        if (random() % 50 == 0) {
            text += "2026/02/06 10:00:00 from DNS accepted udp:192.0.2.53:53 [dns -> direct]\n";
        }
    }
    return text;
}

TEST(replay, the_number_of_threads_changes_nothing) {
    const Scratch scratch;
    const std::string log = scratch.write("busy.log", busy_log(7, 40'000));
    ReplaySettings settings = settings_for({log}, 1);
    settings.threads = 1;
    const auto expected = replay(settings).value();
    EXPECT_GT(expected.violations.size(), 20U);
    for (const unsigned threads : {2U, 3U}) {
        settings.threads = threads;
        const auto report = replay(settings).value();
        EXPECT_EQ(report.violations, expected.violations) << threads;
        EXPECT_EQ(report.lines, expected.lines);
        EXPECT_EQ(report.skipped, expected.skipped);
        EXPECT_EQ(report.accounts, expected.accounts);
    }
}

TEST(replay, two_policies_are_compared_in_one_pass) {
    const Scratch scratch;
    ReplaySettings settings = settings_for({scratch.write("a.log", sharing("eve", 0, 600))}, 1);
    settings.policies.push_back(settings.policies[0]);
    settings.policies[1].limits.general = 2;
    const auto report = replay(settings).value();
    EXPECT_EQ(report.violations.size(), 1U);
    EXPECT_TRUE(report.other_violations.empty());
}

// ---- reading in a hurry and reading plainly agree -------------------------------------------

std::string describe(const LineBatch& batch) {
    std::string text = std::to_string(batch.lines) + " lines;";
    for (const std::uint64_t skipped : batch.skipped) {
        text += " " + std::to_string(skipped);
    }
    for (const std::uint64_t left_out : batch.left_out) {
        text += " " + std::to_string(left_out);
    }
    for (std::size_t i = 0; i < batch.shards[0].count; ++i) {
        const tracker::Mark& mark = batch.shards[0].marks[i];
        text += "\n" + std::string(mark.name.text()) + " " + std::to_string(mark.upper) + " " +
                std::to_string(mark.lower) + " " + std::to_string(mark.slot) + " " +
                std::to_string(static_cast<int>(mark.family)) + " " + std::to_string(mark.tag);
    }
    return text + "\n" + std::to_string(batch.first_second) + " " +
           std::to_string(batch.last_second);
}

// As text at once: the marks borrow long names from the block they were read in.
std::string read_all(
    const std::string& text, LineParser::Speed speed, const LineSettings& settings
) {
    const std::string padded = text + std::string(128, '\n');
    LineParser parser(settings);
    LineBatch batch(1);
    constexpr std::uint64_t offset = 1;  // an input's first line is never read in a hurry
    parser.parse(padded.data(), padded.data() + text.size(), 0, offset, batch, speed);
    return describe(batch);
}

std::string sample_lines() {
    std::ifstream file("tests/logs/access.samples");
    std::string text;
    std::string row;
    while (std::getline(file, row)) {
        if (!row.starts_with("#")) {
            text += row + "\n";
        }
    }
    return text;
}

TEST(line_parser, both_ways_of_reading_agree_on_every_sample) {
    const std::string text = sample_lines();
    ASSERT_GT(text.size(), 1000U);
    EXPECT_EQ(
        read_all(text, LineParser::Speed::best, {}), read_all(text, LineParser::Speed::plain, {})
    );
}

TEST(line_parser, both_ways_of_reading_agree_where_a_line_ends_after_its_first_word) {
    for (const std::string start : {"[Info] ", "[Warning] ", "from DNS ", "[Info]", "from "}) {
        for (const std::string end : {"", " ", "\r", "\xd8\xa7", "x"}) {
            const std::string line = "2026/02/06 09:13:07.100000 " + start + end + "\n";
            EXPECT_EQ(
                read_all(line, LineParser::Speed::best, {}),
                read_all(line, LineParser::Speed::plain, {})
            ) << line;
        }
    }
}

TEST(line_parser, both_ways_of_reading_agree_where_a_clients_bytes_stand_in_the_detour) {
    const std::string line =
        "2026/02/06 09:13:07.100000 from 198.51.100.24:50412 accepted tcp:example.com:443 "
        "[in invalid domain name: x] email: alice\n";
    const std::string text = line + line;  // the first line of an input is never read in a hurry
    EXPECT_EQ(
        read_all(text, LineParser::Speed::best, {}), read_all(text, LineParser::Speed::plain, {})
    );
}

TEST(line_parser, both_ways_of_reading_agree_on_mangled_lines) {
    const std::string samples = sample_lines();
    std::mt19937 random(11);
    const std::string alphabet = " []:.>-email0129af\r\nacceptd\t%@/*";
    for (int round = 0; round < 3000; ++round) {
        std::string text = samples;
        for (auto change = 1 + random() % 40; change > 0; --change) {
            const std::size_t at = random() % text.size();
            const char letter = alphabet[random() % alphabet.size()];
            switch (random() % 4) {
                case 0:
                    text[at] = letter;
                    break;
                case 1:
                    text.insert(at, 1, letter);
                    break;
                case 2:
                    text.erase(at, 1 + random() % 3);
                    break;
                default:
                    text[at] = static_cast<char>(random());
                    break;
            }
        }
        LineSettings settings;
        settings.names = static_cast<logs::Names>(random() % 4);
        ASSERT_EQ(
            read_all(text, LineParser::Speed::best, settings),
            read_all(text, LineParser::Speed::plain, settings)
        ) << text;
    }
}

TEST(line_parser, all_lengths_of_addresses_ports_and_names_are_read_alike) {
    std::string text;
    std::mt19937 random(5);
    for (int i = 0; i < 20'000; ++i) {
        std::string address;
        for (int part = 0; part < 4; ++part) {
            const unsigned most = part == 1 ? 300 : 256;
            address +=
                (part > 0 ? "." : "") + std::to_string(random() % (random() % 3 == 0 ? 10 : most));
        }
        text += clock_text(i) + (i % 2 == 0 ? ".000001" : "") + " " + (i % 3 == 0 ? "tcp:" : "") +
                address + ":" + std::to_string(random() % (random() % 2 == 0 ? 100 : 70'000)) +
                " accepted tcp:a:1 [i -> " + std::string(random() % 40, 'o') +
                "] email: " + std::string(random() % 45, 'n') + "\n";
    }
    EXPECT_EQ(
        read_all(text, LineParser::Speed::best, {}), read_all(text, LineParser::Speed::plain, {})
    );
}

}  // namespace
}  // namespace fairgate::replay
