#include "control/why_address.hpp"

#include "control/words.hpp"
#include "model/ids.hpp"
#include "model/time.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

constexpr Duration lately = std::chrono::hours(24);
/// Decisions looked through: a day of a large installation in trouble, in a tenth of a second.
constexpr std::size_t most_decisions = 2'000;

/// A decision whose evidence holds the address.
struct Mention {
    Decision decision;
    TimePoint last_seen;
};

NeighbourRow neighbour(const Live& live, const AccountKey& key, std::optional<TimePoint> seen) {
    NeighbourRow row;
    row.account = key.name;
    row.backend = key.backend;
    row.last_seen = seen;
    const auto detail = live.find_account(key);
    if (!detail.empty()) {
        row.state = state_of(detail.front());
        row.devices = detail.front().devices;
        row.limit = {detail.front().limit.chosen.devices};
    }
    return row;
}

std::string network_text(const NetworkInfo& network) {
    std::string text = network.asn.value == 0 ? "" : "AS" + std::to_string(network.asn.value);
    if (!network.organisation.empty()) {
        text += (text.empty() ? "" : " ") + network.organisation;
    }
    return network.country.empty() ? text : text + " (" + network.country + ")";
}

Why who_is_there(const Live& live, const Address& address) {
    const AddressNow now = live.address(address);
    Why why;
    why.subject = address.text();
    why.verdict = counted(now.here.size(), "account") + " at " + address.text() + " now";
    for (const AddressNow::Account& account : now.here) {
        why.accounts.push_back(neighbour(live, account.key, account.last_seen));
    }
    const std::string network = network_text(now.network);
    if (!network.empty()) {
        why.notes.push_back("it belongs to " + network);
    }
    if (now.rotating) {
        why.notes.emplace_back("its network is a carrier's pool: many people share its addresses");
    }
    if (!now.nearby.empty()) {
        std::string names;
        for (std::size_t i = 0; i < std::min<std::size_t>(now.nearby.size(), 10); ++i) {
            names += (i == 0 ? "" : ", ") + now.nearby[i].name;
        }
        why.notes.push_back(
            counted(now.nearby.size(), "more account") + " in " + now.origin +
            ", which counts as one place: " + names + (now.nearby.size() > 10 ? ", …" : "")
        );
    }
    if (now.never_counted_by) {
        why.notes.push_back("it is never counted: " + *now.never_counted_by);
    }
    if (now.never_blocked_by) {
        why.notes.push_back("it is never blocked: " + *now.never_blocked_by);
    }
    if (now.here.size() > 1) {
        why.notes.push_back(
            "a block on this address would hit " + std::to_string(now.here.size()) +
            " accounts, so only accounts are blocked"
        );
    }
    return why;
}

/// When the address was seen last, as far as the evidence tells; nothing if it is not in it.
std::optional<TimePoint> seen_in(const Evidence& evidence, const std::string& address) {
    std::optional<TimePoint> seen;
    for (const EvidenceDevice& device : evidence.counted) {
        if (std::ranges::find(device.addresses, address) != device.addresses.end()) {
            seen = std::max(seen.value_or(device.last_seen), device.last_seen);
        }
    }
    return seen;
}

/// The newest first. Blocks.
Result<std::vector<Mention>> mentions_of(
    store::Store& store, const std::string& address, TimePoint since
) {
    std::vector<Mention> found;
    store::DecisionFilter filter;
    filter.since = since;
    store::Cursor cursor;
    for (std::size_t read = 0; read < most_decisions;) {
        auto page = store.decisions().list(filter, cursor);
        if (!page) {
            return page.error();
        }
        read += page->rows.size();
        for (Decision& decision : page->rows) {
            if (const auto seen = seen_in(decision.evidence, address)) {
                found.push_back({std::move(decision), *seen});
            }
        }
        if (!page->next) {
            break;
        }
        cursor.from = *page->next;
    }
    return found;
}

std::string mention_text(const Decision& decision) {
    const std::string id = fairgate::to_text(decision.id);
    return id + " of " + at_text(decision.decided) + " about " + decision.account.name + " (" +
           boost::describe::enum_to_string(decision.state, "") +
           ") holds it in its evidence: fairgate why " + id;
}

/// Adds who was there and is not now, and the decisions that tell it.
void add_earlier(Why& why, const Live& live, const std::vector<Mention>& mentions) {
    constexpr std::size_t most_shown = 10;
    std::size_t before = 0;
    for (std::size_t i = 0; i < mentions.size(); ++i) {
        const AccountKey& key = mentions[i].decision.account;
        const bool listed = std::ranges::any_of(why.accounts, [&](const NeighbourRow& row) {
            return row.account == key.name && row.backend == key.backend;
        });
        if (!listed) {
            ++before;
            why.accounts.push_back(neighbour(live, key, mentions[i].last_seen));
        }
        if (i < most_shown) {
            why.notes.push_back(mention_text(mentions[i].decision));
        }
    }
    if (mentions.size() > most_shown) {
        why.notes.push_back(
            counted(mentions.size() - most_shown, "more decision") + " of the last 24 hours hold it"
        );
    }
    if (before > 0) {
        why.verdict += ", " + std::to_string(before) + " more in the last 24 hours";
    }
}

/// Its live connections; whoever has one there is behind it, whatever the log said.
void add_sessions(Why& why, const Live& live, Listed<SessionRow> sessions, const Address& address) {
    why.sessions = std::move(sessions.rows);
    if (sessions.next_cursor) {
        why.notes.push_back(
            sessions.summary + " from there, the first " + std::to_string(why.sessions.size()) +
            " shown: fairgate session list --address " + address.text()
        );
    }
    for (const SessionRow& session : why.sessions) {
        const bool listed = std::ranges::any_of(why.accounts, [&](const NeighbourRow& row) {
            return row.account == session.account && row.backend == session.backend;
        });
        if (!listed) {
            why.accounts.push_back(
                neighbour(live, {session.backend, session.account}, session.moved)
            );
        }
    }
}

void add_refused(
    Why& why, const Live& live, const Address& address, const Result<FirewallNow>& firewall
) {
    if (!firewall) {
        why.notes.push_back(
            "whether a firewall refuses it is not known: " + to_line(firewall.error())
        );
        return;
    }
    const auto of_address = [&](std::vector<enforcement::Refusal> all) {
        std::erase_if(all, [&](const auto& each) { return each.denial.address != address; });
        return rows_of(all, firewall->enforcer, live.open_measures());
    };
    why.refused = of_address(firewall->drift.in_force);
    const std::vector<BlockRow> strays = of_address(firewall->drift.strays);
    why.refused.insert(why.refused.end(), strays.begin(), strays.end());
    for (const link::Found found : {link::Found::in_force, link::Found::stray}) {
        for (BlockRow& row : rows_of_nodes(live, found)) {
            if (row.address == address.text()) {
                why.refused.push_back(std::move(row));
            }
        }
    }
    for (const BlockRow& row : why.refused) {
        why.notes.push_back(
            (row.node.empty() ? "" : "on node " + row.node + ", ") + row.enforcer + " refuses " +
            row.refused + until_text(row.until) +
            (row.decisions.empty()
                 ? ", and nobody decided that: fairgate block check"
                 : ", for " + row.accounts.front() + ": fairgate why " + row.decisions.front())
        );
    }
    for (const BlockRow& row : of_address(firewall->drift.missing)) {
        why.notes.push_back(
            row.enforcer + " should refuse " + row.refused + " and does not: fairgate block check"
        );
    }
    for (const BlockRow& row : of_address(firewall->drift.left_out)) {
        why.notes.push_back("it was left out of a block: " + row.why_not);
    }
}

}  // namespace

asio::awaitable<Result<Why>> why_address(Desk desk, Address address) {
    const Live& live = desk.live;
    auto reading = [text = address.text(), since = live.now() - lately](store::Store& store) {
        return mentions_of(store, text, since);
    };
    const auto mentions = co_await desk.records.with(std::move(reading));
    if (!mentions) {
        co_return mentions.error();
    }
    const auto firewall = co_await desk.orders.look_at_firewall();
    const auto protection = co_await desk.orders.why_never_blocked(address);
    SessionSearch search;
    search.address = address.text();
    auto sessions = co_await list_sessions(desk, std::move(search));
    Why why = who_is_there(live, address);
    if (sessions) {
        add_sessions(why, live, std::move(*sessions), address);
    }
    add_refused(why, live, address, firewall);
    if (protection && *protection && !live.address(address).never_blocked_by) {
        why.notes.push_back("it would never be blocked, whatever is decided: " + **protection);
    }
    add_earlier(why, live, *mentions);
    co_return why;
}

}  // namespace fairgate::control
