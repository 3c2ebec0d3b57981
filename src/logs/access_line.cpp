#include "logs/access_line.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

namespace fairgate::logs {

namespace {

constexpr std::array<std::string_view, skip_count> skip_names = {
    "none",
    "other",
    "errorlog",
    "dns",
    "dnslog",
    "rejected",
    "no-email",
    "masked",
    "unspecified-source",
    "unix-source",
    "loopback-source",
    "blackholed",
    "tainted",
    "cdn",
    "too-long"
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the word up to the next blank off the front of `rest`, with that blank.
std::string_view take_word(std::string_view& rest) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(std::min(blank + 1, rest.size()));
    return word;
}

bool take_prefix(std::string_view& rest, std::string_view prefix) {
    if (!rest.starts_with(prefix)) {
        return false;
    }
    rest.remove_prefix(prefix.size());
    return true;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return port;
}

enum class SourceKind : std::uint8_t { address, masked, unix_socket, dns, unreadable };

/// "1.2.3.4:5", "[::1]:5", "tcp:1.2.3.4:5", "1.2.*.*:5", "[Masked IPv4]:5", "@", "DNS".
SourceKind read_source(std::string_view text, AccessLine& line) {
    if (text == "DNS") {
        return SourceKind::dns;
    }
    if (text.starts_with('@') || text.starts_with("unix:")) {
        return SourceKind::unix_socket;
    }
    for (const std::string_view net : {"tcp:", "udp:", "unknown:"}) {
        if (take_prefix(text, net)) {
            break;
        }
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return SourceKind::unreadable;
    }
    const auto port = read_port(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    if (!port || host.empty()) {
        return SourceKind::unreadable;
    }
    const bool bracketed = host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    if (host.starts_with("Masked IPv") || host.find_first_of("*/") != std::string_view::npos) {
        return SourceKind::masked;
    }
    if (bracketed) {
        host = host.substr(0, host.find('%'));  // the zone of a link-local address
    }
    line.address = Address::parse(host);
    if (!line.address || bracketed != (host.find(':') != std::string_view::npos)) {
        line.address.reset();
        return SourceKind::unreadable;
    }
    line.port = *port;
    return SourceKind::address;
}

/// The source is the first word, but "[Masked IPv4]:80" holds a blank.
std::string_view take_source(std::string_view& rest) {
    for (const std::string_view prefix : {"[Masked ", "tcp:[Masked ", "udp:[Masked "}) {
        if (rest.starts_with(prefix)) {
            const std::size_t blank = std::min(rest.find(' ', prefix.size()), rest.size());
            const std::string_view source = rest.substr(0, blank);
            rest.remove_prefix(std::min(blank + 1, rest.size()));
            return source;
        }
    }
    return take_word(rest);
}

std::string_view take_target(std::string_view& rest) {
    // "tcp:[Masked IPv4]:443" holds a blank too.
    const std::size_t masked = rest.substr(0, 16).find("[Masked ");
    if (masked == std::string_view::npos) {
        return take_word(rest);
    }
    const std::size_t blank = std::min(rest.find(' ', masked + 8), rest.size());
    const std::string_view target = rest.substr(0, blank);
    rest.remove_prefix(std::min(blank + 1, rest.size()));
    return target;
}

struct Arrow {
    std::string_view text;
    Route route;
};
constexpr std::array arrows = {
    Arrow{" -> ", Route::rule}, Arrow{" >> ", Route::fallback}, Arrow{" ==> ", Route::forced}
};

void split_detour(std::string_view detour, const LineRules& rules, AccessLine& line) {
    for (const std::string& tag : rules.inbound_tags) {
        for (const Arrow& arrow : arrows) {
            if (detour.starts_with(tag) && detour.substr(tag.size()).starts_with(arrow.text)) {
                line.inbound = detour.substr(0, tag.size());
                line.outbound = detour.substr(tag.size() + arrow.text.size());
                line.route = arrow.route;
                return;
            }
        }
    }
    std::size_t first = std::string_view::npos;
    line.outbound = detour;
    for (const Arrow& arrow : arrows) {
        const std::size_t at = detour.find(arrow.text);
        if (at < first) {
            first = at;
            line.inbound = detour.substr(0, at);
            line.outbound = detour.substr(at + arrow.text.size());
            line.route = arrow.route;
        }
    }
}

/// What follows the target: "[in -> out] email: name", each part optional.
void read_detour_and_email(std::string_view rest, const LineRules& rules, AccessLine& line) {
    if (rest.starts_with('[')) {
        // Tags may hold brackets, so the detour ends where the e-mail begins, if there is one.
        std::size_t end = rest.find("] email: ");
        if (end == std::string_view::npos) {
            end = rest.find("] email:");
        }
        if (end == std::string_view::npos) {
            if (rest.ends_with(']')) {
                split_detour(rest.substr(1, rest.size() - 2), rules, line);
            }
            return;
        }
        split_detour(rest.substr(1, end - 1), rules, line);
        rest.remove_prefix(end + 2);
    }
    if (take_prefix(rest, "email:")) {
        take_prefix(rest, " ");
        line.email = rest;
    }
}

bool contains(const std::vector<std::string>& tags, std::string_view tag) {
    return std::ranges::find(tags, tag) != tags.end();
}

Skip judge_accepted(SourceKind source, const LineRules& rules, const AccessLine& line) {
    if (line.email.empty()) {
        return Skip::no_email;
    }
    switch (source) {
        case SourceKind::masked:
            return Skip::masked;
        case SourceKind::unix_socket:
            return Skip::unix_source;
        case SourceKind::dns:
            return Skip::dns;
        case SourceKind::unreadable:
            return Skip::other;
        case SourceKind::address:
            break;
    }
    if (line.address->is_unspecified()) {
        return Skip::unspecified_source;
    }
    if (line.address->is_loopback()) {
        return Skip::loopback_source;
    }
    return contains(rules.blackhole_tags, line.outbound) ? Skip::blackholed : Skip::none;
}

/// "[Info] [583254843] proxy/vless…"; an IPv6 source of older cores starts with a bracket too.
bool is_error_log(std::string_view rest) {
    constexpr std::array<std::string_view, 5> levels = {
        "[Debug] ", "[Info] ", "[Warning] ", "[Error] ", "[Unknown] "
    };
    return std::ranges::any_of(levels, [rest](std::string_view level) {
        return rest.starts_with(level);
    });
}

bool is_dns_log(std::string_view rest) {
    take_word(rest);
    return rest.starts_with("got answer:") || rest.starts_with("cache HIT:") ||
           rest.starts_with("cache OPTIMISTE:");
}

std::string_view without_line_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\n')) {
        line.remove_suffix(1);
    }
    return line;
}

std::optional<int> two_digits(std::string_view text, std::size_t at) {
    if (!is_digit(text[at]) || !is_digit(text[at + 1])) {
        return std::nullopt;
    }
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

/// Whose address it is, by how it came.
void judge_address(const LineRules& rules, AccessLine& line) {
    const bool told_by_header = line.port == 0;
    const bool behind_cdn = rules.behind_cdn || contains(rules.cdn_inbounds, line.inbound);
    if (behind_cdn && !told_by_header) {
        line.skip = Skip::cdn;
        return;
    }
    const bool trusted = behind_cdn || contains(rules.trusted_proxy_inbounds, line.inbound);
    line.verdict = told_by_header && !trusted ? Verdict::weak : Verdict::count;
}

}  // namespace

std::string_view to_text(Skip skip) { return skip_names[static_cast<std::size_t>(skip)]; }

std::size_t read_log_time(std::string_view text, LogTime& time) {
    constexpr std::size_t whole = 19;
    if (text.size() < whole || text[4] != '/' || text[7] != '/' || text[10] != ' ' ||
        text[13] != ':' || text[16] != ':') {
        return 0;
    }
    const auto century = two_digits(text, 0);
    const auto year = two_digits(text, 2);
    const auto month = two_digits(text, 5);
    const auto day = two_digits(text, 8);
    const auto hour = two_digits(text, 11);
    const auto minute = two_digits(text, 14);
    const auto second = two_digits(text, 17);
    if (!century || !year || !month || !day || !hour || !minute || !second || *hour > 23 ||
        *minute > 59 || *second > 60) {
        return 0;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{*century * 100 + *year},
        std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(*day)}
    };
    if (!date.ok()) {
        return 0;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    time.second = std::int64_t{days} * 86'400 + *hour * 3'600 + *minute * 60 + *second;
    time.micro = 0;
    if (text.size() <= whole || text[whole] != '.') {
        return whole;
    }
    constexpr std::size_t fraction = 6;
    if (text.size() < whole + 1 + fraction) {
        return 0;
    }
    for (std::size_t i = whole + 1; i <= whole + fraction; ++i) {
        if (!is_digit(text[i])) {
            return 0;
        }
        time.micro = time.micro * 10 + static_cast<std::uint32_t>(text[i] - '0');
    }
    return whole + 1 + fraction;
}

AccessLine read_access_line(std::string_view text, const LineRules& rules) {
    AccessLine line;
    std::string_view rest = without_line_end(text);
    const std::size_t time_length = read_log_time(rest, line.time);
    line.has_time = time_length > 0;
    if (!line.has_time || rest.size() <= time_length || rest[time_length] != ' ') {
        return line;
    }
    rest.remove_prefix(time_length + 1);
    if (is_error_log(rest)) {
        line.skip = Skip::error_log;
        return line;
    }
    if (is_dns_log(rest)) {
        line.skip = Skip::dns_log;
        return line;
    }
    take_prefix(rest, "from ");
    line.source = take_source(rest);
    const SourceKind source = read_source(line.source, line);
    line.skip = Skip::other;
    const std::string_view status = take_word(rest);
    if (source == SourceKind::dns) {
        line.skip = Skip::dns;
        return line;
    }
    if (source == SourceKind::unreadable || (status != "accepted" && status != "rejected")) {
        line.address.reset();
        return line;
    }
    if (status == "rejected") {
        line.skip = Skip::rejected;
        line.target = take_word(rest);
        line.reason = rest;
        return line;
    }
    line.target = take_target(rest);
    read_detour_and_email(rest, rules, line);
    line.skip = judge_accepted(source, rules, line);
    if (line.skip == Skip::none) {
        judge_address(rules, line);
    }
    return line;
}

std::optional<std::size_t> forged_from(std::string_view line) {
    constexpr std::string_view marker = "invalid domain name: ";
    // memmem: string_view::find stops at every "i".
    const void* at = memmem(line.data(), line.size(), marker.data(), marker.size());
    if (at == nullptr) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(static_cast<const char*>(at) - line.data()) + marker.size();
}

}  // namespace fairgate::logs
