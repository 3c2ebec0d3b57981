#pragma once

#include "base/clock.hpp"
#include "config/secret.hpp"
#include "model/limit.hpp"
#include "model/mode.hpp"
#include "model/setting.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What an operator can set, as plain values with the built-in defaults. What each key means, its
/// range and why its default is what it is stands in the table (config/table.hpp), not here.
namespace fairgate::config {

using namespace std::chrono_literals;
using fairgate::unlimited;

struct DaemonSettings {
    std::string state_dir = "/var/lib/fairgate";
    std::string socket = "/run/fairgate/api.sock";
    std::string listen;  ///< "127.0.0.1:8443"; empty: the socket only
    std::string token_file;
    std::string certificate_file;
    std::string key_file;
    std::vector<std::string> accept_risk;
};

enum class CountingMethod { overlap, distinct, first_come };
BOOST_DESCRIBE_ENUM(CountingMethod, overlap, distinct, first_come)

/// How the name in a log line becomes an account's name.
enum class NameForm { standard, raw, marzban, pasarguard };
BOOST_DESCRIBE_ENUM(NameForm, standard, raw, marzban, pasarguard)

struct CountingSettings {
    CountingMethod method = CountingMethod::overlap;
    Duration slot = 10s;
    Duration window = 5min;
    Duration sustain = 1min;
    Duration interval = 1min;
    int v4_prefix = 24;
    int v6_prefix = 64;
    std::string asn_file;
    std::string country_file;
    std::vector<std::string> countries;
    std::vector<std::string> blackhole_tags = {"block", "blocked", "blackhole", "BLOCK"};
    NameForm names = NameForm::standard;
    std::vector<std::string> trusted_proxy_inbounds;
    std::vector<std::string> cdn_inbounds;
    std::vector<std::string> cdn_nodes;
    std::vector<std::string> ignored_nodes;
};

/// What acts on an account that more origins use than may, where who came first is left alone.
enum class FirstComeAct { origins, account };
BOOST_DESCRIBE_ENUM(FirstComeAct, origins, account)

/// What becomes of an origin whose addresses cannot be refused.
enum class Otherwise { record, account };
BOOST_DESCRIBE_ENUM(Otherwise, record, account)

/// Only for CountingMethod::first_come.
struct FirstComeSettings {
    Duration lifetime = 90s;
    FirstComeAct act = FirstComeAct::origins;
    Duration ban_time = 1min;
    Otherwise otherwise = Otherwise::record;
};

/// Accounts chosen by the text of their name. Exactly one of the four ways is set.
struct NameText {
    std::string match;  ///< "vip_*"; `*` is any text, `?` one character
    std::string prefix;
    std::string suffix;
    std::string regex;
};

struct PatternLimit : NameText {
    int devices = 0;  ///< 0: the name tells it, where {devices} stands in `match`
};

/// Whose accounts of such names are, whatever the panel says.
struct OwnerPattern : NameText {
    std::string name;  ///< the owner's
};

/// What tells that accounts are one person's, where the rule does not list them.
enum class IdentityBy { name, note };
BOOST_DESCRIBE_ENUM(IdentityBy, name, note)

/// What the limits of a person's accounts make together.
enum class PersonLimit { highest, sum };
BOOST_DESCRIBE_ENUM(PersonLimit, highest, sum)

/// Which accounts are one person's: those listed, or those whose name or note says the same.
struct IdentitySettings {
    std::vector<std::string> accounts;  ///< "main/ali"
    IdentityBy by = IdentityBy::name;
    std::string match;                  ///< "{person}_*"; empty: the whole name
    std::vector<std::string> backends;  ///< empty: all
    PersonLimit limit = PersonLimit::highest;
};

struct LimitSettings {
    std::optional<int> general;
    std::map<std::string, int> accounts;
    std::vector<PatternLimit> patterns;
    std::map<std::string, int> groups;
    std::map<std::string, int> owners;
    bool use_panel_field = true;
    int tolerance = 0;
    int detections = 1;
    Duration within = 10min;
};

/// One step of the ladder: a warning, a block for a time or until an operator releases it, or such
/// a block with the subscription and its keys made anew.
struct LadderStep {
    enum class Kind { warn, block, until_released, revoke };
    Kind kind = Kind::warn;
    Duration length{0};  ///< only of `block`

    bool operator==(const LadderStep&) const = default;
};

struct LadderSettings {
    std::vector<LadderStep> steps = {
        {LadderStep::Kind::warn, {}},
        {LadderStep::Kind::block, 10min},
        {LadderStep::Kind::block, 30min},
        {LadderStep::Kind::block, 1h},
        {LadderStep::Kind::until_released, {}}
    };
    Duration window = std::chrono::days(7);
    Duration warning = 10min;
    std::optional<int> instant;
};

/// A mode for some accounts only. `name` is a group's or an account's.
struct ScopedMode {
    std::string name;
    Mode mode = Mode::shadow;
    std::optional<TimePoint> until;
};

struct ModeSettings {
    Mode global = Mode::shadow;
    std::optional<TimePoint> until;
    std::vector<ScopedMode> groups;
    std::vector<ScopedMode> accounts;
};

struct Exemption {
    std::string name;
    std::optional<TimePoint> until;
    std::string reason;
};

struct ExemptSettings {
    std::vector<Exemption> accounts;
};

/// An empty `include` list means all.
struct FilterSettings {
    std::vector<std::string> include_groups;
    std::vector<std::string> exclude_groups;
    std::vector<std::string> include_owners;
    std::vector<std::string> exclude_owners;
};

struct TrustSettings {
    std::vector<NetworkScope> never_counted;
    std::vector<NetworkScope> never_blocked;
};

struct BreakerSettings {
    int most_blocks = 5;
    double share = 0.02;
    Duration window = 10min;
};

/// What refuses addresses where no panel and no core can disable an account.
enum class FirewallDriver { off, nftables, iptables, ufw, fail2ban };
BOOST_DESCRIBE_ENUM(FirewallDriver, off, nftables, iptables, ufw, fail2ban)

struct FirewallSettings {
    FirewallDriver driver = FirewallDriver::off;
    Duration udp_idle = 150s;
    std::string jail = "fairgate";
    std::string limit_ip_log;
    std::string blocked_log;
};

enum class SourceType { file };
BOOST_DESCRIBE_ENUM(SourceType, file)

/// What another program puts before each line.
enum class Decoration { none, compose, syslog, debug };
BOOST_DESCRIBE_ENUM(Decoration, none, compose, syslog, debug)

/// Where a file is taken up when no offset is stored.
enum class StartAt { end, beginning };
BOOST_DESCRIBE_ENUM(StartAt, end, beginning)

/// Whether this machine's sockets are joined with a log's lines.
enum class Sockets { automatic, off };
BOOST_DESCRIBE_ENUM(Sockets, automatic, off)

struct SourceSettings {
    std::string name;
    SourceType type = SourceType::file;
    std::string path;
    std::string node;
    std::string backend;
    std::string zone = "auto";
    Decoration decoration = Decoration::none;
    StartAt start = StartAt::end;
    std::optional<NameForm> names;
    Sockets sockets = Sockets::automatic;
    std::string network;  ///< as kernel::NetworkNamespace::find takes it; empty: this machine's
    Duration silence = 10min;
};

enum class BackendType { pasarguard, marzban, xray };
BOOST_DESCRIBE_ENUM(BackendType, pasarguard, marzban, xray)

enum class BackendAction { disable, move_group };
BOOST_DESCRIBE_ENUM(BackendAction, disable, move_group)

enum class OnlineAddresses { automatic, always, off };
BOOST_DESCRIBE_ENUM(OnlineAddresses, automatic, always, off)

struct BackendSettings {
    std::string name;
    BackendType type = BackendType::pasarguard;
    std::string url;
    std::string api;
    std::string config;
    std::vector<std::string> inbounds;
    OnlineAddresses online = OnlineAddresses::automatic;
    std::string username;
    Secret password;
    std::string password_file;
    Secret api_key;
    std::string api_key_file;
    std::string pinned_sha256;
    std::string ca_file;
    std::vector<std::string> nodes;
    BackendAction action = BackendAction::disable;
    std::string group;
    Duration refresh = 5min;
};

enum class LogLevel { debug, info, warning, error };
BOOST_DESCRIBE_ENUM(LogLevel, debug, info, warning, error)

struct LogSettings {
    LogLevel level = LogLevel::info;
};

/// The hub's door for agents.
struct AgentsSettings {
    std::string listen;   ///< "0.0.0.0:8470"; empty: none
    std::string address;  ///< what nodes are told
};

/// What `fairgate agent` itself needs, on a node.
struct AgentSettings {
    std::string state_dir = "/var/lib/fairgate-agent";
    std::string hub;  ///< empty: as the token said
};

struct Settings {
    DaemonSettings daemon;
    CountingSettings counting;
    FirstComeSettings first_come;
    LimitSettings limits;
    LadderSettings ladder;
    ModeSettings mode;
    ExemptSettings exempt;
    std::vector<OwnerPattern> owners;
    std::vector<IdentitySettings> identities;
    FilterSettings filter;
    TrustSettings trust;
    BreakerSettings breaker;
    FirewallSettings firewall;
    std::vector<SourceSettings> sources;
    std::vector<BackendSettings> backends;
    LogSettings log;
    AgentsSettings agents;
    AgentSettings agent;
};

}  // namespace fairgate::config
