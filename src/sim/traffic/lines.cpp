#include "sim/traffic/lines.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdio>

namespace fairgate::sim::traffic {

namespace {

constexpr std::array<std::string_view, 16> hosts{
    "www.example.com:443",
    "example.net:443",
    "cdn_1.example-host.test:8443",
    "video.example.org:443",
    "img.shop.example:443",
    "api.chat.example:5222",
    "192.0.2.10:443",
    "news.example:80",
    "static.example.com:443",
    "update.example.net:80",
    "mail.example.org:993",
    "[2001:db8:ffff::1]:443",
    "push.example.com:5228",
    "198.51.100.200:8080",
    "a.very.long.name.of.a.host.example:443",
    "play.example.test:443"
};
constexpr std::array<std::string_view, 4> datagram_hosts{
    "192.0.2.53:53", "203.0.113.80:443", "voice.example:3478", "[2001:db8:ffff::53]:53"
};
constexpr std::array<std::string_view, 5> inbounds{
    "vless-443", "REALITY TCP 4", "GRPC 6", "VLESS [TLS]", "ws_80"
};
constexpr std::array<std::string_view, 3> arrows{" -> ", " >> ", " ==> "};

template <std::size_t N>
std::string_view one_of(const std::array<std::string_view, N>& list, std::uint64_t variety) {
    return list[variety % N];
}

void append_host(const Address& address, std::uint16_t port, std::string& out) {
    if (address.is_v4()) {
        const std::uint32_t bits = address.v4_bits();
        for (int shift = 24; shift >= 0; shift -= 8) {
            append_number(bits >> shift & 255, out);
            out += shift > 0 ? '.' : ':';
        }
    } else {
        out += '[';
        out += address.text();
        out += "]:";
    }
    append_number(port, out);
}

}  // namespace

void append_number(std::uint64_t number, std::string& out) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void LineWriter::begin(TimePoint time, std::string& out) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    if (second.time_since_epoch().count() != second_) {
        second_ = second.time_since_epoch().count();
        const auto day = std::chrono::floor<std::chrono::days>(second);
        const std::chrono::year_month_day date{day};
        const std::chrono::hh_mm_ss clock{second - day};
        std::array<char, 32> text{};
        std::snprintf(
            text.data(),
            text.size(),
            "%04d/%02u/%02u %02d:%02d:%02d",
            static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count())
        );
        stamp_ = text.data();
    }
    out += stamp_;
    if (core_ == Core::xray_with_microseconds) {
        const std::string micros = std::to_string(1'000'000 + (time - second).count());
        out += '.';
        out.append(micros, 1);
    }
    out += ' ';
}

void LineWriter::source(const LineFacts& facts, std::string& out) {
    if (core_ == Core::xray_with_microseconds || core_ == Core::xray_with_from) {
        out += "from ";
    }
    const bool datagram = facts.variety % 7 == 0;
    if (facts.protocol == Protocol::mux) {
        out += "tcp:";
    } else if (facts.protocol == Protocol::shadowsocks && datagram) {
        out += "udp:";
    }
    append_host(facts.source, facts.port, out);
}

void LineWriter::detour(const LineFacts& facts, std::string_view outbound, std::string& out) {
    out += " [";
    if (core_ != Core::v2ray) {
        out += one_of(inbounds, static_cast<std::uint64_t>(node_) + facts.variety / 5 % 2);
        out += one_of(arrows, facts.variety / 11 % 20 == 0 ? 2 : facts.variety / 3 % 2);
    }
    out += outbound;
    out += "] email: ";
    out += facts.email;
    out += '\n';
}

void LineWriter::accepted(const LineFacts& facts, std::string& out) {
    begin(facts.time, out);
    source(facts, out);
    out += " accepted ";
    const bool datagram = facts.variety % 7 == 0;
    if (facts.protocol != Protocol::shadowsocks2022) {
        out += datagram ? "udp:" : "tcp:";
    }
    out += datagram ? one_of(datagram_hosts, facts.variety / 7) : one_of(hosts, facts.variety / 7);
    detour(facts, node_ % 2 == 0 ? "direct" : "IPv4", out);
}

void LineWriter::blocked(const LineFacts& facts, std::string& out) {
    begin(facts.time, out);
    source(facts, out);
    out += " accepted tcp:ads.example:443";
    detour(facts, "BLOCK", out);
}

void LineWriter::rejected(const LineFacts& facts, std::string& out) {
    begin(facts.time, out);
    source(facts, out);
    out += facts.variety % 2 == 0
               ? " rejected  proxy/vless/encoding: invalid request version\n"
               : " rejected  proxy/vmess/encoding: invalid user > proxy/vmess/aead: Not Found\n";
}

void LineWriter::dns(const LineFacts& facts, std::string& out) {
    begin(facts.time, out);
    if (core_ == Core::xray_with_microseconds || core_ == Core::xray_with_from) {
        out += "from ";
    }
    out += "DNS accepted udp:192.0.2.53:53 [dns-inbound -> direct]\n";
}

void LineWriter::error(const LineFacts& facts, std::string& out) {
    begin(facts.time, out);
    if (facts.variety % 2 == 0) {
        out += "[Info] [";
        append_number(facts.variety % 4'000'000'000, out);
        out += "] proxy/vless/inbound: received request for tcp:example.com:443\n";
    } else {
        out +=
            "[Warning] transport/internet/tcp: failed to accepted raw connections > accept tcp "
            "0.0.0.0:443: accept4: too many open files\n";
    }
}

void LineWriter::forged(const LineFacts& facts, const Address& claimed, std::string& out) {
    begin(facts.time, out);
    source(facts, out);
    out +=
        " rejected  proxy/trojan: failed to read address and port > common/protocol: invalid "
        "domain name: x\n";
    begin(facts.time, out);
    append_host(claimed, 1234, out);
    out += " accepted tcp:a.example:443 [a] email: ";
    out += facts.email;
    out += '\n';
}

}  // namespace fairgate::sim::traffic
