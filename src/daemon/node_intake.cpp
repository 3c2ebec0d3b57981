#include "daemon/node_intake.hpp"

#include "base/run_on.hpp"
#include "logs/account_name.hpp"
#include "pki/authority.hpp"
#include "sources/visible.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace fairgate::daemon {

namespace {

constexpr const char* book_key = "nodes";

}  // namespace

Unit* NodeIntake::unit_of(const std::string& backend) {
    for (const auto& unit : world_.units) {
        if (unit->backend->name() == backend) {
            return unit.get();
        }
    }
    return nullptr;
}

bool NodeIntake::observe(const nodes::NodeRecord& node, const Observation& seen) {
    Unit* const unit = unit_of(node.backend);
    if (unit == nullptr || !unit->backend->knows_accounts()) {
        return false;
    }
    const TimePoint now = clock_.now();
    const auto name = logs::account_name(seen.account, unit->backend->names());
    const auto account = name.empty() ? std::nullopt : unit->backend->account_of(name, now);
    if (!account) {
        ++unit->unmapped;
        if (unit->unmapped_samples.size() < 5) {
            unit->unmapped_samples.push_back(sources::visible(seen.account, 64));
        }
        return false;
    }
    if (seen.kind == ObservationKind::closed) {
        if (const auto id = unit->engine->tracker().accounts().find(*account)) {
            unit->on_nodes.add(*id, node.name, seen.up.count, seen.down.count, now);
        }
        return false;
    }
    Observation mapped = seen;
    mapped.account = *account;
    deliver(*unit, node.name, enforcement_, mapped);
    return seen.raw.empty() && unit->engine->wants_lines(*account, seen.time);
}

void NodeIntake::saw_without_socket(const nodes::NodeRecord& node, const Observation& seen) {
    Unit* const unit = unit_of(node.backend);
    if (unit == nullptr || !unit->backend->knows_accounts() ||
        seen.kind == ObservationKind::closed) {
        return;
    }
    const auto name = logs::account_name(seen.account, unit->backend->names());
    const auto account =
        name.empty() ? std::nullopt : unit->backend->account_of(name, clock_.now());
    if (account) {
        unit->carriers.note(*account, seen.address, seen.inbound, seen.time);
    }
}

void NodeIntake::tell(const nodes::NodeRecord& node, std::string what) {
    control::Happening happened;
    happened.topic = control::Topic::source;
    happened.time = clock_.now();
    happened.message = std::move(what);
    happened.replaces = "node " + node.name;
    boost::json::object details;
    details["node"] = node.name;
    happened.details = std::move(details);
    events_.publish(std::move(happened));
}

boost::asio::awaitable<Result<std::shared_ptr<nodes::Gate>>> open_gate(GateParts parts) {
    const config::Settings& settings = *parts.world.settings;
    if (settings.agents.listen.empty()) {
        co_return std::shared_ptr<nodes::Gate>();
    }
    const std::string folder = settings.daemon.state_dir + "/pki";
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    auto authority = pki::Authority::open(folder, parts.clock.now());
    if (!authority) {
        co_return authority.error();
    }
    auto read = [&store = parts.store] { return store.meta().get(book_key); };
    const auto stored = co_await run_on(parts.store_thread, std::move(read));
    if (!stored) {
        co_return stored.error();
    }
    auto book = stored->has_value() ? nodes::NodeBook::parse(**stored)
                                    : Result<nodes::NodeBook>(nodes::NodeBook());
    if (!book) {
        co_return book.error();
    }
    auto save = [&store = parts.store, thread = parts.store_thread](std::string text) {
        auto write = [&store, text = std::move(text)] {
            return store.atomically(store::Durability::now, [&] {
                return store.meta().set(book_key, text);
            });
        };
        return run_on(thread, std::move(write));
    };
    nodes::Gate::Parts gate_parts{
        parts.executor,
        parts.clock,
        std::move(*authority),
        std::move(*book),
        std::move(save),
        parts.intake,
        parts.world.version
    };
    auto gate = nodes::Gate::open(std::move(gate_parts), settings.agents.listen);
    if (gate) {
        for (const auto& unit : parts.world.units) {
            unit->remote_sources = [gate = gate->get(), backend = unit->backend->name()] {
                return gate->sources(backend);
            };
        }
    }
    co_return gate;
}

}  // namespace fairgate::daemon
