#include "agent/order_shelf.hpp"

#include "base/run_on.hpp"
#include "link/order_wire.hpp"

#include <algorithm>
#include <utility>

namespace fairgate::agent {

namespace asio = boost::asio;

namespace {

constexpr std::size_t parts = 64;

std::size_t part_of(const link::OrderKey& key) {
    return static_cast<std::size_t>(key.measure) % parts;
}

std::string name_of(std::size_t part) { return "orders " + std::to_string(part); }

}  // namespace

asio::awaitable<Result<void>> OrderShelf::load() {
    using Texts = std::vector<std::string>;
    auto read = [this]() -> Result<Texts> {
        Texts texts;
        for (std::size_t part = 0; part < parts; ++part) {
            auto text = store_.meta().get(name_of(part));
            if (!text) {
                return text.error();
            }
            texts.push_back(text->value_or(""));
        }
        return texts;
    };
    const auto texts = co_await run_on(store_thread_, std::move(read));
    if (!texts) {
        co_return texts.error();
    }
    for (const std::string& text : *texts) {
        link::wire::Orders stored;
        // What cannot be read is asked of the hub again; the journal knows when it ends.
        if (stored.ParseFromString(text)) {
            for (const link::wire::Order& one : stored.orders()) {
                if (auto order = link::read(one)) {
                    const link::OrderKey key = order->key;
                    orders_[key] = *std::move(order);
                }
            }
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> OrderShelf::put(link::Order order) {
    const link::OrderKey key = order.key;
    orders_[key] = std::move(order);
    co_return co_await write(part_of(key));
}

asio::awaitable<Result<void>> OrderShelf::write(std::size_t part) {
    link::wire::Orders stored;
    for (const auto& [key, order] : orders_) {
        if (part_of(key) == part) {
            *stored.add_orders() = link::to_wire(order, Duration(0));
        }
    }
    std::erase(dirty_, part);
    auto save = [this, part, text = stored.SerializeAsString()] {
        return store_.atomically(store::Durability::now, [&] {
            return store_.meta().set(name_of(part), text);
        });
    };
    co_return co_await run_on(store_thread_, std::move(save));
}

void OrderShelf::drop(const link::OrderKey& key) {
    if (orders_.erase(key) > 0 && std::ranges::find(dirty_, part_of(key)) == dirty_.end()) {
        dirty_.push_back(part_of(key));
    }
}

asio::awaitable<Result<void>> OrderShelf::clean() {
    while (!dirty_.empty()) {
        const std::size_t part = dirty_.back();
        if (auto done = co_await write(part); !done) {
            dirty_.push_back(part);
            co_return done.error();
        }
    }
    co_return Result<void>{};
}

const link::Order* OrderShelf::find(const link::OrderKey& key) const {
    const auto found = orders_.find(key);
    return found == orders_.end() ? nullptr : &found->second;
}

std::vector<link::OrderKey> OrderShelf::keys() const {
    std::vector<link::OrderKey> keys;
    for (const auto& [key, order] : orders_) {
        keys.push_back(key);
    }
    return keys;
}

}  // namespace fairgate::agent
