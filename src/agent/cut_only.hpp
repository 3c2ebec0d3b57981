#pragma once

#include "base/clock.hpp"
#include "enforcement/enforcer.hpp"

namespace fairgate::agent {

/// Where the hub's panel or core refuses an account, a node refuses nothing: it only looks, again
/// and again, whether the account is connected here. What ends its connections stands around this.
class CutOnly final : public enforcement::Enforcer {
public:
    explicit CutOnly(const Clock& clock) : clock_(clock) {}

    std::string_view name() const override { return "cut"; }
    bool supports(Action action) const override { return action == Action::block; }
    boost::asio::awaitable<Result<enforcement::Reading>> read(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Acted>> act(const Measure& measure) override;
    boost::asio::awaitable<Result<enforcement::Verification>> verify(const Measure& measure
    ) override;
    boost::asio::awaitable<Result<enforcement::Restored>> restore(const Measure& measure) override;

private:
    const Clock& clock_;
};

}  // namespace fairgate::agent
