#include "control/nodes.hpp"

#include "control/errors.hpp"
#include "control/words.hpp"
#include "model/ids.hpp"

#include <utility>

namespace fairgate::control {

namespace asio = boost::asio;

namespace {

std::optional<std::int64_t> in_ms(const std::optional<Duration>& length) {
    return length ? std::optional<std::int64_t>(
                        std::chrono::round<std::chrono::milliseconds>(*length).count()
                    )
                  : std::nullopt;
}

NodeRow row_of(const nodes::NodeNow& node) {
    NodeRow row;
    row.name = node.name;
    row.state = node.state;
    row.backend = node.backend;
    row.since = node.since;
    row.address = node.address;
    row.version = node.program;
    row.heard = node.heard;
    row.clock_offset_ms = in_ms(node.clock_offset);
    row.round_trip_ms = in_ms(node.round_trip);
    row.reports = node.reports;
    row.observations = node.observations;
    row.passed_over = node.passed_over;
    row.buffered = node.buffered;
    row.lost = node.lost;
    row.received = node.received;
    row.resident = node.resident;
    row.sources = node.sources;
    row.serial = node.serial;
    row.until = node.until;
    row.error = node.error ? to_line(*node.error) : "";
    row.firewall = node.enforcing.firewall;
    row.core = node.enforcing.core;
    row.core_error = node.enforcing.core_error ? to_line(*node.enforcing.core_error) : "";
    row.cuts = node.enforcing.cuts;
    row.holds = node.held;
    row.lacks = node.lacks ? to_line(*node.lacks) : "";
    return row;
}

std::vector<HeldRow> held_by(const Live& live, const std::string& node) {
    std::vector<HeldRow> rows;
    for (const auto& held : live.held_by(node)) {
        HeldRow& row = rows.emplace_back();
        row.measure = fairgate::to_text(MeasureId{held.key.measure});
        row.account = held.key.account;
        row.state = held.state;
        row.until = held.until;
        row.by = held.by;
        row.text = held.error ? to_line(*held.error) : held.text;
        row.next = held.error ? held.error->next : "";
    }
    return rows;
}

asio::awaitable<void> note(Desk desk, Asker asker, std::string action, std::string node) {
    store::AuditEntry audit;
    audit.time = desk.live.now();
    audit.who = asker.who;
    audit.via = asker.via;
    audit.action = std::move(action);
    audit.object = std::move(node);
    audit.request_id = asker.request_id;
    auto write = [audit = std::move(audit)](store::Store& store) {
        return store.audit().add(audit);
    };
    (void)co_await desk.records.with(std::move(write));
}

}  // namespace

std::vector<NodeRow> list_nodes(const Live& live) {
    std::vector<NodeRow> rows;
    for (const nodes::NodeNow& node : live.nodes()) {
        rows.push_back(row_of(node));
    }
    return rows;
}

Result<NodeRow> show_node(const Live& live, const std::string& node) {
    for (const nodes::NodeNow& one : live.nodes()) {
        if (one.name == node) {
            NodeRow row = row_of(one);
            row.held = held_by(live, node);
            return row;
        }
    }
    return errors::no_such("node", node);
}

asio::awaitable<Result<Joining>> join_node(Desk desk, Asker asker, JoinOrder order, Run run) {
    if (auto allowed = require(asker, Scope::admin); !allowed) {
        co_return allowed.error();
    }
    Joining joining;
    const std::string node = order.node;
    if (run == Run::dry) {
        joining.plan = {{"give out a token by which one machine may join once as node " + node}};
        co_return joining;
    }
    const auto invited = co_await desk.orders.invite_node(
        std::move(order.node), std::move(order.backend), std::move(order.address), order.life
    );
    if (!invited) {
        co_return invited.error();
    }
    co_await note(desk, std::move(asker), "node.join", node);
    joining.changed = true;
    joining.token = invited->token;
    joining.command = "fairgate agent join " + invited->token;
    joining.expires = invited->expires;
    joining.message = "one machine may join as node " + node + until_text(invited->expires);
    joining.undo = "fairgate node revoke " + as_argument(node);
    co_return joining;
}

asio::awaitable<Result<Change>> revoke_node(Desk desk, Asker asker, std::string node, Run run) {
    if (auto allowed = require(asker, Scope::admin); !allowed) {
        co_return allowed.error();
    }
    Change change;
    const auto found = show_node(desk.live, node);
    if (!found) {
        co_return found.error();
    }
    if (found->state == nodes::NodeState::revoked) {
        change.message = "node " + node + " is revoked already";
        co_return change;
    }
    if (run == Run::dry) {
        change.plan = {
            {"refuse the certificate of node " + node + " from now on, and end its connection"}
        };
        co_return change;
    }
    if (auto done = co_await desk.orders.revoke_node(node); !done) {
        co_return done.error();
    }
    co_await note(desk, std::move(asker), "node.revoke", node);
    change.changed = true;
    change.message = "node " + node + " is revoked; nothing it says is taken";
    change.undo = "fairgate node join " + as_argument(node);
    co_return change;
}

}  // namespace fairgate::control
