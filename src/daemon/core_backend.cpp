#include "daemon/core_backend.hpp"

#include "backends/xray/running_core.hpp"
#include "http/uri.hpp"

#include <utility>

namespace fairgate::daemon {

namespace {

namespace xray = backends::xray;

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
        config::BackendSettings settings,
        std::unique_ptr<xray::RunningCore> core
    )
        : executor_(std::move(executor)), settings_(std::move(settings)), core_(std::move(core)) {}

    const std::string& name() const override { return settings_.name; }
    logs::Names names() const override { return logs::Names::raw; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        return core_->account_of(name_in_log);
    }
    bool knows_accounts() const override { return core_->synced().has_value(); }
    AccountFacts facts(std::string_view account) const override {
        return core_->directory().facts(account);
    }
    bool knows(std::string_view account) const override {
        return core_->directory().find(account).has_value();
    }
    void each_account(const std::function<void(const AccountFacts&)>& take) const override {
        core_->directory().for_each(take);
    }

    enforcement::Enforcer& enforcer() override { return core_->enforcer(); }
    Action block_action() const override { return Action::block; }
    std::optional<Error> cannot_block() const override { return core_->cannot_block(); }

    control::BackendNow now() const override {
        control::BackendNow now;
        now.name = settings_.name;
        now.state = state();
        now.version = core_->version();
        now.accounts = core_->synced() ? std::optional(core_->directory().size()) : std::nullopt;
        now.synced = core_->synced();
        now.error = core_->error();
        return now;
    }

    std::vector<sources::SourceHealth> sources(TimePoint now) const override {
        const auto online = core_->online_source(now);
        return online ? std::vector{*online} : std::vector<sources::SourceHealth>();
    }

    std::vector<Server> servers() const override {
        const auto api = http::parse_base(xray::url_of(settings_.api));
        return api ? std::vector{Server{Server::Kind::node, settings_.name, api->host}}
                   : std::vector<Server>();
    }

    void saw_held(std::string_view account, TimePoint time, std::string_view raw) override {
        core_->saw_connection(account, time, raw);
    }
    void clock_was_set(Duration by) override { core_->clock_was_set(by); }

    boost::asio::awaitable<void> run(BackendListener listener) override {
        xray::RunningCore::Listener core;
        core.accounts_changed = listener.accounts_changed;
        core.saw = [saw = listener.saw](const std::string& account, const xray::Sighting& seen) {
            Observation observation;
            observation.time = seen.time;
            observation.account = account;
            observation.address = seen.address;
            observation.kind = ObservationKind::alive;
            saw(observation);
        };
        co_await core_->run(executor_, std::move(core));
    }

    boost::asio::awaitable<std::vector<control::Check>> test() override {
        const auto steps = co_await core_->test();
        std::vector<control::Check> checks;
        checks.reserve(steps.size());
        for (const xray::ProbeStep& step : steps) {
            checks.push_back(as_check(settings_.name, step));
        }
        co_return checks;
    }

private:
    control::BackendState state() const {
        switch (core_->state()) {
            case xray::RunningCore::State::ready:
                return control::BackendState::ready;
            case xray::RunningCore::State::failed:
                return control::BackendState::failed;
            case xray::RunningCore::State::starting:
                break;
        }
        return control::BackendState::starting;
    }

    boost::asio::any_io_executor executor_;
    config::BackendSettings settings_;
    std::unique_ptr<xray::RunningCore> core_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_core_backend(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::BackendSettings& settings
) {
    auto made = xray::make_core(executor, clock, xray::core_settings(settings));
    if (!made) {
        return made.error();
    }
    std::unique_ptr<Backend> backend =
        std::make_unique<CoreBackend>(executor, settings, std::move(*made));
    return backend;
}

}  // namespace fairgate::daemon
