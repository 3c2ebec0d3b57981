#include "config/bind.hpp"
#include "config/table.hpp"

#include <array>

namespace fairgate::config {

namespace {

using bind::into;

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> running_rows() {
    using D = DaemonSettings;
    using B = BreakerSettings;
    constexpr auto at = &Settings::daemon;
    return {
        {"breaker.most_blocks",
         Scope::daemon,
         into<&Settings::breaker, &B::most_blocks>(),
         "New blocks within `window` beyond which enforcing stops, an alarm is raised and "
         "recording "
         "goes on. The larger of this and `share` counts. 5: a fault of ours must stay small.",
         {},
         "1",
         "100000"},
        {"breaker.share",
         Scope::daemon,
         into<&Settings::breaker, &B::share>(),
         "The same as a share of the accounts online: 0.02 is 2 %.",
         {},
         "0",
         "1"},
        {"breaker.window",
         Scope::daemon,
         into<&Settings::breaker, &B::window>(),
         "The time for both.",
         {},
         "1m",
         "1d"},
        {"daemon.state_dir",
         Scope::daemon,
         into<at, &D::state_dir>(),
         "Where the database lives. Only one daemon may use it at a time."},
        {"daemon.socket",
         Scope::daemon,
         into<at, &D::socket>(),
         "The local socket the commands talk to. Members of the group fairgate may use it."},
        {"daemon.listen",
         Scope::daemon,
         into<at, &D::listen>(),
         "Address and port for the API over TCP. Empty: the socket only, because nothing that is "
         "not open can be attacked.",
         "\"127.0.0.1:8443\""},
        {"daemon.token_file",
         Scope::daemon,
         into<at, &D::token_file>(),
         "A file that holds the token for the API over TCP. Needed with `listen`.",
         "\"/etc/fairgate/token\""},
        {"daemon.certificate_file",
         Scope::daemon,
         into<at, &D::certificate_file>(),
         "The certificate (PEM) for TLS. Needed when `listen` is not on this machine only."},
        {"daemon.key_file", Scope::daemon, into<at, &D::key_file>(), "Its private key (PEM)."},
        {"daemon.accept_risk",
         Scope::daemon,
         into<at, &D::accept_risk>(),
         "Dangers you accept, by name. plain-http: the API without TLS for other machines."},
        {"agents.listen",
         Scope::daemon,
         into<&Settings::agents, &AgentsSettings::listen>(),
         "Address and port where agents on other machines report. Empty: none, because nothing "
         "that "
         "is not open can be attacked.",
         "\"0.0.0.0:8470\""},
        {"agents.address",
         Scope::daemon,
         into<&Settings::agents, &AgentsSettings::address>(),
         "Where nodes find it: the name or address of this machine as they see it, and the port. "
         "Stands in the tokens that `node join` gives out.",
         "\"hub.example.com:8470\""},
        {"agent.state_dir",
         Scope::daemon,
         into<&Settings::agent, &AgentSettings::state_dir>(),
         "On a node: where the agent keeps which node it is, and how far it has read."},
        {"agent.hub",
         Scope::daemon,
         into<&Settings::agent, &AgentSettings::hub>(),
         "On a node: where the hub is, if it has moved since the node joined.",
         "\"hub.example.com:8470\""},
        {"log.level",
         Scope::daemon,
         into<&Settings::log, &LogSettings::level>(),
         "What is written to the journal: debug, info, warning or error."},
    };
}

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> source_rows() {
    using S = SourceSettings;
    constexpr auto at = &Settings::sources;
    return {
        {"source[].name",
         Scope::daemon,
         into<at, &S::name>(),
         "What you call it: letters, digits, dot, dash.",
         "\"local\"",
         {},
         {},
         {},
         Need::required},
        {"source[].type",
         Scope::daemon,
         into<at, &S::type>(),
         "file: an access log on this machine. Panels bring their own log streams.",
         "\"file\""},
        {"source[].path",
         Scope::daemon,
         into<at, &S::path>(),
         "The access log. Rotation, truncation and copytruncate are followed.",
         "\"/var/log/xray/access.log\"",
         {},
         {},
         {},
         Need::required},
        {"source[].node",
         Scope::daemon,
         into<at, &S::node>(),
         "The machine whose log it is. Empty: this one."},
        {"source[].backend",
         Scope::daemon,
         into<at, &S::backend>(),
         "The name of the [[backend]] that holds these accounts. Empty: the only one there is."},
        {"source[].zone",
         Scope::daemon,
         into<at, &S::zone>(),
         "The log's time zone: \"auto\" measures it, \"local\" is this machine's, or an offset "
         "such "
         "as \"+03:30\". Log lines do not say it."},
        {"source[].decoration",
         Scope::daemon,
         into<at, &S::decoration>(),
         "What another program puts before each line: none, compose (\"name  | \"), syslog, or "
         "debug (\"DEBUG: \")."},
        {"source[].start",
         Scope::daemon,
         into<at, &S::start>(),
         "Where to begin when the file was never read: end or beginning. end, because old lines "
         "say nothing about who is online now; use replay for them."},
        {"source[].names",
         Scope::daemon,
         into<at, &S::names>(),
         "How names become accounts here. Unset: as [counting] names.",
         "\"standard\""},
        {"source[].sockets",
         Scope::daemon,
         into<at, &S::sockets>(),
         "automatic: connections that the log tells of are looked for among this machine's "
         "sockets, "
         "so "
         "that it is known how long they live and what they move; lines without one are not "
         "believed where all others have one. off: the log alone counts."},
        {"source[].namespace",
         Scope::daemon,
         into<at, &S::network>(),
         "The network in which the connections of this log end, where the core has one of its own "
         "(a container): \"process:xray\" is that of the running program of this name, \"web\" is "
         "/run/netns/web, and a path is taken as it is. Empty: this machine's.",
         "\"process:xray\""},
        {"source[].silence",
         Scope::daemon,
         into<at, &S::silence>(),
         "No line for so long is reported, and nothing is decided from this source until lines "
         "come again.",
         {},
         "10s",
         "1d"},
    };
}

// NOLINTNEXTLINE(readability-function-size): a table, a row after the other
std::vector<Row> backend_rows() {
    using B = BackendSettings;
    constexpr auto at = &Settings::backends;
    return {
        {"backend[].name",
         Scope::daemon,
         into<at, &B::name>(),
         "What you call it: letters, digits, dot, dash.",
         "\"main\"",
         {},
         {},
         {},
         Need::required},
        {"backend[].type",
         Scope::daemon,
         into<at, &B::type>(),
         "The product: pasarguard and marzban are panels, xray a bare Xray or V2Ray without one.",
         "\"pasarguard\"",
         {},
         {},
         {},
         Need::required},
        {"backend[].url",
         Scope::daemon,
         into<at, &B::url>(),
         "The address of a panel, with https://.",
         "\"https://panel.example.com:8443\""},
        {"backend[].api",
         Scope::daemon,
         into<at, &B::api>(),
         "Where the API of a bare Xray or V2Ray listens, for type = \"xray\": address and port, as "
         "in 127.0.0.1:10085, https:// before them if it asks for TLS, or unix: and a path."},
        {"backend[].config",
         Scope::daemon,
         into<at, &B::config>(),
         "The core's own configuration file (JSON). Only for V2Ray and for Xray before 24.11.5, "
         "which "
         "cannot tell what an account is: an account that is put back is read from there."},
        {"backend[].inbounds",
         Scope::daemon,
         into<at, &B::inbounds>(),
         "Tags of inbounds that the core must have, so that another core at its port is noticed. "
         "Xray "
         "before 25.6.7 cannot list its inbounds and needs them. For type = \"marzban\" with "
         "action = "
         "\"move_group\": the inbounds a restricted account may still use."},
        {"backend[].online",
         Scope::daemon,
         into<at, &B::online>(),
         "Whether a core is asked who is online from where, besides what logs tell. automatic: "
         "where that is sure to be safe, Xray 26.4.13 and newer. always: also an Xray that you "
         "know "
         "to be 26.3.23 or newer; an older one may end when it is asked. off: never."},
        {"backend[].username",
         Scope::daemon,
         into<at, &B::username>(),
         "An administrator of the panel; best one made for Fairgate.",
         "\"fairgate\""},
        {"backend[].password",
         Scope::secret,
         into<at, &B::password>(),
         "Its password. Only in secrets.toml or the environment."},
        {"backend[].password_file",
         Scope::daemon,
         into<at, &B::password_file>(),
         "A file that holds the password and nothing else.",
         "\"/etc/fairgate/panel-password\""},
        {"backend[].api_key",
         Scope::secret,
         into<at, &B::api_key>(),
         "An API key instead of a login, where the panel has them (PasarGuard 5.1 and later). Only "
         "in "
         "secrets.toml or the environment."},
        {"backend[].api_key_file",
         Scope::daemon,
         into<at, &B::api_key_file>(),
         "A file that holds the API key and nothing else."},
        {"backend[].pinned_sha256",
         Scope::daemon,
         into<at, &B::pinned_sha256>(),
         "The SHA-256 fingerprint (64 hexadecimal digits) of a self-signed certificate. "
         "Certificates are always verified; there is no switch to turn that off."},
        {"backend[].ca_file",
         Scope::daemon,
         into<at, &B::ca_file>(),
         "Authorities (PEM) to believe instead of the system's."},
        {"backend[].nodes",
         Scope::daemon,
         into<at, &B::nodes>(),
         "Read the logs of these nodes only. Empty: all. A Marzban panel's own core is called "
         "Master."},
        {"backend[].action",
         Scope::daemon,
         into<at, &B::action>(),
         "What a block does to an account: disable, or move_group to a group that leads nowhere "
         "(to "
         "the inbounds named in inbounds, where the panel has no groups). "
         "disable, because every panel has it."},
        {"backend[].group", Scope::daemon, into<at, &B::group>(), "The group for move_group."},
        {"backend[].refresh",
         Scope::daemon,
         into<at, &B::refresh>(),
         "How often the accounts are read again. 5m: new accounts are met in the log anyway.",
         {},
         "10s",
         "1d"},
    };
}

}  // namespace

std::vector<Row> daemon_rows() {
    std::vector<Row> all;
    for (auto* part : {&firewall_rows, &running_rows, &source_rows, &backend_rows}) {
        const std::vector<Row> some = part();
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace fairgate::config
