#include "backends/xray/probe.hpp"

#include "backends/xray/accounts_file.hpp"
#include "backends/xray/errors.hpp"
#include "backends/xray/hindrance.hpp"

#include <utility>

namespace fairgate::backends::xray {

namespace {

ProbeStep good(std::string name, std::string text) {
    return {std::move(name), ProbeOutcome::good, std::move(text), {}, {}};
}

ProbeStep of(std::string name, ProbeOutcome outcome, const Error& error) {
    const std::string text = error.cause.empty() ? error.what : error.what + ": " + error.cause;
    return {std::move(name), outcome, text, error.code, error.next};
}

/// Whether accounts can be removed and given back.
ProbeStep blocking(
    const CoreClient& client, const Abilities& abilities, const RosterSettings& settings
) {
    if (const auto why =
            hindrance(client.place(), abilities, settings.accounts_file, settings.inbounds)) {
        return of("block", ProbeOutcome::bad, *why);
    }
    if (abilities.inbound_users) {
        return good("block", "accounts can be removed and put back exactly");
    }
    const auto file = AccountsFile::read(settings.accounts_file, abilities.core);
    if (!file) {
        return of("block", ProbeOutcome::bad, file.error());
    }
    return good(
        "block",
        "accounts are put back as " + settings.accounts_file + " has them (" +
            std::to_string(file->entries().size()) + ")"
    );
}

boost::asio::awaitable<ProbeStep> traffic(CoreClient& client) {
    const auto counters = co_await client.counters("user>>>");
    if (!counters) {
        co_return of("traffic", ProbeOutcome::warning, counters.error());
    }
    co_return good("traffic", std::to_string(counters->size()) + " counters, never reset by us");
}

boost::asio::awaitable<ProbeStep> online(CoreClient& client) {
    const auto addresses = co_await client.online();
    if (!addresses) {
        co_return of("online", ProbeOutcome::warning, addresses.error());
    }
    co_return good("online", std::to_string(addresses->size()) + " addresses now");
}

}  // namespace

boost::asio::awaitable<std::vector<ProbeStep>> probe(
    CoreClient& client, const Directory& directory, RosterSettings settings
) {
    std::vector<ProbeStep> steps;
    const auto abilities = co_await client.find_out();
    if (!abilities) {
        steps.push_back(of("core", ProbeOutcome::bad, abilities.error()));
        co_return steps;
    }
    steps.push_back(good("core", release_range(*abilities) + " at " + client.place()));
    steps.push_back(good("accounts", std::to_string(directory.size()) + " known"));
    steps.push_back(blocking(client, *abilities, settings));
    if (abilities->stats) {
        steps.push_back(co_await traffic(client));
    } else {
        steps.push_back(
            of("traffic", ProbeOutcome::warning, service_off(client.place(), "StatsService"))
        );
    }
    if (abilities->users_stats) {
        steps.push_back(co_await online(client));
    }
    co_return steps;
}

}  // namespace fairgate::backends::xray
