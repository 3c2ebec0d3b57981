#include "daemon/pasarguard_backend.hpp"

#include "backends/pasarguard/client.hpp"
#include "backends/pasarguard/directory.hpp"
#include "backends/pasarguard/directory_sync.hpp"
#include "backends/pasarguard/enforcer.hpp"
#include "backends/pasarguard/log_streams.hpp"
#include "backends/pasarguard/probe.hpp"
#include "daemon/panel_backend.hpp"

#include <charconv>
#include <set>
#include <utility>

namespace fairgate::daemon {

namespace {

namespace pasarguard = backends::pasarguard;

constexpr std::size_t most_unknown = 500;

std::optional<std::int64_t> parse_id(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(id)
                                                                    : std::nullopt;
}

pasarguard::EnforcerSettings enforcer_settings(const config::BackendSettings& settings) {
    pasarguard::EnforcerSettings enforcer;
    if (settings.action == config::BackendAction::move_group) {
        enforcer.restricted_group = settings.group;
    }
    return enforcer;
}

backends::panel::LogStreamSettings stream_settings(const config::BackendSettings& settings) {
    backends::panel::LogStreamSettings stream;
    stream.source = settings.name;
    stream.nodes = settings.nodes;
    return stream;
}

/// Its lines carry ids.
class PasarguardBackend final : public PanelBackend {
public:
    PasarguardBackend(
        const boost::asio::any_io_executor& executor,
        const Clock& clock,
        const config::BackendSettings& settings,
        std::shared_ptr<pasarguard::PanelClient> client,
        std::uint64_t seed
    )
        : PanelBackend(executor, clock, settings),
          client_(std::move(client)),
          directory_(settings.name),
          sync_(client_, directory_, pasarguard::SyncSettings{}),
          enforcer_(client_, directory_, clock, enforcer_settings(settings)),
          streams_(executor, client_, clock, stream_settings(settings), seed) {}

    logs::Names names() const override { return logs::Names::pasarguard; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        const auto id = parse_id(name_in_log);
        if (!id) {
            return std::nullopt;
        }
        auto name = directory_.name_of(*id);
        if (!name && unknown_.size() < most_unknown) {
            unknown_.insert(*id);
        }
        return name;
    }

    void each_account(const std::function<void(const AccountFacts&)>& take) const override {
        directory_.for_each(take);
    }
    enforcement::Enforcer& enforcer() override { return enforcer_; }

private:
    std::optional<AccountFacts> known(std::string_view account) const override {
        const auto id = directory_.id_of(account);
        return id ? directory_.facts(*id) : std::nullopt;
    }
    std::size_t accounts() const override { return directory_.size(); }
    std::string users_as_text() const override { return directory_.as_text(); }
    void take_up_users(std::string_view text) override { directory_.take_up(text); }

    /// A login that is not shown the version may read users all the same.
    Answer<std::string> version() override {
        const auto dialect = co_await client_->dialect();
        co_return dialect ? "PasarGuard " + pasarguard::to_text(dialect->version()) : "";
    }
    Answer<UsersRead> read_everybody() override {
        const auto report = co_await sync_.full();
        co_return read_of(report, directory_);
    }
    Answer<UsersRead> read_recent() override {
        const auto report = co_await sync_.recent();
        co_return read_of(report, directory_);
    }

    std::vector<std::string> take_unknown() override {
        std::vector<std::string> ids;
        for (const std::int64_t id : std::exchange(unknown_, {})) {
            ids.push_back(std::to_string(id));
        }
        return ids;
    }
    Answer<UsersRead> look_up(std::vector<std::string> users) override {
        std::vector<std::int64_t> ids;
        for (const std::string& user : users) {
            ids.push_back(parse_id(user).value());
        }
        const auto report = co_await sync_.look_up(std::move(ids));
        co_return read_of(report, directory_);
    }
    bool exists(const std::string& user) const override {
        return directory_.contains(parse_id(user).value());
    }

    Answer<backends::panel::StreamsChange> refresh_streams() override { return streams_.refresh(); }
    /// A login without the right to see nodes leaves the panel alone among the servers.
    boost::asio::awaitable<void> read_nodes() override {
        if (const auto listed = co_await client_->nodes_in_full()) {
            nodes_ = servers_of(*listed);
        }
    }
    std::vector<Server> nodes() const override { return nodes_; }

    void saw_connection(std::string_view account, TimePoint time, pasarguard::Carrier carrier)
        override {
        if (const auto id = directory_.id_of(account)) {
            enforcer_.saw_connection(*id, time, carrier);
        }
    }
    boost::asio::awaitable<std::vector<backends::panel::ProbeStep>> probe() override {
        return pasarguard::probe(client_, pasarguard::ProbeSettings{});
    }

    std::shared_ptr<pasarguard::PanelClient> client_;
    pasarguard::Directory directory_;
    pasarguard::DirectorySync sync_;
    pasarguard::PanelEnforcer enforcer_;
    pasarguard::LogStreams streams_;
    std::vector<Server> nodes_;
    std::set<std::int64_t> unknown_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_pasarguard_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings,
    std::uint64_t seed
) {
    pasarguard::PanelSettings panel;
    panel.name = settings.name;
    panel.http = way_to(settings);
    panel.credentials = {settings.username, settings.password.reveal(), settings.api_key.reveal()};
    auto client = pasarguard::make_panel_client(executor, panel, seed);
    if (!client) {
        return client.error();
    }
    std::unique_ptr<Backend> backend =
        std::make_unique<PasarguardBackend>(executor, clock, settings, std::move(*client), seed);
    return backend;
}

}  // namespace fairgate::daemon
