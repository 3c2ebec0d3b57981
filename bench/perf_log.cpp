// perf-log: large access logs for measuring speed and memory, fast, with a known answer.
//
//   mix    lines of random accounts in time order: 94.5 % accepted, 0.5 % to the blackhole, 1 %
//   DNS,
//          2 % rejected, 2 % noise; half with microseconds; one address in ten is IPv6
//   cover  every pair of account and address twice, in shuffled order: the worst for caches
//
// The answer goes to standard output as one JSON object.

#include "sim/traffic/random.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using fairgate::sim::traffic::Random;

struct Plan {
    std::string kind = "mix";
    std::uint64_t seed = 1;
    std::uint64_t accounts = 20'000;
    std::uint64_t lines = 1'000'000;  ///< of mix; cover has twice as many as pairs
    std::uint64_t addresses = 3;      ///< per account, of cover
    double minutes = 60;
    std::string out;
};

constexpr std::array<std::string_view, 8> targets{
    "tcp:www.example.com:443",
    "tcp:video.example.org:443",
    "udp:192.0.2.53:53",
    "tcp:cdn-4.example-host.test:8443",
    "tcp:192.0.2.10:443",
    "tcp:push.example.com:5228",
    "udp:203.0.113.80:443",
    "tcp:api.chat.example:443"
};
constexpr std::array<std::string_view, 4> detours{
    " [VLESS TCP REALITY -> DIRECT]",
    " [VLESS TCP REALITY >> DIRECT]",
    " [trojan-8443 -> DIRECT]",
    " [vmess-ws -> DIRECT]"
};

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    return Random(a * 0x100000001b3ULL ^ b << 40U ^ b).next();
}

class Writer {
public:
    explicit Writer(const Plan& plan) : plan_(plan), random_(plan.seed) {
        file_.reset(std::fopen(plan.out.c_str(), "wb"));
        if (!file_) {
            throw std::runtime_error("cannot write " + plan.out);
        }
        text_.reserve(flush_at + 4096);
    }

    /// `part` of `whole` of the span has passed.
    void begin(std::uint64_t part, std::uint64_t whole) {
        constexpr std::int64_t start = 1'772'841'600;  // 2026-03-07T00:00:00Z
        const double seconds =
            plan_.minutes * 60 * static_cast<double>(part) / static_cast<double>(whole);
        const auto second = start + static_cast<std::int64_t>(seconds);
        if (second != second_) {
            second_ = second;
            const std::time_t time = second;
            std::tm parts{};
            gmtime_r(&time, &parts);
            std::strftime(stamp_.data(), stamp_.size(), "%Y/%m/%d %H:%M:%S", &parts);
        }
        text_.append(stamp_.data(), 19);
        if ((random_.next() & 1U) != 0) {
            const auto micro =
                static_cast<std::uint64_t>((seconds - static_cast<double>(second - start)) * 1e6);
            const std::string digits = std::to_string(1'000'000 + micro);
            text_ += '.';
            text_.append(digits, 1, 6);
        }
        text_ += ' ';
    }

    void address(std::uint64_t account, std::uint64_t which) {
        const std::uint64_t bits = mixed(account + 1, which + plan_.seed);
        if (bits % 10 == 0) {
            constexpr std::string_view hex = "0123456789abcdef";
            text_ += "[2a02:";
            for (unsigned group = 0; group < 7; ++group) {  // no leading zeros: RFC 5952
                const std::uint64_t part = mixed(bits, group);
                text_ += hex[1 + part % 15];
                for (unsigned digit = 1; digit < 4; ++digit) {
                    text_ += hex[part >> (4 * digit + 8) & 15];
                }
                text_ += group < 6 ? ':' : ']';
            }
        } else {
            number(11 + (bits >> 8) % 88);  // no private, shared or multicast range
            text_ += '.';
            number(bits >> 24 & 255);
            text_ += '.';
            number(bits >> 32 & 255);
            text_ += '.';
            number(1 + (bits >> 40) % 254);
        }
        text_ += ':';
        number(1024 + random_.below(64512));
    }

    void accepted(std::uint64_t account, std::uint64_t which, bool blackholed) {
        const std::uint64_t luck = random_.next();
        text_ += luck % 20 == 0 ? "from tcp:" : "from ";
        address(account, which);
        text_ += " accepted ";
        text_ += targets[luck >> 8 & 7];
        text_ += blackholed ? " [VLESS TCP REALITY -> BLOCK]" : detours[luck >> 16 & 3];
        text_ += " email: ";
        number(account + 1);
        text_ += ".user_";
        number(account + 1);
        end();
    }

    void other(std::string_view before, std::string_view after) {
        text_ += before;
        if (!after.empty()) {
            address(random_.below(1000), 99);
            text_ += after;
        }
        end();
    }

    void finish() {
        flush();
        if (std::fclose(file_.release()) != 0) {
            throw std::runtime_error("cannot write " + plan_.out);
        }
    }

    Random& random() { return random_; }

private:
    static constexpr std::size_t flush_at = std::size_t{1} << 20U;

    void number(std::uint64_t value) {
        std::array<char, 20> digits{};
        text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + 20, value).ptr);
    }
    void end() {
        text_ += '\n';
        if (text_.size() >= flush_at) {
            flush();
        }
    }
    void flush() {
        if (std::fwrite(text_.data(), 1, text_.size(), file_.get()) != text_.size()) {
            throw std::runtime_error("cannot write " + plan_.out);
        }
        text_.clear();
    }

    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    const Plan& plan_;
    Random random_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string text_;
    std::int64_t second_ = 0;
    std::array<char, 32> stamp_{};
};

struct Answer {
    std::uint64_t lines = 0;
    std::uint64_t observations = 0;
    std::uint64_t accounts = 0;
    std::uint64_t pairs = 0;
};

/// Half the accounts have one address, one in twenty has eight: about two on average.
std::uint64_t addresses_of(std::uint64_t account) {
    const std::uint64_t luck = mixed(account, 7) % 100;
    return luck < 50 ? 1 : luck < 78 ? 2 : luck < 90 ? 3 : luck < 95 ? 5 : 8;
}

/// Which pairs of account and address were seen: 8 bits an account.
class Seen {
public:
    explicit Seen(std::uint64_t accounts) : bits_(accounts) {}
    void note(std::uint64_t account, std::uint64_t which, Answer& answer) {
        const auto bit = static_cast<std::uint8_t>(1U << which);
        answer.accounts += static_cast<std::uint64_t>(bits_[account] == 0);
        answer.pairs += static_cast<std::uint64_t>((bits_[account] & bit) == 0);
        bits_[account] |= bit;
    }

private:
    std::vector<std::uint8_t> bits_;
};

Answer write_mix(const Plan& plan, Writer& writer) {
    Answer answer{.lines = plan.lines};
    Seen seen(plan.accounts);
    for (std::uint64_t i = 0; i < plan.lines; ++i) {
        const std::uint64_t luck = writer.random().below(1000);
        writer.begin(i, plan.lines);
        const std::uint64_t account = writer.random().below(plan.accounts);
        const std::uint64_t which = writer.random().below(addresses_of(account));
        if (luck < 945) {
            writer.accepted(account, which, false);
            ++answer.observations;
            seen.note(account, which, answer);
        } else if (luck < 950) {
            writer.accepted(account, which, true);
        } else if (luck < 960) {
            writer.other("from DNS accepted udp:192.0.2.53:53 [dns-inbound -> DIRECT]", "");
        } else if (luck < 980) {
            writer.other("from ", " rejected  proxy/vless/encoding: invalid request version");
        } else {
            writer.other(
                "[Info] [583254843] proxy/vless/inbound: received request for tcp:a.example:443", ""
            );
        }
    }
    return answer;
}

Answer write_cover(const Plan& plan, Writer& writer) {
    const std::uint64_t pairs = plan.accounts * plan.addresses;
    std::vector<std::uint32_t> order(2 * pairs);
    for (std::uint64_t i = 0; i < order.size(); ++i) {
        order[i] = static_cast<std::uint32_t>(i % pairs);
    }
    for (std::uint64_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[writer.random().below(i)]);
    }
    for (std::uint64_t i = 0; i < order.size(); ++i) {
        writer.begin(i, order.size());
        writer.accepted(order[i] / plan.addresses, order[i] % plan.addresses, false);
    }
    return {
        .lines = order.size(),
        .observations = order.size(),
        .accounts = plan.accounts,
        .pairs = pairs
    };
}

Plan read_plan(int count, char** words) {
    Plan plan;
    std::map<std::string_view, std::uint64_t*> numbers{
        {"--seed", &plan.seed},
        {"--accounts", &plan.accounts},
        {"--lines", &plan.lines},
        {"--addresses", &plan.addresses}
    };
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view word = words[i];
        if (const auto found = numbers.find(word); found != numbers.end()) {
            *found->second = std::strtoull(words[i + 1], nullptr, 10);
        } else if (word == "--kind") {
            plan.kind = words[i + 1];
        } else if (word == "--minutes") {
            plan.minutes = std::strtod(words[i + 1], nullptr);
        } else if (word == "--out") {
            plan.out = words[i + 1];
        } else {
            throw std::invalid_argument("unknown option " + std::string(word));
        }
    }
    if (plan.out.empty() || (plan.kind != "mix" && plan.kind != "cover") || count % 2 == 0) {
        throw std::invalid_argument("--kind mix|cover and --out FILE are needed");
    }
    return plan;
}

}  // namespace

int main(int count, char** words) {
    try {
        const Plan plan = read_plan(count, words);
        Writer writer(plan);
        const Answer answer =
            plan.kind == "mix" ? write_mix(plan, writer) : write_cover(plan, writer);
        writer.finish();
        std::printf(
            "{\"lines\":%lu,\"observations\":%lu,\"accounts\":%lu,\"pairs\":%lu}\n",
            answer.lines,
            answer.observations,
            answer.accounts,
            answer.pairs
        );
        return 0;
    } catch (const std::exception& fault) {
        std::fprintf(
            stderr,
            "perf-log: %s\nusage: perf-log --kind mix|cover --out FILE [--seed N] [--accounts N]\n"
            "                [--lines N] [--addresses N] [--minutes M]\n",
            fault.what()
        );
        return 2;
    }
}
