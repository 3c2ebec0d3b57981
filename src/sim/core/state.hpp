#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::sim::core {

/// Which calls the simulated core knows; each is a release range of Xray (docs/cores.md).
enum class Release { v24_9, v24_11, v25_6, v26_4 };

struct Inbound {
    std::string package;             ///< "xray.proxy.vless"; empty: one without users
    std::vector<std::string> users;  ///< serialized, as they were added
};

/// How a call ended: a gRPC status and its text, or a message.
struct Reply {
    int status = 0;
    std::string text;
    std::string message;
};

/// What an Xray knows and says, without the network. An account of the wrong kind makes it panic,
/// as the real one does (proxy/*/validator.go).
class CoreState {
public:
    explicit CoreState(Release release) : release_(release) {}

    std::map<std::string, Inbound>& inbounds() { return inbounds_; }
    /// "user>>>ali>>>traffic>>>uplink"
    std::map<std::string, std::int64_t>& counters() { return counters_; }
    /// E-mail and the address as the core writes it, IPv6 in brackets.
    std::vector<std::pair<std::string, std::string>>& online() { return online_; }
    std::uint32_t& uptime() { return uptime_; }

    void add_user(const std::string& tag, const std::string& email, const std::string& secret);
    /// As a restart does: uptime and counters from nothing; the configuration is read again.
    void restart();
    /// Keeps what is now as the configuration that a restart reads.
    void save_configuration() { configured_ = inbounds_; }

    Reply answer(std::string_view path, const std::string& request);
    bool panicked() const { return panicked_; }
    /// Every call so far.
    const std::vector<std::string>& calls() const { return calls_; }

private:
    Reply list_users(const std::string& request) const;
    Reply alter(const std::string& request);
    Reply add(Inbound& inbound, const std::string& user);
    static Reply remove(Inbound& inbound, const std::string& email);
    Reply list_inbounds(const std::string& request) const;
    Reply query(const std::string& request) const;
    Reply online_users() const;
    Reply online_names() const;
    Reply online_addresses(const std::string& request) const;

    Release release_;
    std::map<std::string, Inbound> inbounds_;
    std::map<std::string, Inbound> configured_;
    std::map<std::string, std::int64_t> counters_;
    std::vector<std::pair<std::string, std::string>> online_;
    std::uint32_t uptime_ = 1'000;
    bool panicked_ = false;
    std::vector<std::string> calls_;
};

}  // namespace fairgate::sim::core
