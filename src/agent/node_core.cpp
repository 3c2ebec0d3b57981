#include "agent/node_core.hpp"

#include "model/observation.hpp"

#include <string>
#include <utility>

namespace fairgate::agent {

namespace {

namespace xray = backends::xray;

Error not_a_core(const std::string& backend, std::string cause) {
    return Error{
        .code = "FG-AGT-013",
        .what = "a node has one backend at most, and that is its core",
        .where = "[[backend]] \"" + backend + "\" in agent.toml",
        .cause = std::move(cause),
        .state = "the agent was not started",
        .next = "connect panels at the hub; on a node, type = \"xray\" or nothing"
    };
}

}  // namespace

NodeCore::NodeCore(
    boost::asio::any_io_executor executor,
    std::unique_ptr<xray::RunningCore> core,
    link::SlotBook& book
)
    : executor_(std::move(executor)), core_(std::move(core)), book_(book) {}

Result<std::unique_ptr<NodeCore>> NodeCore::make(
    const boost::asio::any_io_executor& executor,
    const Clock& clock,
    const config::Settings& settings,
    link::SlotBook& book
) {
    if (settings.backends.empty()) {
        return std::unique_ptr<NodeCore>();
    }
    const config::BackendSettings& backend = settings.backends.front();
    if (settings.backends.size() > 1) {
        return not_a_core(settings.backends[1].name, "it is the second");
    }
    if (backend.type != config::BackendType::xray) {
        return not_a_core(backend.name, "it is a panel");
    }
    auto core = xray::make_core(executor, clock, xray::core_settings(backend));
    if (!core) {
        return core.error();
    }
    return std::unique_ptr<NodeCore>(new NodeCore(executor, std::move(*core), book));
}

boost::asio::awaitable<void> NodeCore::run(std::function<void()> changed) {
    xray::RunningCore::Listener listener;
    listener.accounts_changed = std::move(changed);
    listener.saw = [this](const std::string& account, const xray::Sighting& seen) {
        Observation observation;
        observation.time = seen.time;
        observation.account = account;
        observation.address = seen.address;
        observation.kind = ObservationKind::alive;
        book_.observe(observation);
    };
    return core_->run(executor_, std::move(listener));
}

std::optional<sources::SourceHealth> NodeCore::health(TimePoint now) const {
    return core_->online_source(now);
}

}  // namespace fairgate::agent
