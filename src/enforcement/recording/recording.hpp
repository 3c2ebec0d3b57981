#pragma once

#include "enforcement/enforcer.hpp"

#include <deque>
#include <string>

namespace fairgate::enforcement::recording {

/// One order as it came.
struct Order {
    enum class Kind { act, restore };
    Kind kind = Kind::act;
    AccountKey account;
    Action action = Action::block;
    MeasureId measure;
};

/// The enforcer of those who have none: takes every order, writes it down and touches nothing.
class RecordingEnforcer final : public Enforcer {
public:
    explicit RecordingEnforcer(std::string name = "recording") : name_(std::move(name)) {}

    std::string_view name() const override { return name_; }
    bool supports(Action) const override { return true; }
    boost::asio::awaitable<Result<Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<Verification>> verify(const Measure& measure) override;
    boost::asio::awaitable<Result<Restored>> restore(const Measure& measure) override;

    /// The last thousand orders, oldest first.
    const std::deque<Order>& orders() const { return orders_; }

private:
    void record(Order::Kind kind, const Measure& measure);

    std::string name_;
    std::deque<Order> orders_;
};

}  // namespace fairgate::enforcement::recording
