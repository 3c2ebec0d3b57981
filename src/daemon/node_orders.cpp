#include "daemon/node_orders.hpp"

#include "daemon/protected_addresses.hpp"
#include "logs/account_name.hpp"
#include "nodes/gate.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace fairgate::daemon {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto answer_time = 3s;
/// As many as a person reads.
constexpr std::size_t most_told = 6;

link::OrderKey key_of(const Measure& measure) { return {measure.id.value, measure.account.name}; }

Error unable(std::string code, std::string what, std::string cause, std::string next) {
    Error error;
    error.code = std::move(code);
    error.what = std::move(what);
    error.cause = std::move(cause);
    error.state = "its accounts are counted; nothing is refused or cut there";
    error.next = std::move(next);
    return error;
}

bool is_absent(const std::optional<Error>& error) {
    constexpr std::array codes = {"FG-DMN-012", "FG-AGT-024", "FG-AGT-025"};
    return error && std::ranges::find(codes, error->code) != codes.end();
}

/// Something of its own refuses it first, so that there is nothing to wait for.
bool denies_itself(const Unit& unit) {
    return !unit.backend->enforcer().name().starts_with("recording:");
}

/// Why a node that is to refuse cannot do so; a core that is away may come back, or its firewall
/// does it meanwhile.
std::optional<Error> why_refuses_nobody(const nodes::NodeNow& node) {
    if (!node.enforcing.firewall.empty()) {
        return std::nullopt;
    }
    if (node.enforcing.core.empty()) {
        return unable(
            "FG-NOD-007",
            "node " + node.name + " refuses nobody: no firewall is switched on there",
            "firewall.driver is off in its agent.toml, and it names no core",
            "on that node: set driver = \"nftables\" under [firewall], restart fairgate-agent"
        );
    }
    if (!node.enforcing.core_error) {
        return std::nullopt;
    }
    return unable(
        "FG-NOD-007",
        "node " + node.name + " refuses nobody: its core cannot",
        to_line(*node.enforcing.core_error),
        node.enforcing.core_error->next
    );
}

}  // namespace

link::OrderKind work_of_node(const Unit& unit, const nodes::NodeNow& node) {
    // A core here says nothing to the cores elsewhere; a panel does.
    const bool own_core =
        unit.backend->enforcer().name().starts_with("xray:") && !node.enforcing.core.empty();
    return !denies_itself(unit) || own_core ? link::OrderKind::deny : link::OrderKind::cut;
}

std::optional<Error> why_not_enforcing(const World& world, const nodes::NodeNow& node) {
    const auto unit = std::ranges::find_if(world.units, [&](const auto& each) {
        return each->backend->name() == node.backend;
    });
    if (unit == world.units.end() || node.state != nodes::NodeState::connected) {
        return std::nullopt;
    }
    if (!node.takes_orders) {
        return unable(
            "FG-NOD-006",
            "node " + node.name + " takes no orders: its agent is too old",
            "it is Fairgate " + node.program,
            "install this hub's version on it, then: fairgate node show " + node.name
        );
    }
    if (node.enforcing.error) {
        Error error = unable(
            "FG-NOD-007",
            "node " + node.name + " carries nothing out",
            to_line(*node.enforcing.error),
            node.enforcing.error->next
        );
        return error;
    }
    const link::OrderKind work = work_of_node(**unit, node);
    if (work == link::OrderKind::deny) {
        return why_refuses_nobody(node);
    }
    if (!node.enforcing.cuts) {
        return unable(
            "FG-NOD-007",
            "node " + node.name + " cuts no connections: it does not see its sockets",
            "",
            "on that node: fairgate agent needs CAP_NET_ADMIN"
        );
    }
    return std::nullopt;
}

Unit* NodeOrders::unit_of(const std::string& backend) const {
    const auto found = std::ranges::find_if(world_.units, [&](const auto& unit) {
        return unit->backend->name() == backend;
    });
    return found == world_.units.end() ? nullptr : found->get();
}

// ---- what they are to hold ---------------------------------------------------------------------

bool NodeOrders::concerns(Action action) {
    return action == Action::block || action == Action::move_group || action == Action::revoke ||
           action == Action::refuse;
}

bool NodeOrders::is_wanted(const Measure& measure, const Unit& unit, TimePoint now) const {
    if (!concerns(measure.action) || measure.before.empty() ||
        (measure.due && *measure.due <= now)) {
        return false;
    }
    if (measure.state == MeasureState::active) {
        return true;
    }
    // Nobody is cut whom nothing refuses: he would be back at once.
    const bool denied = measure.acted || ordered_.contains(measure.id);
    const bool denies = measure.action == Action::refuse || !denies_itself(unit);
    return measure.state == MeasureState::pending && (denies || denied);
}

/// What the node does of it; nothing when that is none of its business, or it cannot.
std::optional<link::OrderKind> NodeOrders::work_on(
    const Measure& measure, const Unit& unit, const nodes::NodeNow& node
) {
    if (measure.account.backend != node.backend) {
        return std::nullopt;
    }
    if (measure.action == Action::refuse) {
        const bool ours = unit.refusing != nullptr && measure.enforcer == unit.refusing->name();
        return ours && !why_not_refusing(node) ? std::optional(link::OrderKind::refuse)
                                               : std::nullopt;
    }
    const link::OrderKind kind = work_of_node(unit, node);
    const bool refuses = !node.enforcing.firewall.empty() || !node.enforcing.core.empty();
    const bool able = kind == link::OrderKind::deny ? refuses : node.enforcing.cuts;
    const bool ours = measure.enforcer == unit.acting().name();
    return ours && able ? std::optional(kind) : std::nullopt;
}

std::vector<link::Order> NodeOrders::orders_for(
    const nodes::NodeNow& node, const nodes::EachPair& each
) {
    std::vector<link::Order> orders;
    Unit* const unit = unit_of(node.backend);
    if (unit == nullptr || enforcement_ == nullptr) {
        return orders;
    }
    const TimePoint now = clock_.now();
    for (const Measure& measure : enforcement_->open()) {
        const auto kind = work_on(measure, *unit, node);
        if (kind && is_wanted(measure, *unit, now) &&
            measure.account.name.size() <= link::longest_name && orders.size() < link::most_held) {
            link::Order& order = orders.emplace_back();
            order.key = key_of(measure);
            order.kind = *kind;
            order.until = measure.due;
            order.reason = measure.reason;
            if (*kind == link::OrderKind::refuse) {
                order.denials = refused_now(measure, now);
            }
        }
    }
    if (!orders.empty()) {
        name(orders, *unit, each);
    }
    std::erase_if(orders, [](const link::Order& order) {
        return order.kind == link::OrderKind::refuse && order.denials.empty();
    });
    return orders;
}

/// How the accounts are called in the node's log, and which addresses they are at, for the node to
/// refuse where it does not see their sockets (UDP, a proxy in front).
void NodeOrders::name(std::vector<link::Order>& orders, Unit& unit, const nodes::EachPair& each)
    const {
    const TimePoint now = clock_.now();
    std::map<std::string, std::vector<link::Order*>, std::less<>> wanted;
    for (link::Order& order : orders) {
        wanted[order.key.account].push_back(&order);
    }
    each([&](std::string_view raw, const Address& address) {
        const auto in_log = logs::account_name(raw, unit.backend->names());
        const auto account = in_log.empty() ? std::nullopt : unit.backend->account_of(in_log, now);
        const auto found = account ? wanted.find(*account) : wanted.end();
        if (found == wanted.end()) {
            return;
        }
        const bool is_here = unit.engine->at(*account, address, now) == tracker::Tracker::At::here;
        for (link::Order* const order : found->second) {
            const bool known = std::ranges::find(order->names, raw) != order->names.end();
            if (!known && order->names.size() < static_cast<std::size_t>(link::most_names)) {
                order->names.emplace_back(raw);
            }
            if (is_here && order->kind != link::OrderKind::refuse &&
                order->denials.size() < static_cast<std::size_t>(link::most_denials)) {
                order->denials.push_back(Denial{.address = address});
            }
        }
    });
    for (link::Order& order : orders) {
        std::ranges::sort(order.names);
        std::ranges::sort(order.denials);
        const auto doubled = std::ranges::unique(order.denials);
        order.denials.erase(doubled.begin(), doubled.end());
    }
    leave_out_shared(orders, unit, each);
}

/// An address where another account is active is not refused, and none that is protected.
void NodeOrders::leave_out_shared(
    std::vector<link::Order>& orders, Unit& unit, const nodes::EachPair& each
) const {
    const TimePoint now = clock_.now();
    std::map<Address, std::set<std::string>> who;
    for (const link::Order& order : orders) {
        for (const Denial& denial : order.denials) {
            who[denial.address].insert(order.key.account);
        }
    }
    each([&](std::string_view raw, const Address& address) {
        const auto found = who.find(address);
        if (found == who.end()) {
            return;
        }
        const auto in_log = logs::account_name(raw, unit.backend->names());
        const auto account = in_log.empty() ? std::nullopt : unit.backend->account_of(in_log, now);
        const std::string name = account.value_or(std::string(raw));
        if (!account || unit.engine->at(name, address, now) == tracker::Tracker::At::here) {
            found->second.insert(name);
        }
    });
    std::vector<Address> asked;
    for (const auto& [address, accounts] : who) {
        asked.push_back(address);
    }
    const kernel::ProtectedTargets never = told_to_protect(world_, asked, now);
    for (link::Order& order : orders) {
        std::erase_if(order.denials, [&](const Denial& denial) {
            return who[denial.address].size() > 1 || !never.allow(denial.address);
        });
    }
}

// ---- how they stand ----------------------------------------------------------------------------

namespace {

/// Why the node does nothing of such a measure, as far as that is known before it answers.
std::optional<Error> why_unable(const World& world, const nodes::NodeNow& node, Action action) {
    if (action == Action::refuse) {
        return why_not_refusing(node);
    }
    const bool fails = node.enforcing.error || node.enforcing.core_error;
    return fails ? std::nullopt : why_not_enforcing(world, node);
}

/// What a connected node answered; gives what is to be told of it.
std::string count(
    NodeOrders::Standing& standing,
    const std::string& node,
    const std::optional<nodes::OrderBook::Answer>& answer
) {
    if (answer && answer->stand == nodes::OrderBook::Stand::holds) {
        ++standing.holding;
        return answer->text.empty() ? "" : node + ": " + answer->text;
    }
    if (!answer || !answer->error) {
        ++standing.waiting;
        return "";
    }
    if (is_absent(answer->error)) {
        ++standing.absent;
        return "";
    }
    ++standing.failing;
    standing.error = standing.error ? standing.error : answer->error;
    return node + ": " + to_line(*answer->error);
}

}  // namespace

NodeOrders::Standing NodeOrders::standing(const Measure& measure) const {
    Standing standing;
    if (world_.gate == nullptr) {  // it is opened in a moment
        standing.away = 1;
        return standing;
    }
    std::size_t told = 0;
    const auto say = [&](std::string text) {
        if (!text.empty() && ++told <= most_told) {
            standing.text += (standing.text.empty() ? "" : "; ") + text;
        }
    };
    for (const nodes::NodeNow& node : world_.gate->nodes()) {
        const bool there = node.state == nodes::NodeState::connected;
        if (node.backend != measure.account.backend ||
            (!there && node.state != nodes::NodeState::away)) {
            continue;
        }
        if (!there) {
            ++standing.away;
            say(node.name + " is away: ordered when it is back");
        } else if (const auto why = why_unable(world_, node, measure.action)) {
            ++standing.unable;
            say(why->what);
        } else {
            say(count(standing, node.name, world_.gate->answer(node.name, key_of(measure))));
        }
    }
    if (told > most_told) {
        standing.text += "; and " + std::to_string(told - most_told) + " nodes more";
    }
    return standing;
}

asio::awaitable<NodeOrders::Standing> NodeOrders::order(Measure measure) {
    std::erase_if(ordered_, [open = enforcement_->open()](MeasureId id) {
        return std::ranges::find(open, id, &Measure::id) == open.end();
    });
    ordered_.insert(measure.id);
    if (world_.gate != nullptr) {
        world_.gate->order();
        std::function<bool()> answered = [this, measure] { return standing(measure).waiting == 0; };
        co_await wait_until(std::move(answered));
    }
    co_return standing(measure);
}

asio::awaitable<std::vector<std::string>> NodeOrders::lift(Measure measure) {
    ordered_.erase(measure.id);
    std::vector<std::string> holding;
    if (world_.gate == nullptr) {
        co_return holding;
    }
    world_.gate->order();
    const auto still = [this, key = key_of(measure), backend = measure.account.backend] {
        std::vector<std::string> names;
        for (const nodes::NodeNow& node : world_.gate->nodes()) {
            const bool there = node.state == nodes::NodeState::connected && node.backend == backend;
            const nodes::OrderBook* const held = there ? world_.gate->held(node.name) : nullptr;
            if (held != nullptr && held->holds(key)) {
                names.push_back(node.name);
            }
        }
        return names;
    };
    std::function<bool()> done = [still] { return still().empty(); };
    co_await wait_until(std::move(done));
    co_return still();
}

asio::awaitable<void> NodeOrders::wait_until(std::function<bool()> done) {
    const auto deadline = std::chrono::steady_clock::now() + answer_time;
    while (!done() && std::chrono::steady_clock::now() < deadline) {
        asio::steady_timer& timer = waiting_.emplace_back(executor_, deadline);
        boost::system::error_code told;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, told));
        std::erase_if(waiting_, [&timer](const asio::steady_timer& each) {
            return &each == &timer;
        });
    }
}

void NodeOrders::changed() {
    for (asio::steady_timer& timer : waiting_) {
        timer.cancel();
    }
}

}  // namespace fairgate::daemon
