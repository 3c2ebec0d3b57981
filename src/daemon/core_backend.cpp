#include "daemon/core_backend.hpp"

#include "backends/xray/core_client.hpp"
#include "backends/xray/core_watch.hpp"
#include "backends/xray/counter_book.hpp"
#include "backends/xray/directory.hpp"
#include "backends/xray/enforcer.hpp"
#include "backends/xray/hindrance.hpp"
#include "backends/xray/probe.hpp"
#include "backends/xray/releases.hpp"
#include "backends/xray/roster.hpp"
#include "base/memory.hpp"
#include "daemon/online_source.hpp"
#include "grpc/client.hpp"
#include "http/uri.hpp"
#include "logs/access_line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace fairgate::daemon {

namespace {

namespace xray = backends::xray;
using namespace std::chrono_literals;

// A core that was restarted has let everybody in again; its uptime is one short answer.
constexpr Duration look_every = 10s;
constexpr Duration count_every = 60s;

std::string url_of(const std::string& api) {
    return api.find(":/") == std::string::npos ? "http://" + api : api;
}

control::Check as_check(const std::string& backend, const xray::ProbeStep& step) {
    control::Check check;
    check.stage = "backend";
    check.name = backend + ": " + step.name;
    check.code = step.code;
    check.what = step.text;
    check.next = step.next;
    switch (step.outcome) {
        case xray::ProbeOutcome::good:
            check.state = control::CheckState::ok;
            break;
        case xray::ProbeOutcome::warning:
            check.state = control::CheckState::warning;
            break;
        case xray::ProbeOutcome::bad:
            check.state = control::CheckState::error;
            break;
    }
    return check;
}

class CoreBackend final : public Backend {
public:
    CoreBackend(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        const config::BackendSettings& settings,
        std::unique_ptr<grpc::Client> grpc
    )
        : executor_(std::move(executor)),
          clock_(clock),
          settings_(settings),
          client_(std::move(grpc)),
          watch_(settings.inbounds),
          directory_(settings.name),
          online_(settings.name + "/online", clock.now()),
          roster_(client_, watch_, directory_, counters_, roster_settings(settings)),
          enforcer_(
              settings.name, client_, watch_, directory_, clock, enforcer_settings(settings)
          ) {}

    const std::string& name() const override { return settings_.name; }
    logs::Names names() const override { return logs::Names::raw; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        if (auto known = directory_.find(name_in_log)) {
            return known;
        }
        if (tells_accounts()) {
            return std::nullopt;
        }
        // Nothing but the log tells who there is.
        std::string name(name_in_log);
        directory_.add_names({name});
        return name;
    }

    bool knows_accounts() const override { return synced_.has_value(); }
    AccountFacts facts(std::string_view account) const override {
        return directory_.facts(account);
    }
    void each_account(const std::function<void(const AccountFacts&)>& take) const override {
        directory_.for_each(take);
    }

    enforcement::Enforcer& enforcer() override { return enforcer_; }
    Action block_action() const override { return Action::block; }

    std::optional<Error> cannot_block() const override {
        return client_.abilities()
                   ? xray::hindrance(
                         client_.place(), *client_.abilities(), settings_.config, settings_.inbounds
                     )
                   : std::nullopt;
    }

    control::BackendNow now() const override {
        control::BackendNow now;
        now.name = settings_.name;
        now.state = state_;
        now.version = client_.abilities() ? xray::release_range(*client_.abilities()) : version_;
        now.accounts = synced_ ? std::optional(directory_.size()) : std::nullopt;
        now.synced = synced_;
        now.error = error_;
        return now;
    }

    std::vector<sources::SourceHealth> sources(TimePoint now) const override {
        return asks_who_is_online() ? std::vector{online_.health(now)}
                                    : std::vector<sources::SourceHealth>();
    }

    std::vector<Server> servers() const override {
        const auto api = http::parse_base(url_of(settings_.api));
        return api ? std::vector{Server{Server::Kind::node, settings_.name, api->host}}
                   : std::vector<Server>();
    }

    void saw_held(std::string_view account, TimePoint time, std::string_view raw) override {
        // "tcp:" before the source: a stream inside an open connection (xray-core common/mux).
        const std::string_view source = logs::read_access_line(raw, {}).source;
        if (!source.starts_with("tcp:") && !source.starts_with("udp:")) {
            enforcer_.saw_connection(std::string(account), time);
        }
    }

    void clock_was_set(Duration by) override {
        for (TimePoint* time : {&full_at_, &look_at_, &count_at_, &online_at_}) {
            *time += by;
        }
        online_.clock_was_set(by);
        if (synced_) {
            *synced_ += by;
        }
    }

    boost::asio::awaitable<void> run(BackendListener listener) override {
        boost::asio::steady_timer timer(executor_);
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

    boost::asio::awaitable<std::vector<control::Check>> test() override {
        const auto steps = co_await xray::probe(client_, directory_, roster_settings(settings_));
        std::vector<control::Check> checks;
        checks.reserve(steps.size());
        for (const xray::ProbeStep& step : steps) {
            checks.push_back(as_check(settings_.name, step));
        }
        co_return checks;
    }

private:
    static xray::EnforcerSettings enforcer_settings(const config::BackendSettings& settings) {
        xray::EnforcerSettings enforcer;
        enforcer.accounts_file = settings.config;
        enforcer.inbounds = settings.inbounds;
        return enforcer;
    }
    static xray::RosterSettings roster_settings(const config::BackendSettings& settings) {
        return {settings.config, settings.inbounds};
    }

    bool tells_accounts() const {
        return !settings_.config.empty() ||
               (client_.abilities() && client_.abilities()->inbound_users);
    }

    boost::asio::awaitable<void> look() {
        look_at_ = clock_.now() + look_every;
        const auto process = co_await roster_.look();
        if (!process) {
            fail(process.error());
            full_at_ = look_at_;
        } else if (*process == xray::Process::restarted || error_) {
            full_at_ = clock_.now();
        }
    }

    boost::asio::awaitable<void> read_everybody(const BackendListener& listener) {
        const auto news = co_await roster_.read_accounts();
        if (!news) {
            fail(news.error());
            full_at_ = clock_.now() + look_every;
            co_return;
        }
        state_ = control::BackendState::ready;
        error_.reset();
        release_unused_memory();
        const bool first = !synced_;
        synced_ = clock_.now();
        full_at_ = *synced_ + settings_.refresh;
        count_at_ = *synced_ + count_every;
        if (first || *news == xray::Roster::News::some) {
            listener.accounts_changed();
        }
    }

    boost::asio::awaitable<void> count(const BackendListener& listener) {
        count_at_ = clock_.now() + count_every;
        const auto news = co_await roster_.read_counters();
        if (!news) {
            fail(news.error());
        } else if (*news == xray::Roster::News::some) {
            listener.accounts_changed();
        }
    }

    bool asks_who_is_online() const {
        using config::OnlineAddresses;
        return client_.abilities() && client_.abilities()->stats &&
               (settings_.online == OnlineAddresses::always ||
                (settings_.online == OnlineAddresses::automatic && client_.abilities()->users_stats)
               );
    }

    xray::CoreClient::Answer<std::vector<xray::OnlineAddress>> who_is_online() {
        return client_.abilities()->users_stats ? client_.online() : client_.online_one_by_one();
    }

    boost::asio::awaitable<void> see_who_is_online(const BackendListener& listener) {
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
        for (const xray::Sighting& seen : online_.take(*addresses, now)) {
            const auto account = account_of(seen.email, now);
            if (account) {
                Observation observation;
                observation.time = seen.time;
                observation.account = *account;
                observation.address = seen.address;
                observation.kind = ObservationKind::alive;
                listener.saw(observation);
            }
        }
    }

    /// A core that does not answer is no longer watched: nobody is blocked or released there.
    void fail(const Error& error) {
        error_ = error;
        state_ = control::BackendState::failed;
        if (client_.abilities()) {
            version_ = xray::release_range(*client_.abilities());
        }
    }

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    config::BackendSettings settings_;
    xray::CoreClient client_;
    xray::CoreWatch watch_;
    xray::Directory directory_;
    xray::CounterBook counters_;
    OnlineSource online_;
    xray::Roster roster_;
    xray::CoreEnforcer enforcer_;
    control::BackendState state_ = control::BackendState::starting;
    std::string version_;  ///< the last that was known
    std::optional<Error> error_;
    std::optional<TimePoint> synced_;
    TimePoint full_at_;
    TimePoint look_at_;
    TimePoint count_at_;
    TimePoint online_at_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_core_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings
) {
    grpc::ClientSettings core;
    core.base = url_of(settings.api);
    core.trust = {settings.ca_file, settings.pinned_sha256};
    auto client = grpc::make_client(executor, std::move(core));
    if (!client) {
        return client.error();
    }
    std::unique_ptr<Backend> backend =
        std::make_unique<CoreBackend>(executor, clock, settings, std::move(*client));
    return backend;
}

}  // namespace fairgate::daemon
