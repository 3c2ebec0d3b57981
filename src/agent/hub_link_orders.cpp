// What the hub orders, and how it stands.
#include "agent/hub_link.hpp"
#include "link/order_wire.hpp"

#include <utility>

namespace fairgate::agent {

void HubLink::take(const link::wire::Order& order) {
    auto read = link::read(order);
    if (read) {
        parts_.order(*std::move(read));
        return;
    }
    parts_.log(to_line(read.error()));
    link::Done done;
    done.key = {order.measure(), order.account()};
    done.state = MeasureState::failed;
    done.error = read.error();
    tell(done);
}

void HubLink::tell_held() {
    constexpr std::size_t in_one = 1000;
    if (!orders_) {
        return;
    }
    const auto all = parts_.held();
    std::size_t told = 0;
    do {
        link::wire::Frame frame;
        link::wire::Held& held = *frame.mutable_held();
        for (; told < all.size() && std::cmp_less(held.orders_size(), in_one); ++told) {
            *held.add_orders() = link::to_wire(all[told]);
        }
        held.set_more(told < all.size());
        if (!channel_->post(frame)) {
            channel_->close();
            return;
        }
    } while (told < all.size());
}

void HubLink::tell(const link::Done& done) {
    if (channel_ && orders_) {
        link::wire::Frame frame;
        *frame.mutable_done() = link::to_wire(done);
        if (!channel_->post(frame)) {
            channel_->close();  // all is told on the next connection
        }
    }
}

}  // namespace fairgate::agent
