#include "control/sessions.hpp"

#include "control/accounts.hpp"
#include "control/cursor.hpp"
#include "control/errors.hpp"
#include "model/address.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace fairgate::control {

namespace {

using Place = std::tuple<std::string, std::string, std::string>;

std::string text_of(const Endpoint& end) {
    const std::string address = end.address.text();
    return (end.address.is_v4() ? address : "[" + address + "]") + ":" + std::to_string(end.port);
}

SessionRow row_of(const SessionNow& session) {
    SessionRow row;
    row.account = session.account.name;
    row.backend = session.account.backend;
    row.address = text_of(session.peer);
    row.node = session.node;
    row.inbound = session.inbound;
    row.local_port = session.local_port;
    row.since = session.since;
    row.moved = session.moved;
    row.bytes_up = session.up;
    row.bytes_down = session.down;
    row.up_rate = session.up_rate;
    row.down_rate = session.down_rate;
    row.shared = session.shared;
    return row;
}

Place place_of(const SessionRow& row) { return {row.account, row.backend, row.address}; }

Result<SessionQuery> query_of(const Live& live, const SessionSearch& search) {
    SessionQuery query;
    if (!search.account.empty()) {
        const auto account = find_account(live, search.account);
        if (!account) {
            return account.error();
        }
        query.account = account->facts.key;
    }
    if (!search.address.empty()) {
        query.address = Address::parse(search.address);
        if (!query.address) {
            return errors::wrong_value("/address", "expected an address such as 203.0.113.5");
        }
    }
    return query;
}

std::string in_one_line(const Error& error) {
    return error.what + (error.next.empty() ? "" : "; " + error.next);
}

std::string count_of(std::size_t sessions) {
    return std::to_string(sessions) + (sessions == 1 ? " connection" : " connections");
}

std::string meaning_of(const std::string& sight) {
    if (sight == "direct") {
        return "each connection is seen: bytes, end, and it can be cut alone";
    }
    if (sight == "partly") {
        return "some connections are seen; what has no socket here is believed as the log says it";
    }
    if (sight == "none") {
        return "no connection is seen (UDP, another machine or namespace): the log alone counts";
    }
    if (sight == "header") {
        return "addresses come from a proxy in front; its connections are never cut";
    }
    if (sight == "shared") {
        return "something in front joins accounts in one connection; none is cut";
    }
    return "too few lines so far to tell";
}

}  // namespace

boost::asio::awaitable<Result<Listed<SessionRow>>> list_sessions(Desk desk, SessionSearch search) {
    const auto query = query_of(desk.live, search);
    if (!query) {
        co_return query.error();
    }
    std::vector<SessionRow> all;
    for (const SessionNow& session : desk.live.sessions(*query)) {
        all.push_back(row_of(session));
    }
    const SessionsThere there = co_await desk.orders.sessions_on_nodes(*query);
    for (const SessionNow& session : there.sessions) {
        all.push_back(row_of(session));
    }
    std::ranges::sort(all, {}, place_of);
    auto begin = all.begin();
    if (!search.cursor.empty()) {
        const auto parts = parse_cursor(search.cursor, "sessions", 4);
        if (!parts) {
            co_return parts.error();
        }
        const Place after{(*parts)[1], (*parts)[2], (*parts)[3]};
        begin = std::ranges::upper_bound(all, after, {}, place_of);
    }
    Listed<SessionRow> list;
    list.summary = count_of(all.size());
    for (const Error& blind : desk.live.blind_spots()) {
        list.warnings.push_back(in_one_line(blind));
    }
    for (const Error& lack : there.lacks) {
        list.warnings.push_back(in_one_line(lack));
    }
    for (; begin != all.end() && list.rows.size() < search.limit; ++begin) {
        list.rows.push_back(std::move(*begin));
    }
    if (begin != all.end() && !list.rows.empty()) {
        const SessionRow& last = list.rows.back();
        list.next_cursor = to_cursor({"sessions", last.account, last.backend, last.address});
    }
    co_return list;
}

Listed<InboundRow> list_inbounds(const Live& live) {
    std::vector<InboundRow> rows;
    for (InboundNow& inbound : live.inbounds()) {
        InboundRow row;
        row.inbound = inbound.inbound;
        row.source = inbound.source;
        row.node = inbound.node;
        row.meaning = meaning_of(inbound.sight);
        row.sight = inbound.sight;
        row.joined = static_cast<int>(inbound.joined);
        row.missing = static_cast<int>(inbound.missing);
        row.header = static_cast<int>(inbound.header);
        row.shared = static_cast<int>(inbound.shared);
        row.ports = std::move(inbound.ports);
        rows.push_back(std::move(row));
    }
    std::ranges::sort(rows, {}, [](const InboundRow& row) {
        return std::tuple(row.source, row.inbound);
    });
    return whole(std::move(rows));
}

boost::asio::awaitable<Result<Change>> drop_sessions(
    Desk desk, Asker asker, std::string account, std::string reason, Run run
) {
    const auto found = find_account(desk.live, account);
    if (!found) {
        co_return found.error();
    }
    const AccountKey key = found->facts.key;
    SessionQuery query;
    query.account = key;
    std::vector<SessionNow> sessions = desk.live.sessions(query);
    SessionsThere there = co_await desk.orders.sessions_on_nodes(query);
    std::ranges::move(there.sessions, std::back_inserter(sessions));
    Change change;
    if (sessions.empty()) {
        change.message = "no connection of " + key.name + " is known to live";
        for (const Error& lack : there.lacks) {
            change.message += "; " + lack.what;
        }
        co_return change;
    }
    if (run == Run::dry) {
        change.plan.emplace();
        for (const SessionNow& session : sessions) {
            change.plan->push_back(
                (session.shared ? "leave, as it carries others too: " : "cut ") +
                text_of(session.peer) + " to port " + std::to_string(session.local_port) +
                (session.node.empty() ? "" : " of " + session.node)
            );
        }
        co_return change;
    }
    const auto cut = co_await desk.orders.cut_sessions(key, ordered_by(asker, std::move(reason)));
    if (!cut) {
        co_return cut.error();
    }
    change.changed = cut->cut > 0;
    change.message = key.name + ": " + cut->text + "; it may connect again";
    co_return change;
}

}  // namespace fairgate::control
