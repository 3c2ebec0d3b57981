#pragma once

#include "backends/xray/core_client.hpp"
#include "backends/xray/core_watch.hpp"
#include "backends/xray/counter_book.hpp"
#include "backends/xray/directory.hpp"
#include "backends/xray/enforcer.hpp"
#include "backends/xray/online_source.hpp"
#include "backends/xray/probe.hpp"
#include "backends/xray/roster.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"
#include "grpc/client.hpp"
#include "http/client.hpp"
#include "sources/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fairgate::backends::xray {

struct CoreSettings {
    std::string name;
    std::string api;  ///< "127.0.0.1:10085", "https://node.example.com:62051", "unix:/path"
    http::TlsTrust trust;
    std::string accounts_file;          ///< the core's own configuration
    std::vector<std::string> inbounds;  ///< tags that must be there
    config::OnlineAddresses online = config::OnlineAddresses::automatic;
    Duration refresh = std::chrono::minutes(5);
};

CoreSettings core_settings(const config::BackendSettings& settings);

/// The address of an API as a web address: a bare one is reached without TLS.
std::string url_of(const std::string& api);

/// One core: who there is, who is online from where, and the switch. Used by one coroutine.
class RunningCore {
public:
    RunningCore(const Clock& clock, CoreSettings settings, std::unique_ptr<grpc::Client> grpc);

    struct Listener {
        std::function<void()> accounts_changed;
        /// By the name that account_of() gives.
        std::function<void(const std::string& account, const Sighting& seen)> saw;
    };
    /// Keeps itself up to date until it is cancelled.
    boost::asio::awaitable<void> run(boost::asio::any_io_executor executor, Listener listener);
    boost::asio::awaitable<std::vector<ProbeStep>> test();
    /// Our clock was set (back: negative).
    void clock_was_set(Duration by);

    /// As the core spells it. Where it cannot be asked for its accounts, whoever is asked for.
    std::optional<std::string> account_of(std::string_view name);
    const Directory& directory() const { return directory_; }
    CoreEnforcer& enforcer() { return enforcer_; }
    /// A line of the log about an account that is removed.
    void saw_connection(std::string_view account, TimePoint time, std::string_view raw);

    /// Its accounts were read; by now it may be away again.
    const std::optional<TimePoint>& synced() const { return synced_; }
    const std::optional<Error>& error() const { return error_; }
    enum class State { starting, ready, failed };
    State state() const { return state_; }
    std::string version() const;
    /// Why nobody can be blocked here.
    std::optional<Error> cannot_block() const;
    /// Its list of who is online; nothing when it is not asked.
    std::optional<sources::SourceHealth> online_source(TimePoint now) const;

private:
    bool tells_accounts() const;
    bool asks_who_is_online() const;
    boost::asio::awaitable<void> look();
    boost::asio::awaitable<void> read_everybody(const Listener& listener);
    boost::asio::awaitable<void> count(const Listener& listener);
    boost::asio::awaitable<void> see_who_is_online(const Listener& listener);
    CoreClient::Answer<std::vector<OnlineAddress>> who_is_online();
    void fail(const Error& error);

    const Clock& clock_;
    CoreSettings settings_;
    CoreClient client_;
    CoreWatch watch_;
    Directory directory_;
    CounterBook counters_;
    OnlineSource online_;
    Roster roster_;
    CoreEnforcer enforcer_;
    State state_ = State::starting;
    std::string version_;  ///< the last that was known
    std::optional<Error> error_;
    std::optional<TimePoint> synced_;
    TimePoint full_at_;
    TimePoint look_at_;
    TimePoint count_at_;
    TimePoint online_at_;
};

/// Connects when it is first needed. FG-NET-001 or FG-NET-017 when the address or the pin is wrong.
Result<std::unique_ptr<RunningCore>> make_core(
    const boost::asio::any_io_executor& executor, const Clock& clock, CoreSettings settings
);

}  // namespace fairgate::backends::xray
