#include "daemon/marzban_backend.hpp"

#include "backends/marzban/client.hpp"
#include "backends/marzban/directory.hpp"
#include "backends/marzban/directory_sync.hpp"
#include "backends/marzban/enforcer.hpp"
#include "backends/marzban/log_streams.hpp"
#include "backends/marzban/probe.hpp"
#include "daemon/panel_backend.hpp"

#include <utility>

namespace fairgate::daemon {

namespace {

namespace marzban = backends::marzban;

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

class MarzbanBackend final : public PanelBackend {
public:
    MarzbanBackend(
        const boost::asio::any_io_executor& executor,
        const Clock& clock,
        const config::BackendSettings& settings,
        std::shared_ptr<marzban::PanelClient> client,
        std::uint64_t seed
    )
        : PanelBackend(executor, clock, settings),
          client_(std::move(client)),
          directory_(settings.name),
          sync_(client_, directory_),
          enforcer_(client_, directory_, clock, enforcer_settings(settings)),
          streams_(executor, client_, clock, log_settings(settings), seed) {}

    /// As it stands: the id before the name tells a user from a former one of that name.
    logs::Names names() const override { return logs::Names::raw; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        return directory_.account_of_email(name_in_log);
    }

    void each_account(const std::function<void(const AccountFacts&)>& take) const override {
        directory_.for_each(take);
    }
    enforcement::Enforcer& enforcer() override { return enforcer_; }

private:
    std::optional<AccountFacts> known(std::string_view account) const override {
        return directory_.facts(account);
    }
    std::size_t accounts() const override { return directory_.size(); }
    std::string users_as_text() const override { return directory_.as_text(); }
    void take_up_users(std::string_view text) override { directory_.take_up(text); }

    Answer<std::string> version() override {
        const auto version = co_await client_->version();
        co_return version ? Result<std::string>("Marzban " + backends::panel::to_text(*version))
                          : version.error();
    }
    Answer<UsersRead> read_everybody() override {
        const auto report = co_await sync_.full();
        co_return read_of(report, directory_);
    }
    Answer<UsersRead> read_recent() override {
        const auto report = co_await sync_.recent();
        co_return read_of(report, directory_);
    }

    std::vector<std::string> take_unknown() override { return directory_.take_unknown(); }
    Answer<UsersRead> look_up(std::vector<std::string> users) override {
        const auto report = co_await sync_.look_up(std::move(users));
        co_return read_of(report, directory_);
    }
    bool exists(const std::string& user) const override {
        return directory_.find(user).has_value();
    }

    Answer<backends::panel::StreamsChange> refresh_streams() override { return streams_.refresh(); }
    std::vector<Server> nodes() const override { return servers_of(streams_.nodes()); }
    std::optional<Error> shortage() const override { return streams_.shortage(); }

    void saw_connection(std::string_view account, TimePoint time, marzban::Carrier carrier)
        override {
        enforcer_.saw_connection(account, time, carrier);
    }
    boost::asio::awaitable<std::vector<backends::panel::ProbeStep>> probe() override {
        return marzban::probe(client_, marzban::ProbeSettings{});
    }

    std::shared_ptr<marzban::PanelClient> client_;
    marzban::Directory directory_;
    marzban::DirectorySync sync_;
    marzban::PanelEnforcer enforcer_;
    marzban::LogStreams streams_;
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
    panel.http = way_to(settings);
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
