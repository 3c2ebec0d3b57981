#include "backends/xray/running_core.hpp"

#include "backends/xray/hindrance.hpp"
#include "backends/xray/releases.hpp"
#include "base/memory.hpp"
#include "logs/access_line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace fairgate::backends::xray {

namespace {

using namespace std::chrono_literals;

// A core that was restarted has let everybody in again; its uptime is one short answer.
constexpr Duration look_every = 10s;
constexpr Duration count_every = 60s;

RosterSettings roster_settings(const CoreSettings& settings) {
    return {settings.accounts_file, settings.inbounds};
}

EnforcerSettings enforcer_settings(const CoreSettings& settings) {
    EnforcerSettings enforcer;
    enforcer.accounts_file = settings.accounts_file;
    enforcer.inbounds = settings.inbounds;
    return enforcer;
}

}  // namespace

CoreSettings core_settings(const config::BackendSettings& settings) {
    CoreSettings core;
    core.name = settings.name;
    core.api = settings.api;
    core.trust = {settings.ca_file, settings.pinned_sha256};
    core.accounts_file = settings.config;
    core.inbounds = settings.inbounds;
    core.online = settings.online;
    core.refresh = settings.refresh;
    return core;
}

std::string url_of(const std::string& api) {
    return api.find(":/") == std::string::npos ? "http://" + api : api;
}

RunningCore::RunningCore(
    const Clock& clock, CoreSettings settings, std::unique_ptr<grpc::Client> grpc
)
    : clock_(clock),
      settings_(std::move(settings)),
      client_(std::move(grpc)),
      watch_(settings_.inbounds),
      directory_(settings_.name),
      online_(settings_.name + "/online", clock.now()),
      roster_(client_, watch_, directory_, counters_, roster_settings(settings_)),
      enforcer_(settings_.name, client_, watch_, directory_, clock, enforcer_settings(settings_)) {}

boost::asio::awaitable<void> RunningCore::run(
    boost::asio::any_io_executor executor, Listener listener
) {
    boost::asio::steady_timer timer(executor);
    for (;;) {
        if (clock_.now() >= look_at_) {
            co_await look();
        }
        if (clock_.now() >= full_at_) {
            co_await read_everybody(listener);
        } else if (synced_ && clock_.now() >= count_at_) {
            co_await count(listener);
        }
        if (synced_ && clock_.now() >= online_at_) {
            co_await see_who_is_online(listener);
        }
        timer.expires_after(1s);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

boost::asio::awaitable<std::vector<ProbeStep>> RunningCore::test() {
    return probe(client_, directory_, roster_settings(settings_));
}

void RunningCore::clock_was_set(Duration by) {
    for (TimePoint* time : {&full_at_, &look_at_, &count_at_, &online_at_}) {
        *time += by;
    }
    online_.clock_was_set(by);
    if (synced_) {
        *synced_ += by;
    }
}

std::optional<std::string> RunningCore::account_of(std::string_view name) {
    if (auto known = directory_.find(name)) {
        return known;
    }
    if (tells_accounts()) {
        return std::nullopt;
    }
    // Nothing but the log tells who there is.
    std::string account(name);
    directory_.add_names({account});
    return account;
}

void RunningCore::saw_connection(std::string_view account, TimePoint time, std::string_view raw) {
    // "tcp:" before the source: a stream inside an open connection (xray-core common/mux).
    const std::string_view source = logs::read_access_line(raw, {}).source;
    if (!source.starts_with("tcp:") && !source.starts_with("udp:")) {
        enforcer_.saw_connection(std::string(account), time);
    }
}

std::string RunningCore::version() const {
    return client_.abilities() ? release_range(*client_.abilities()) : version_;
}

std::optional<Error> RunningCore::cannot_block() const {
    return client_.abilities() ? hindrance(
                                     client_.place(),
                                     *client_.abilities(),
                                     settings_.accounts_file,
                                     settings_.inbounds
                                 )
                               : std::nullopt;
}

std::optional<sources::SourceHealth> RunningCore::online_source(TimePoint now) const {
    return asks_who_is_online() ? std::optional(online_.health(now)) : std::nullopt;
}

bool RunningCore::tells_accounts() const {
    return !settings_.accounts_file.empty() ||
           (client_.abilities() && client_.abilities()->inbound_users);
}

bool RunningCore::asks_who_is_online() const {
    using config::OnlineAddresses;
    return client_.abilities() && client_.abilities()->stats &&
           (settings_.online == OnlineAddresses::always ||
            (settings_.online == OnlineAddresses::automatic && client_.abilities()->users_stats));
}

boost::asio::awaitable<void> RunningCore::look() {
    look_at_ = clock_.now() + look_every;
    const auto process = co_await roster_.look();
    if (!process) {
        fail(process.error());
        full_at_ = look_at_;
    } else if (*process == Process::restarted || error_) {
        full_at_ = clock_.now();
    }
}

boost::asio::awaitable<void> RunningCore::read_everybody(const Listener& listener) {
    const auto news = co_await roster_.read_accounts();
    if (!news) {
        fail(news.error());
        full_at_ = clock_.now() + look_every;
        co_return;
    }
    state_ = State::ready;
    error_.reset();
    release_unused_memory();
    const bool first = !synced_;
    synced_ = clock_.now();
    full_at_ = *synced_ + settings_.refresh;
    count_at_ = *synced_ + count_every;
    if (first || *news == Roster::News::some) {
        listener.accounts_changed();
    }
}

boost::asio::awaitable<void> RunningCore::count(const Listener& listener) {
    count_at_ = clock_.now() + count_every;
    const auto news = co_await roster_.read_counters();
    if (!news) {
        fail(news.error());
    } else if (*news == Roster::News::some) {
        listener.accounts_changed();
    }
}

boost::asio::awaitable<void> RunningCore::see_who_is_online(const Listener& listener) {
    online_at_ = clock_.now() + look_every;
    if (!asks_who_is_online()) {
        co_return;
    }
    const auto addresses = co_await who_is_online();
    const TimePoint now = clock_.now();
    if (!addresses) {
        online_.fail(addresses.error(), now);
        co_return;
    }
    for (const Sighting& seen : online_.take(*addresses, now)) {
        if (const auto account = account_of(seen.email)) {
            listener.saw(*account, seen);
        }
    }
}

CoreClient::Answer<std::vector<OnlineAddress>> RunningCore::who_is_online() {
    return client_.abilities()->users_stats ? client_.online() : client_.online_one_by_one();
}

/// A core that does not answer is no longer watched: nobody is blocked or released there.
void RunningCore::fail(const Error& error) {
    error_ = error;
    state_ = State::failed;
    if (client_.abilities()) {
        version_ = release_range(*client_.abilities());
    }
}

Result<std::unique_ptr<RunningCore>> make_core(
    const boost::asio::any_io_executor& executor, const Clock& clock, CoreSettings settings
) {
    grpc::ClientSettings core;
    core.base = url_of(settings.api);
    core.trust = settings.trust;
    auto client = grpc::make_client(executor, std::move(core));
    if (!client) {
        return client.error();
    }
    return std::make_unique<RunningCore>(clock, std::move(settings), std::move(*client));
}

}  // namespace fairgate::backends::xray
