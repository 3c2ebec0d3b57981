// Live connections on nodes, and the order to cut an account's wherever they are.
#include "base/run_on.hpp"
#include "daemon/order_desk.hpp"
#include "daemon/protected_addresses.hpp"
#include "kernel/cut.hpp"
#include "link/sockets.hpp"
#include "logs/account_name.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace fairgate::daemon {

namespace {

/// The account that a node's log calls so; nothing for a name that the backend does not know.
std::optional<std::string> account_of(Unit& unit, std::string_view in_log, TimePoint now) {
    const auto name = logs::account_name(in_log, unit.backend->names());
    return name.empty() ? std::nullopt : unit.backend->account_of(name, now);
}

bool watches(const nodes::NodeNow& node) {
    return node.state == nodes::NodeState::connected && node.sockets.watched;
}

/// How an account is called in a node's log, and where it was seen there.
struct InLog {
    std::vector<std::string> names;
    std::set<Address> addresses;
};

InLog in_log_of(
    const nodes::Gate& gate,
    Unit& unit,
    const std::string& node,
    const std::string& account,
    TimePoint now
) {
    std::map<std::string, bool, std::less<>> its;  // of names; each is looked up once
    InLog found;
    gate.each_pair(node, [&](std::string_view name, const Address& address) {
        auto known = its.find(name);
        if (known == its.end()) {
            known = its.emplace(name, account_of(unit, name, now) == account).first;
            if (known->second && found.names.size() < link::most_log_names) {
                found.names.emplace_back(name);
            }
        }
        if (known->second) {
            found.addresses.insert(address);
        }
    });
    return found;
}

Error more_than_listed(const std::string& node) {
    Error error;
    error.code = "FG-NOD-012";
    error.what = "node " + node + " has more connections than the " +
                 std::to_string(link::most_live) + " that are listed";
    error.next = "fairgate session list --account NAME";
    return error;
}

control::SessionNow session_of(
    const AccountKey& account, const nodes::NodeNow& node, link::Live live
) {
    control::SessionNow now;
    now.account = account;
    now.peer = live.peer;
    now.local_port = live.local_port;
    now.node = node.name;
    now.inbound = std::move(live.inbound);
    now.since = live.since;
    now.moved = live.moved;
    now.up = live.up;
    now.down = live.down;
    now.up_rate = live.up_rate;
    now.down_rate = live.down_rate;
    now.shared = live.shared;
    return now;
}

}  // namespace

boost::asio::awaitable<control::SessionsThere> OrderDesk::sessions_on_nodes(
    control::SessionQuery query
) {
    control::SessionsThere there;
    nodes::Gate* const gate = parts_.world.gate;
    if (gate == nullptr) {
        co_return there;
    }
    const TimePoint now = parts_.clock.now();
    std::map<std::string, link::Look> looks;
    std::map<std::string, nodes::NodeNow> asked;
    for (nodes::NodeNow& node : gate->nodes()) {
        Unit* const unit = unit_of_backend(node.backend);
        const bool other = !query.account.backend.empty() && query.account.backend != node.backend;
        if (unit == nullptr || other || !watches(node)) {
            continue;
        }
        link::Look look;
        look.address = query.address;
        look.limit = link::most_live;
        if (!query.account.name.empty()) {
            look.names = in_log_of(*gate, *unit, node.name, query.account.name, now).names;
            if (look.names.empty()) {
                continue;  // it was never there
            }
        }
        looks.emplace(node.name, std::move(look));
        asked.emplace(node.name, std::move(node));
    }
    auto answers = co_await gate->look(std::move(looks));
    for (auto& [name, answer] : answers) {
        const nodes::NodeNow& node = asked.at(name);
        Unit* const unit = unit_of_backend(node.backend);
        if (!answer) {
            there.lacks.push_back(answer.error());
            continue;
        }
        if (answer->more) {
            there.lacks.push_back(more_than_listed(name));
        }
        for (link::Live& live : answer->live) {
            auto account = account_of(*unit, live.account, now);
            if (account && (query.account.name.empty() || *account == query.account.name)) {
                const AccountKey key{node.backend, std::move(*account)};
                there.sessions.push_back(session_of(key, node, std::move(live)));
            }
        }
    }
    co_return there;
}

boost::asio::awaitable<void> OrderDesk::cut_on_nodes(
    AccountKey account, control::SessionsCut& done
) {
    nodes::Gate* const gate = parts_.world.gate;
    Unit* const unit = unit_of_backend(account.backend);
    if (gate == nullptr || unit == nullptr) {
        co_return;
    }
    const TimePoint now = parts_.clock.now();
    std::map<std::string, link::Cut> cuts;
    for (const nodes::NodeNow& node : gate->nodes()) {
        if (node.backend != account.backend || !watches(node)) {
            continue;
        }
        InLog in_log = in_log_of(*gate, *unit, node.name, account.name, now);
        if (in_log.names.empty()) {
            continue;
        }
        link::Cut cut;
        cut.names = std::move(in_log.names);
        const std::vector<Address> addresses(in_log.addresses.begin(), in_log.addresses.end());
        const kernel::ProtectedTargets never = told_to_protect(parts_.world, addresses, now);
        for (const Address& address : addresses) {
            if (!never.allow(address) && cut.spared.size() < link::most_spared) {
                cut.spared.push_back(address);
            }
        }
        cuts.emplace(node.name, std::move(cut));
    }
    const auto answers = co_await gate->cut(std::move(cuts));
    for (const auto& [node, answer] : answers) {
        if (!answer) {
            done.text += "; " + node + ": " + answer.error().cause;
        } else if (answer->cut + answer->left > 0 || answer->error) {
            done.text += "; " + node + ": " + answer->text;
            done.cut += answer->cut;
            done.left += answer->left;
        }
    }
}

boost::asio::awaitable<Result<control::SessionsCut>> OrderDesk::cut_sessions(
    AccountKey account, enforcement::OrderedBy by
) {
    store::AuditEntry audit;
    audit.time = parts_.clock.now();
    audit.who = by.who;
    audit.via = by.via;
    audit.action = "session.drop";
    audit.object = account.backend + "/" + account.name;
    audit.reason = by.reason;
    audit.request_id = by.request_id;
    auto write = [this, audit = std::move(audit)] { return parts_.store.audit().add(audit); };
    const auto written = co_await run_on(parts_.store_thread, std::move(write));
    if (!written) {
        co_return written.error();
    }
    const auto report = co_await parts_.acting.sockets().cut(account);
    control::SessionsCut done;
    if (!report) {
        done.text = "not cut here: " + report.error().what;
    } else if (report->has_value()) {
        done.cut = (*report)->cut;
        done.left = (*report)->left.size();
        done.text = kernel::to_text(**report);
    }
    co_await cut_on_nodes(account, done);
    if (!report && done.cut == 0) {
        co_return report.error();
    }
    if (done.text.starts_with("; ")) {
        done.text.erase(0, 2);
    }
    if (done.text.empty()) {
        done.text = "nothing to cut";
    }
    tell(
        control::Topic::daemon,
        account.name + ": connections dropped by " + by.who + ": " + done.text
    );
    co_return done;
}

}  // namespace fairgate::daemon
