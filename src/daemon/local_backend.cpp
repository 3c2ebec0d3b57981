#include "daemon/backend.hpp"
#include "enforcement/recording/recording.hpp"

#include <utility>

namespace fairgate::daemon {

namespace {

class LocalBackend final : public Backend {
public:
    LocalBackend(std::string name, logs::Names names)
        : name_(std::move(name)), names_(names), enforcer_("recording:" + name_) {}

    const std::string& name() const override { return name_; }
    logs::Names names() const override { return names_; }

    std::optional<std::string> account_of(std::string_view name_in_log, TimePoint) override {
        return std::string(name_in_log);
    }

    AccountFacts facts(std::string_view account) const override {
        AccountFacts facts;
        facts.key = {name_, std::string(account)};
        return facts;
    }

    bool knows(std::string_view) const override { return false; }
    void each_account(const std::function<void(const AccountFacts&)>&) const override {}
    enforcement::Enforcer& enforcer() override { return enforcer_; }
    Action block_action() const override { return Action::block; }

    control::BackendNow now() const override {
        control::BackendNow now;
        now.name = name_;
        now.state = control::BackendState::ready;
        now.version = "no panel, names as in the log";
        return now;
    }

    void saw_held(std::string_view, TimePoint, std::string_view) override {}
    boost::asio::awaitable<void> run(BackendListener) override { co_return; }

    boost::asio::awaitable<std::vector<control::Check>> test() override {
        control::Check check;
        check.stage = "enforcer";
        check.name = name_;
        check.state = control::CheckState::warning;
        check.code = "FG-DMN-010";
        check.what = "no panel is connected, so blocks are recorded and not carried out";
        check.next = "add a [[backend]], or set firewall.driver; then: fairgate config check";
        std::vector<control::Check> checks;
        checks.push_back(std::move(check));
        co_return checks;
    }

private:
    std::string name_;
    logs::Names names_;
    enforcement::recording::RecordingEnforcer enforcer_;
};

}  // namespace

std::unique_ptr<Backend> make_local_backend(std::string name, logs::Names names) {
    return std::make_unique<LocalBackend>(std::move(name), names);
}

}  // namespace fairgate::daemon
