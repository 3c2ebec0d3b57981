#include "daemon/intake.hpp"

#include "daemon/people.hpp"
#include "sources/visible.hpp"

namespace fairgate::daemon {

void deliver(
    Unit& unit,
    const std::string& node,
    const enforcement::Executor& measures,
    const Observation& seen
) {
    if (seen.kind == ObservationKind::closed) {
        return;  // its last bytes; that it was active was told while it was
    }
    unit.engine->observe(seen, node);
    if (unit.people != nullptr) {
        unit.people->share(unit, node, seen);
    }
    if (seen.kind == ObservationKind::opened &&
        measures.is_held(unit.backend->name(), seen.account)) {
        unit.backend->saw_held(seen.account, seen.time, seen.raw);
    }
}

void Intake::observe(const Observation& observation) {
    const auto account = unit_.backend->account_of(observation.account, arrival_);
    if (!account) {
        ++unit_.unmapped;
        if (unit_.unmapped_samples.size() < 5) {
            unit_.unmapped_samples.push_back(sources::visible(observation.account, 64));
        }
        return;
    }
    Observation mapped = observation;
    mapped.account = *account;
    if (from_.sessions != nullptr) {
        const auto sight = from_.sessions->table().sights().sight(mapped.inbound);
        if (sight == sessions::Sight::none && mapped.port != 0) {
            unit_.carriers.note(*account, mapped.address, mapped.inbound, mapped.time);
        }
        from_.sessions->offer(mapped, arrival_);
    } else {
        deliver(unit_, from_.node, measures_, mapped);
    }
}

}  // namespace fairgate::daemon
