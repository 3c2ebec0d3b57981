// What a node is to hold, and what it says it holds.
#include "link/errors.hpp"
#include "link/order_wire.hpp"
#include "nodes/node_link.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace fairgate::nodes {

void NodeLink::order() {
    if (channel_ && shown_.takes_orders && orders_.is_known()) {
        orders_.want(sink_.orders_for(now(), [this](const auto& take) {
            if (reader_) {
                reader_->each_pair(take);
            }
        }));
        send_orders();
    }
}

void NodeLink::send_orders() {
    while (channel_) {
        const auto order = orders_.next(clock_.now());
        if (!order) {
            return;
        }
        link::wire::Frame frame;
        *frame.mutable_order() = link::to_wire(*order, lead());
        if (!channel_->post(frame)) {
            channel_->close();  // it is compared again on the next connection
            return;
        }
    }
}

Result<void> NodeLink::take(const link::wire::Held& held) {
    if (std::cmp_greater(held.orders_size(), link::most_held)) {
        return link::bad_frame(record_.name, "it holds more measures than a node takes");
    }
    std::vector<link::Done> orders;
    for (const link::wire::Done& one : held.orders()) {
        auto done = link::read(one, lead(), record_.name);
        if (!done) {
            return done.error();
        }
        orders.push_back(*std::move(done));
    }
    orders_.held(orders, !held.more());
    if (orders_.size() > link::most_held) {
        return link::bad_frame(record_.name, "it holds more measures than a node takes");
    }
    order();
    sink_.orders_changed();
    return {};
}

Result<void> NodeLink::take(const link::wire::Done& done) {
    const auto read = link::read(done, lead(), record_.name);
    if (!read) {
        return read.error();
    }
    if (orders_.done(*read) == OrderBook::Whose::stranger) {
        tell_of_stranger();
    }
    send_orders();
    sink_.orders_changed();
    return {};
}

/// Whoever lies about it every moment is spoken of once a minute.
void NodeLink::tell_of_stranger() {
    const auto now = std::chrono::steady_clock::now();
    if (!stranger_told_ || now - *stranger_told_ >= std::chrono::minutes(1)) {
        stranger_told_ = now;
        sink_.tell(record_, to_line(link::not_ordered(record_.name)));
    }
}

/// What has become wrong with it, or right, since it was looked at before.
void NodeLink::tell_of_firewall(const std::optional<link::FirewallLook>& look) {
    if (!look) {
        return;
    }
    link::FirewallLook before = shown_.enforcing.look.value_or(link::FirewallLook());
    const auto known = link::fault_of(record_.name, before);
    before.lost = lost_known_.value_or(look->lost);
    lost_known_ = look->lost;
    const auto fault = link::fault_of(record_.name, *look, before);
    if (fault && (!known || known->code != fault->code || look->lost > before.lost)) {
        sink_.tell(record_, to_line(*fault));
    } else if (known && !fault) {
        sink_.tell(record_, "the firewall of node " + record_.name + " is as it should be again");
    }
}

std::optional<OrderBook::Answer> NodeLink::answer(const link::OrderKey& key) const {
    if (!channel_ || !shown_.takes_orders) {
        return std::nullopt;
    }
    return orders_.answer(key);
}

}  // namespace fairgate::nodes
