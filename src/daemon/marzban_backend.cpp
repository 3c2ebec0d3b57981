#include "daemon/marzban_backend.hpp"

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/marzban/directory_sync.hpp"
#include "backends/marzban/enforcer.hpp"
#include "backends/marzban/log_streams.hpp"
#include "backends/marzban/probe.hpp"
#include "base/memory.hpp"
#include "daemon/held_watch.hpp"
#include "daemon/panel_checks.hpp"
#include "http/uri.hpp"
#include "logs/access_line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace fairgate::daemon {

namespace {

namespace marzban = backends::marzban;
using namespace std::chrono_literals;

marzban::EnforcerSettings enforcer_settings(const config::BackendSettings& settings) {
    marzban::EnforcerSettings enforcer;
    if (settings.action == config::BackendAction::move_group) {
        enforcer.restricted_inbounds = settings.inbounds;
    }
    return enforcer;
}

marzban::LogSettings log_settings(const config::BackendSettings& settings) {
    marzban::LogSettings log;
    log.stream.source = settings.name;
    log.stream.nodes = settings.nodes;
    return log;
}

/// A Marzban panel: its users, the logs of its core and nodes, its switch.
class MarzbanBackend final : public Backend {
public:
    MarzbanBackend(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        const config::BackendSettings& settings,
        std::shared_ptr<marzban::PanelClient> client,
        std::uint64_t seed
    )
        : executor_(executor),
          clock_(clock),
          settings_(settings),
          client_(std::move(client)),
          directory_(settings.name),
          sync_(client_, directory_),
          enforcer_(client_, directory_, clock, enforcer_settings(settings)),
          streams_(executor, client_, clock, log_settings(settings), seed) {
        if (const auto url = http::parse_base(settings.url)) {
            servers_.push_back({Server::Kind::panel, "panel " + settings.name, url->host});
        }
    }

    const std::string& name() const override { return settings_.name; }
    /// As it stands: the id before the name tells a user from a former one of that name.
    logs::Names names() const override { return logs::Names::raw; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        return directory_.account_of_email(name_in_log);
    }

    bool knows_accounts() const override { return synced_.has_value(); }

    AccountFacts facts(std::string_view account) const override {
        if (auto facts = directory_.facts(account)) {
            return *std::move(facts);
        }
        AccountFacts facts;
        facts.key = {settings_.name, std::string(account)};
        return facts;
    }

    void each_account(const std::function<void(const AccountFacts&)>& take) const override {
        directory_.for_each(take);
    }

    enforcement::Enforcer& enforcer() override { return enforcer_; }
    Action block_action() const override {
        return settings_.action == config::BackendAction::move_group ? Action::move_group
                                                                     : Action::block;
    }

    std::vector<Server> servers() const override { return servers_; }

    control::BackendNow now() const override {
        control::BackendNow now;
        now.name = settings_.name;
        now.state = state_;
        now.version = version_;
        now.accounts = synced_ ? std::optional(directory_.size()) : std::nullopt;
        now.synced = synced_;
        now.error = error_ ? error_ : streams_.shortage();
        return now;
    }

    void saw_held(std::string_view account, TimePoint time, std::string_view raw) override {
        // "tcp:" before the source: a stream inside an open connection (xray-core common/mux).
        const std::string_view source = logs::read_access_line(raw, {}).source;
        const bool inside = source.starts_with("tcp:") || source.starts_with("udp:");
        if (!inside) {
            held_.saw(account, clock_.now());
        }
        enforcer_.saw_connection(
            account, time, inside ? marzban::Carrier::inside_another : marzban::Carrier::direct
        );
    }

    void clock_was_set(Duration by) override {
        for (TimePoint* time : {&full_at_, &recent_at_, &streams_at_, &strangers_until_}) {
            *time += by;
        }
        held_.clock_was_set(by);
        if (synced_) {
            *synced_ += by;
        }
    }

    boost::asio::awaitable<void> run(BackendListener listener) override {
        boost::asio::steady_timer timer(executor_);
        for (;;) {
            const TimePoint now = clock_.now();
            if (now >= full_at_) {
                co_await read_everybody(listener);
            } else if (synced_ && now >= recent_at_) {
                recent_at_ = now + 60s;
                const auto report = co_await sync_.recent();
                tell(report, listener);
            }
            if (synced_) {
                co_await look_up(listener);
            }
            if (now >= streams_at_) {
                co_await refresh_streams(listener);
            }
            for (const std::string& account : held_.take()) {
                listener.look_at_measures(account);
            }
            timer.expires_after(1s);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    }

    boost::asio::awaitable<std::vector<control::Check>> test() override {
        const auto steps = co_await marzban::probe(client_, marzban::ProbeSettings{});
        co_return checks_of(settings_.name, steps);
    }

private:
    boost::asio::awaitable<void> read_everybody(const BackendListener& listener) {
        const auto version = co_await client_->version();
        if (!version) {
            co_return put_off(version.error());
        }
        version_ = "Marzban " + backends::panel::to_text(*version);
        const auto report = co_await sync_.full();
        if (!report) {
            co_return put_off(report.error());
        }
        state_ = control::BackendState::ready;
        error_.reset();
        release_unused_memory();
        synced_ = clock_.now();
        full_at_ = *synced_ + settings_.refresh;
        recent_at_ = *synced_ + 60s;
        watch(report->changed);
        listener.accounts_changed();
    }

    void put_off(const Error& error) {
        fail(error);
        full_at_ = clock_.now() + 15s;
    }

    boost::asio::awaitable<void> look_up(const BackendListener& listener) {
        std::vector<std::string> names = directory_.take_unknown();
        std::erase_if(names, [this](const std::string& name) {
            return strangers_.contains(name) && clock_.now() < strangers_until_;
        });
        if (names.empty()) {
            co_return;
        }
        const std::vector<std::string> asked = names;
        const auto report = co_await sync_.look_up(std::move(names));
        if (report) {
            // Who does not exist is not asked for again at once: a core may log for a while.
            strangers_until_ = clock_.now() + 60s;
            strangers_.clear();
            for (const std::string& name : asked) {
                if (!directory_.find(name)) {
                    strangers_.insert(name);
                }
            }
        }
        tell(report, listener);
    }

    boost::asio::awaitable<void> refresh_streams(const BackendListener& listener) {
        streams_at_ = clock_.now() + 30s;
        const auto change = co_await streams_.refresh();
        if (!change) {
            fail(change.error());
            streams_at_ = clock_.now() + 10s;
            co_return;
        }
        for (const auto& stream : change->added) {
            listener.source_added(stream, std::string(stream->node()));
        }
        for (const std::string& node : change->removed) {
            listener.source_removed(node);
        }
        learn_servers();
    }

    void learn_servers() {
        std::erase_if(servers_, [](const Server& each) { return each.kind == Server::Kind::node; });
        for (const marzban::PanelNode& node : streams_.nodes()) {
            if (node.address && !node.address->empty()) {
                servers_.push_back({Server::Kind::node, "node " + node.name, *node.address});
            }
        }
    }

    void tell(const Result<marzban::SyncReport>& report, const BackendListener& listener) {
        if (!report) {
            fail(report.error());
        } else if (!report->added.empty() || !report->changed.empty() || !report->removed.empty()) {
            listener.accounts_changed();
            watch(report->changed);
        }
    }

    /// Whom we disabled may have been renewed: the measure says what comes of it.
    void watch(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            const auto facts = directory_.facts(name);
            if (facts && facts->enabled) {
                held_.saw(facts->key.name, clock_.now());
            }
        }
    }

    void fail(const Error& error) {
        error_ = error;
        if (!synced_) {
            state_ = control::BackendState::failed;
        }
    }

    boost::asio::any_io_executor executor_;
    const Clock& clock_;
    config::BackendSettings settings_;
    std::shared_ptr<marzban::PanelClient> client_;
    marzban::Directory directory_;
    marzban::DirectorySync sync_;
    marzban::PanelEnforcer enforcer_;
    marzban::LogStreams streams_;
    control::BackendState state_ = control::BackendState::starting;
    std::string version_;
    std::optional<Error> error_;
    std::optional<TimePoint> synced_;
    TimePoint full_at_;
    TimePoint recent_at_;
    TimePoint streams_at_;
    std::vector<Server> servers_;
    HeldWatch held_;
    std::set<std::string> strangers_;  ///< asked for and not there
    TimePoint strangers_until_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_marzban_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
) {
    marzban::PanelSettings panel;
    panel.name = settings.name;
    panel.http.base = settings.url;
    panel.http.trust = {settings.ca_file, settings.pinned_sha256};
    panel.credentials = {settings.username, settings.password.reveal(), {}};
    auto client = marzban::make_panel_client(executor, panel, seed);
    if (!client) {
        return client.error();
    }
    std::unique_ptr<Backend> backend =
        std::make_unique<MarzbanBackend>(executor, clock, settings, std::move(*client), seed);
    return backend;
}

}  // namespace fairgate::daemon
