#include "daemon/refusable.hpp"

#include "daemon/protected_addresses.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace fairgate::daemon {

namespace {

/// Another active account behind the address.
std::optional<std::string> neighbour(
    const World& world, const AccountKey& account, const Address& address, TimePoint now
) {
    std::optional<std::string> found;
    for (const auto& unit : world.units) {
        const std::string& backend = unit->backend->name();
        for (const std::string& name : unit->engine->accounts_at(address, now)) {
            if (AccountKey{backend, name} != account) {
                return name;
            }
        }
        const OriginRule& rule = unit->engine->tracker().origin_table().rule();
        const Network place(address, address.is_v4() ? 32 : rule.v6_length);
        unit->each_session([&](const ReadSource&, const sessions::Session& session) {
            const AccountKey other{backend, std::string(session.account)};
            if (other != account && place.contains(session.flow.peer.address)) {
                found = other.name;
            }
        });
    }
    return found;
}

}  // namespace

Refusable refusable(
    const World& world,
    const AccountKey& account,
    const std::vector<std::string>& wanted,
    const kernel::ProtectedTargets& here,
    TimePoint now
) {
    Refusable result;
    for (const std::string& text : wanted) {
        const auto address = Address::parse(text);
        if (!address) {
            continue;  // an origin of which no address was noted
        }
        const std::vector<Address> asked = {*address};
        const auto told = told_to_protect(world, asked, now).allow(*address);
        const auto local = here.allow(*address);
        if (!told || !local) {
            const Error& error = told ? local.error() : told.error();
            result.left_out.push_back(text + " is never refused: " + error.cause);
        } else if (const auto other = neighbour(world, account, *address, now)) {
            result.left_out.push_back(
                text + " is used by " + *other + " too, and a neighbour is never blocked"
            );
        } else {
            result.addresses.push_back(*address);
        }
    }
    return result;
}

std::string seen_by(const Unit& unit, const std::vector<std::string>& nodes) {
    std::set<std::string> named;
    for (const sources::SourceHealth& source : unit.remote_sources()) {
        if (std::ranges::find(nodes, source.node) != nodes.end()) {
            named.insert(source.node);
        }
    }
    std::string text;
    for (const std::string& node : named) {
        text += (text.empty() ? "" : ", ") + node;
    }
    return text.empty() ? "" : "; seen by node" + std::string(named.size() > 1 ? "s " : " ") + text;
}

}  // namespace fairgate::daemon
