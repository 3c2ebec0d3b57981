#include "link/order_wire.hpp"

#include "link/address.hpp"
#include "link/errors.hpp"
#include "link/fault.hpp"
#include "link/firewall_look_wire.hpp"
#include "sources/visible.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fairgate::link {

namespace {

constexpr std::size_t longest_text = 300;
constexpr std::size_t longest_word = 64;
/// Times far off would overflow what is reckoned with them.
constexpr std::int64_t latest_us = 1LL << 56U;

std::int64_t us(TimePoint time) { return time.time_since_epoch().count(); }

std::optional<TimePoint> time_of(std::int64_t us, Duration lead) {
    if (us < 0 || us > latest_us) {
        return std::nullopt;
    }
    return TimePoint(Duration(us)) - lead;
}

struct KindPair {
    OrderKind ours;
    wire::Order::What told;
};
constexpr std::array kinds = {
    KindPair{OrderKind::deny, wire::Order::DENY},
    KindPair{OrderKind::cut, wire::Order::CUT},
    KindPair{OrderKind::lift, wire::Order::LIFT},
    KindPair{OrderKind::refuse, wire::Order::REFUSE},
};

struct StatePair {
    MeasureState ours;
    wire::Done::State told;
};
constexpr std::array states = {
    StatePair{MeasureState::pending, wire::Done::PENDING},
    StatePair{MeasureState::active, wire::Done::ACTIVE},
    StatePair{MeasureState::lifting, wire::Done::LIFTING},
    StatePair{MeasureState::lifted, wire::Done::LIFTED},
    StatePair{MeasureState::failed, wire::Done::FAILED},
};

std::optional<OrderKind> kind_of(wire::Order::What what) {
    const auto found = std::ranges::find(kinds, what, &KindPair::told);
    return found == kinds.end() ? std::nullopt : std::optional(found->ours);
}

std::optional<MeasureState> state_of(wire::Done::State state) {
    const auto found = std::ranges::find(states, state, &StatePair::told);
    return found == states.end() ? std::nullopt : std::optional(found->ours);
}

bool is_name(std::string_view name) { return !name.empty() && name.size() <= longest_name; }

/// What is wrong with it as a whole; empty: nothing.
std::string_view fault_of(const wire::Order& told) {
    if (told.measure() <= 0 || !is_name(told.account())) {
        return "it names no measure, or no account";
    }
    if (!kind_of(told.what())) {
        return "it wants what this version does not know";
    }
    if (told.names_size() > most_names || !std::ranges::all_of(told.names(), is_name)) {
        return "its names are too many, too long or empty";
    }
    if (told.denials_size() > most_denials) {
        return "it refuses more addresses than an account has";
    }
    if (told.what() == wire::Order::REFUSE && told.denials().empty()) {
        return "it refuses addresses and names none";
    }
    if (told.ends() && !time_of(told.until_us(), Duration(0))) {
        return "it ends at no time";
    }
    return "";
}

}  // namespace

void tell(const Denial& denial, wire::Denied& out) {
    out.set_address(bytes_of(denial.address));
    out.set_udp(denial.protocol == Protocol::udp);
    out.set_peer_port(denial.peer_port);
    out.set_local_port(denial.local_port);
}

Result<Denial> read(const wire::Denied& told) {
    const auto address = address_of(told.address());
    if (!address) {
        return order_refused("what is to be refused is no address");
    }
    if (told.peer_port() > 65'535 || told.local_port() > 65'535) {
        return order_refused("what is to be refused is no port");
    }
    Denial denial;
    denial.address = *address;
    denial.protocol = told.udp() ? Protocol::udp : Protocol::tcp;
    denial.peer_port = static_cast<std::uint16_t>(told.peer_port());
    denial.local_port = static_cast<std::uint16_t>(told.local_port());
    if (const auto fine = check(denial); !fine) {
        return order_refused(fine.error().what);
    }
    return denial;
}

wire::Order to_wire(const Order& order, Duration lead) {
    wire::Order out;
    out.set_measure(order.key.measure);
    out.set_account(order.key.account);
    out.set_what(std::ranges::find(kinds, order.kind, &KindPair::ours)->told);
    for (const std::string& name : order.names) {
        out.add_names(name);
    }
    out.set_ends(order.until.has_value());
    out.set_until_us(order.until ? us(*order.until + lead) : 0);
    for (const Denial& denial : order.denials) {
        tell(denial, *out.add_denials());
    }
    out.set_reason(sources::visible(order.reason, longest_text));
    return out;
}

Result<Order> read(const wire::Order& told) {
    if (const auto fault = fault_of(told); !fault.empty()) {
        return order_refused(fault);
    }
    Order order;
    order.key = {told.measure(), told.account()};
    order.kind = *kind_of(told.what());
    order.names.assign(told.names().begin(), told.names().end());
    if (told.ends()) {
        order.until = time_of(told.until_us(), Duration(0));
    }
    for (const wire::Denied& one : told.denials()) {
        const auto denial = read(one);
        if (!denial) {
            return denial.error();
        }
        order.denials.push_back(*denial);
    }
    order.reason = sources::visible(told.reason(), longest_text);
    return order;
}

wire::Done to_wire(const Done& done) {
    wire::Done out;
    out.set_measure(done.key.measure);
    out.set_account(done.key.account);
    out.set_state(std::ranges::find(states, done.state, &StatePair::ours)->told);
    out.set_ends(done.until.has_value());
    out.set_until_us(done.until ? us(*done.until) : 0);
    out.set_text(sources::visible(done.text, longest_text));
    out.set_by(done.by);
    out.set_faulty(done.error.has_value());
    if (done.error) {
        tell(*done.error, *out.mutable_fault());
    }
    return out;
}

Result<Done> read(const wire::Done& told, Duration lead, std::string_view node) {
    const auto state = state_of(told.state());
    if (told.measure() <= 0 || !is_name(told.account()) || !state) {
        return bad_frame(node, "it tells how a measure stands, and not which or how");
    }
    Done done;
    done.key = {told.measure(), told.account()};
    done.state = *state;
    if (told.ends()) {
        done.until = time_of(told.until_us(), lead);
        if (!done.until) {
            return bad_frame(node, "a measure there ends at no time");
        }
    }
    done.text = sources::visible(told.text(), longest_text);
    done.by = sources::visible(told.by(), longest_word);
    if (told.faulty()) {
        done.error = read(told.fault());
        done.error->where = node;
    }
    return done;
}

void tell(const Enforcing& enforcing, wire::Enforcing& out) {
    out.set_firewall(enforcing.firewall);
    out.set_cuts(enforcing.cuts);
    out.set_refuses(enforcing.refuses);
    if (enforcing.look) {
        tell(*enforcing.look, *out.mutable_look());
    }
    out.set_faulty(enforcing.error.has_value());
    if (enforcing.error) {
        tell(*enforcing.error, *out.mutable_fault());
    }
    out.set_core(enforcing.core);
    out.set_core_faulty(enforcing.core_error.has_value());
    if (enforcing.core_error) {
        tell(*enforcing.core_error, *out.mutable_core_fault());
    }
}

Enforcing read(const wire::Enforcing& told, Duration lead) {
    Enforcing enforcing;
    enforcing.firewall = sources::visible(told.firewall(), 16);
    enforcing.cuts = told.cuts();
    enforcing.refuses = told.refuses();
    if (told.has_look()) {
        enforcing.look = read(told.look(), lead);
    }
    if (told.faulty()) {
        enforcing.error = read(told.fault());
    }
    enforcing.core = sources::visible(told.core(), longest_word);
    if (told.core_faulty()) {
        enforcing.core_error = read(told.core_fault());
    }
    return enforcing;
}

}  // namespace fairgate::link
