#pragma once

#include "model/address.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// One line of an access log of Xray (1.0 and later) or V2Ray (4 and 5), or of the stream in which
// access, error and DNS lines of those cores are mixed.
//
// The core writes source, status, target, detour, reason and e-mail one after the other and quotes
// nothing (Xray-core common/log/access.go), so tags and e-mails may hold blanks and brackets and a
// rejected line may hold whatever a client sent. The line is therefore read by position, never by
// searching it for an address or a word.

namespace fairgate::logs {

/// What becomes of a line. `weak`: the address came from a header that a client can forge.
enum class Verdict : std::uint8_t { count, weak, skip };

/// Why a line is not counted.
enum class Skip : std::uint8_t {
    none,
    other,               ///< no access line: start-up text, half a line, bad time or port
    error_log,           ///< a line of the error log
    dns,                 ///< the core's own DNS look-ups
    dns_log,             ///< an answer of the core's DNS client
    rejected,            ///< refused by the core; belongs to no account
    no_email,            ///< the inbound knows no account
    masked,              ///< the operator has the core hide addresses (log.maskAddress)
    unspecified_source,  ///< 0.0.0.0 or ::, a Unix socket in newer cores
    unix_source,         ///< "@" or a path
    loopback_source,     ///< behind a local proxy that hides its clients
    blackholed,          ///< routed to a declared blackhole
    tainted,             ///< right behind text that a client may have forged
    cdn,                 ///< the address is that of the CDN in front, not the client's
    too_long,            ///< over 64 KiB
};
inline constexpr std::size_t skip_count = 15;

/// "unspecified-source", as reports and samples write it.
std::string_view to_text(Skip skip);

/// The arrow of a detour: default route, matched rule, forced.
enum class Route : std::uint8_t { none, fallback, rule, forced };

/// A time as the log wrote it, in the core's own zone.
struct LogTime {
    std::int64_t second = 0;  ///< since 1970-01-01, as if the zone were UTC
    std::uint32_t micro = 0;

    auto operator<=>(const LogTime&) const = default;
};

/// One line, read. Text is borrowed from it.
struct AccessLine {
    Verdict verdict = Verdict::skip;
    Skip skip = Skip::other;
    LogTime time;  ///< set unless the line has none
    bool has_time = false;
    std::optional<Address> address;  ///< the source's, where it has one
    std::uint16_t port = 0;          ///< 0: the address came from a header
    std::string_view source;
    std::string_view target;
    std::string_view inbound;  ///< tag; empty where the line names none
    std::string_view outbound;
    Route route = Route::none;
    std::string_view email;
    std::string_view reason;  ///< of a rejected line: hostile text
};

/// What the operator declared about a core's tags.
struct LineRules {
    /// Outbounds whose traffic goes nowhere. Panels call it BLOCK, 3x-ui blocked, guides block.
    std::vector<std::string> blackhole_tags = {"BLOCK", "block", "blocked", "blackhole"};
    /// Inbounds whose header-derived addresses (port 0) are trusted, because a proxy sets them.
    std::vector<std::string> trusted_proxy_inbounds;
    /// Inbounds behind a CDN: only there a header tells the client's address, and an address that
    /// came with the connection is the CDN's own.
    std::vector<std::string> cdn_inbounds;
    bool behind_cdn = false;  ///< all of them are
    /// Tags that hold an arrow themselves; others are split at the first arrow.
    std::vector<std::string> inbound_tags;
};

/// Reads one line without its newline. Never allocates, never fails: what cannot be read is
/// `Skip::other`.
AccessLine read_access_line(std::string_view line, const LineRules& rules);

/// The position after a marker behind which a client's own bytes stand
/// ("invalid domain name: ", Xray-core common/protocol/address.go), or nothing.
std::optional<std::size_t> forged_from(std::string_view line);

/// How far a client's bytes can reach behind the marker: a domain is at most 255 bytes long, and
/// the core adds a few of its own.
inline constexpr std::size_t taint_length = 300;

/// Reads "YYYY/MM/DD HH:MM:SS[.ffffff]" at the start of `text`; gives the number of characters,
/// or 0 when there is none.
std::size_t read_log_time(std::string_view text, LogTime& time);

}  // namespace fairgate::logs
