#include "daemon/panel_backend.hpp"

#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "backends/pasarguard/directory_sync.hpp"
#include "backends/pasarguard/enforcer.hpp"
#include "backends/pasarguard/log_streams.hpp"
#include "backends/pasarguard/probe.hpp"
#include "base/memory.hpp"
#include "daemon/backend.hpp"
#include "daemon/held_watch.hpp"
#include "daemon/panel_checks.hpp"
#include "http/uri.hpp"
#include "logs/access_line.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace fairgate::daemon {

namespace {

namespace pasarguard = backends::pasarguard;
using namespace std::chrono_literals;

std::optional<std::int64_t> parse_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(id)
                                                                    : std::nullopt;
}

/// A PasarGuard panel: its users, its nodes' logs, its switch.
class PanelBackend final : public Backend {
public:
    PanelBackend(
        boost::asio::any_io_executor executor,
        const Clock& clock,
        const config::BackendSettings& settings,
        std::shared_ptr<pasarguard::PanelClient> client,
        std::uint64_t seed
    )
        : executor_(executor),
          clock_(clock),
          settings_(settings),
          client_(std::move(client)),
          directory_(settings.name),
          sync_(client_, directory_, pasarguard::SyncSettings{}),
          enforcer_(client_, directory_, clock, enforcer_settings(settings)),
          streams_(executor, client_, clock, stream_settings(settings), seed) {
        if (const auto url = http::parse_base(settings.url)) {
            servers_.push_back({Server::Kind::panel, "panel " + settings.name, url->host});
        }
    }

    const std::string& name() const override { return settings_.name; }
    logs::Names names() const override { return logs::Names::pasarguard; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        const auto id = parse_id(name_in_log);
        if (!id) {
            return std::nullopt;
        }
        auto name = directory_.name_of(*id);
        if (!name && unknown_.size() < 500) {
            unknown_.insert(*id);
        }
        return name;
    }

    bool knows_accounts() const override { return synced_.has_value(); }

    AccountFacts facts(std::string_view account) const override {
        if (const auto id = directory_.id_of(account)) {
            if (auto facts = directory_.facts(*id)) {
                return *facts;
            }
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
        now.error = error_;
        return now;
    }

    void saw_held(std::string_view account, TimePoint time, std::string_view raw) override {
        const auto id = directory_.id_of(account);
        if (!id) {
            return;
        }
        // "tcp:" before the source: a stream inside an open connection (xray-core common/mux).
        const std::string_view source = logs::read_access_line(raw, {}).source;
        const bool inside = source.starts_with("tcp:") || source.starts_with("udp:");
        if (!inside) {
            held_.saw(account, clock_.now());
        }
        enforcer_.saw_connection(
            *id, time, inside ? pasarguard::Carrier::inside_another : pasarguard::Carrier::direct
        );
    }

    void clock_was_set(Duration by) override {
        for (TimePoint* time :
             {&full_at_, &recent_at_, &streams_at_, &servers_at_, &strangers_until_}) {
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
                co_await read_recent(listener);
            }
            if (synced_ && !unknown_.empty()) {
                co_await look_up(listener);
            }
            if (now >= streams_at_) {
                co_await refresh_streams(listener);
            }
            if (now >= servers_at_) {
                co_await read_servers();
            }
            for (const std::string& account : held_.take()) {
                listener.look_at_measures(account);
            }
            timer.expires_after(1s);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    }

    boost::asio::awaitable<std::vector<control::Check>> test() override {
        const auto steps = co_await pasarguard::probe(client_, pasarguard::ProbeSettings{});
        co_return checks_of(settings_.name, steps);
    }

private:
    static pasarguard::EnforcerSettings enforcer_settings(const config::BackendSettings& settings) {
        pasarguard::EnforcerSettings enforcer;
        if (settings.action == config::BackendAction::move_group) {
            enforcer.restricted_group = settings.group;
        }
        return enforcer;
    }
    static backends::panel::LogStreamSettings stream_settings(
        const config::BackendSettings& settings
    ) {
        backends::panel::LogStreamSettings stream;
        stream.source = settings.name;
        stream.nodes = settings.nodes;
        return stream;
    }

    boost::asio::awaitable<void> read_everybody(const BackendListener& listener) {
        const auto dialect = co_await client_->dialect();
        if (dialect) {
            version_ = "PasarGuard " + pasarguard::to_text(dialect->version());
        }
        const auto report = co_await sync_.full();
        if (!report) {
            fail(report.error());
            full_at_ = clock_.now() + 15s;
            co_return;
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

    boost::asio::awaitable<void> read_recent(const BackendListener& listener) {
        recent_at_ = clock_.now() + 60s;
        const auto report = co_await sync_.recent();
        tell(report, listener);
    }

    boost::asio::awaitable<void> look_up(const BackendListener& listener) {
        std::vector<std::int64_t> ids(unknown_.begin(), unknown_.end());
        unknown_.clear();
        std::erase_if(ids, [this](std::int64_t id) {
            return strangers_.contains(id) && clock_.now() < strangers_until_;
        });
        if (ids.empty()) {
            co_return;
        }
        const std::vector<std::int64_t> asked = ids;
        const auto report = co_await sync_.look_up(std::move(ids));
        if (report) {
            // Who does not exist is not asked for again at once: a node may log for a while.
            strangers_until_ = clock_.now() + 60s;
            strangers_.clear();
            for (const std::int64_t id : asked) {
                if (!directory_.contains(id)) {
                    strangers_.insert(id);
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
    }

    /// A login without the right to see nodes leaves the panel alone among them.
    boost::asio::awaitable<void> read_servers() {
        servers_at_ = clock_.now() + 10min;
        const auto nodes = co_await client_->nodes_in_full();
        if (!nodes) {
            co_return;
        }
        std::erase_if(servers_, [](const Server& each) { return each.kind == Server::Kind::node; });
        for (const pasarguard::PanelNode& node : *nodes) {
            if (node.address && !node.address->empty()) {
                servers_.push_back({Server::Kind::node, "node " + node.name, *node.address});
            }
        }
    }

    void tell(const Result<pasarguard::SyncReport>& report, const BackendListener& listener) {
        if (!report) {
            fail(report.error());
        } else if (!report->added.empty() || !report->changed.empty() || !report->removed.empty()) {
            listener.accounts_changed();
            watch(report->changed);
        }
    }

    /// Whom we disabled may have been renewed: the measure says what comes of it.
    void watch(const std::vector<std::int64_t>& ids) {
        for (const std::int64_t id : ids) {
            const auto facts = directory_.facts(id);
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
    std::shared_ptr<pasarguard::PanelClient> client_;
    pasarguard::Directory directory_;
    pasarguard::DirectorySync sync_;
    pasarguard::PanelEnforcer enforcer_;
    pasarguard::LogStreams streams_;
    control::BackendState state_ = control::BackendState::starting;
    std::string version_;
    std::optional<Error> error_;
    std::optional<TimePoint> synced_;
    TimePoint full_at_;
    TimePoint recent_at_;
    TimePoint streams_at_;
    TimePoint servers_at_;
    std::vector<Server> servers_;
    HeldWatch held_;
    std::set<std::int64_t> unknown_;
    std::set<std::int64_t> strangers_;  ///< asked for and not there
    TimePoint strangers_until_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_panel_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
) {
    pasarguard::PanelSettings panel;
    panel.name = settings.name;
    panel.http.base = settings.url;
    panel.http.trust = {settings.ca_file, settings.pinned_sha256};
    panel.credentials = {settings.username, settings.password.reveal(), settings.api_key.reveal()};
    auto client = pasarguard::make_panel_client(executor, panel, seed);
    if (!client) {
        return client.error();
    }
    std::unique_ptr<Backend> backend =
        std::make_unique<PanelBackend>(executor, clock, settings, std::move(*client), seed);
    return backend;
}

}  // namespace fairgate::daemon
